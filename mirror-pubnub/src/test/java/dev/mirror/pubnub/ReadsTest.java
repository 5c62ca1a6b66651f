package dev.mirror.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Position;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a page of history comes about. */
class ReadsTest extends GuardFixture {
    private History read(PubNubBroker broker, HistoryQuery query, int requests) {
        int before = origin.requests("/v2/history/").size();
        History page = Await.value(broker.history(query));
        assertThat(origin.requests("/v2/history/")).hasSize(before + requests);
        return page;
    }

    private static List<String> ids(History page) {
        return page.publications().stream().map(each -> each.entry().id()).toList();
    }

    /** What everybody asks for first takes one request, or two where there is more than fits. */
    @Test
    void theNewestPageSaysItselfWhereTheLogEnds() {
        PubNubBroker writer = open();
        PubNubBroker broker = open();
        History none = read(broker, HistoryQuery.latest(ROOM, 10), 1);
        assertThat(none.publications()).isEmpty();
        assertThat(none.first()).isEqualTo(none.tail().offset() + 1);

        Position first = publish(writer, ROOM, "m-1").position();
        publish(writer, ROOM, "m-2");
        Position last = publish(writer, ROOM, "m-3").position();
        History all = read(broker, HistoryQuery.latest(ROOM, 10), 1);
        assertThat(ids(all)).containsExactly("m-1", "m-2", "m-3");
        History two = read(broker, HistoryQuery.latest(ROOM, 2), 2);
        assertThat(ids(two)).containsExactly("m-2", "m-3");
        for (History page : List.of(all, two)) {
            assertThat(page.tail()).isEqualTo(last);
            assertThat(page.first()).isEqualTo(first.offset());
            assertThat(page.recovered()).isTrue();
        }
    }

    @Test
    void whatIsKnownIsNotAskedForAgain() {
        PubNubBroker broker = open();
        Position first = publish(broker, ROOM, "m-1").position();
        Position second = publish(broker, ROOM, "m-2").position();
        Position last = publish(broker, ROOM, "m-3").position();
        History forward = read(broker, new HistoryQuery(ROOM, null, 0, false, 2), 2);
        assertThat(ids(forward)).containsExactly("m-1", "m-2");
        assertThat(forward.tail()).isEqualTo(last);
        assertThat(forward.first()).isEqualTo(first.offset());
        History rest = read(broker, HistoryQuery.after(ROOM, first, 10), 3);
        assertThat(ids(rest)).containsExactly("m-2", "m-3");
        assertThat(rest.first()).isEqualTo(first.offset());
        History before = read(broker, new HistoryQuery(ROOM, second, 0, true, 10), 2);
        assertThat(ids(before)).containsExactly("m-1");
        assertThat(before.first()).isEqualTo(first.offset());
        assertThat(before.tail()).isEqualTo(last);
        History nothing = read(broker, new HistoryQuery(ROOM, first, 0, true, 10), 3);
        assertThat(nothing.publications()).isEmpty();
        assertThat(nothing.first()).isEqualTo(first.offset());
        for (boolean backward : new boolean[] {true, false}) {
            History stands = read(broker, new HistoryQuery(ROOM, null, 0, backward, 0), 2);
            assertThat(stands).isEqualTo(new History(List.of(), last, first.offset(), true));
        }
    }
}
