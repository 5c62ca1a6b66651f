package dev.mirror.bench.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

class RanksTest {
    private static Event event(Act act, String channel, long timetoken) {
        return new Event("ann/http", 1, Outcome.OK, act, Subject.of(channel, new Position("t", timetoken)), "");
    }

    private static List<Long> ranks(Event... events) {
        return Ranks.of(List.of(events)).stream()
                .map(event -> event.subject().at())
                .map(at -> at == null ? -1 : at.offset())
                .toList();
    }

    @Test
    void anEntryHasItsRankInItsOwnLog() {
        assertThat(ranks(event(Act.ENTRY, "a", 700), event(Act.ENTRY, "b", 800), event(Act.ENTRY, "a", 900)))
                .containsExactly(1L, 1L, 2L);
    }

    @Test
    void aSubscriptionBeginsBehindWhatIsNotNewerThanItsCursor() {
        assertThat(ranks(
                        event(Act.ENTRY, "a", 700),
                        event(Act.ENTRY, "a", 900),
                        event(Act.SUBSCRIBE, "a", 600),
                        event(Act.SUBSCRIBE, "a", 700),
                        event(Act.SUBSCRIBE, "a", 899)))
                .endsWith(0L, 1L, 1L);
    }

    @Test
    void whatTheLogDoesNotHaveStandsBehindItsEnd() {
        assertThat(ranks(
                        event(Act.ENTRY, "a", 700),
                        event(Act.PUBLISH, "a", 600),
                        event(Act.DELIVER, "a", 800),
                        event(Act.DELIVER, "a", 600)))
                .containsExactly(1L, 2L, 3L, 2L);
    }
}
