package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.SessionId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Presence;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Seats over a presence that takes its time, or fails. */
class SeatsTest {
    private static final Keyset KEYS = Keyset.open("pub", "keys");
    private static final PresenceLimits SMALL = new PresenceLimits(2, 3, 5, 100, 1_000, 10);

    private final VirtualTime time = new VirtualTime();
    private final SlowPresence presence = new SlowPresence();
    private final List<String> ended = new ArrayList<>();
    private final Seats seats = new Seats(channel -> presence, new Noting(), time, SMALL);

    /** Notes what it is asked, and does it when the test says. */
    private static final class SlowPresence implements Presence {
        private final List<String> asked = new ArrayList<>();
        private final Queue<CompletableFuture<Void>> open = new ArrayDeque<>();

        @Override
        public CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session) {
            return note("enter");
        }

        @Override
        public CompletionStage<Void> leave(ChannelName channel, SessionId session) {
            return note("leave");
        }

        private CompletionStage<Void> note(String what) {
            asked.add(what);
            CompletableFuture<Void> stage = new CompletableFuture<>();
            open.add(stage);
            return stage;
        }

        void does() {
            open.remove().complete(null);
        }

        void fails() {
            open.remove().completeExceptionally(new MirrorException(ErrorCode.BUSY, "busy"));
        }

        @Override
        public CompletionStage<Members> members(ChannelName channel) {
            return CompletableFuture.completedFuture(new Members(0, List.of()));
        }

        @Override
        public Watch watch(ChannelName channel, Consumer<Change> listener) {
            return () -> {};
        }
    }

    private final class Noting implements Seats.Watcher {
        @Override
        public CompletionStage<Void> changes(Seat seat) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void ended(Seat seat, boolean silence) {
            ended.add(seat.member.name() + (silence ? " silent" : " left"));
        }
    }

    private static Guest guest(String uuid) {
        return new Guest(KEYS, uuid, Optional.empty(), false);
    }

    private static List<ChannelName> channels(String... names) {
        List<ChannelName> channels = new ArrayList<>();
        for (String name : names) {
            channels.add(ChannelNames.own(KEYS, name));
        }
        return channels;
    }

    private Seats.Outcome touch(String uuid, String... names) {
        return seats.touch(KEYS, guest(uuid), channels(names), OptionalLong.empty());
    }

    private void leave(String uuid, String name) {
        seats.leave(KEYS, guest(uuid), channels(name));
    }

    @Test
    void theLastWordCountsHoweverLongPresenceTakes() {
        touch("ann", "a");
        leave("ann", "a");
        touch("ann", "a");
        leave("ann", "a");
        assertThat(presence.asked).containsExactly("enter");
        presence.does();
        assertThat(presence.asked).containsExactly("enter", "leave");
        touch("ann", "a");
        presence.does();
        assertThat(presence.asked).containsExactly("enter", "leave", "enter");
        presence.does();
        assertThat(seats.channels(KEYS)).containsExactlyElementsOf(channels("a"));
        leave("ann", "a");
        presence.does();
        assertThat(seats.size()).isZero();
    }

    @Test
    void whatPresenceDidNotTakeIsTriedWithTheNextSignOfLife() {
        touch("ann", "a");
        presence.fails();
        assertThat(presence.asked).hasSize(1);
        touch("ann", "a");
        presence.does();
        touch("ann", "a");
        assertThat(presence.asked).containsExactly("enter", "enter");
    }

    @Test
    void whoFallsSilentBeforePresenceTookItIsForgotten() {
        touch("ann", "a");
        presence.fails();
        time.advance(Seats.PATIENCE.plusSeconds(1));
        seats.sweep();
        assertThat(ended).containsExactly("ann silent");
        assertThat(seats.size()).isZero();
        assertThat(presence.asked).containsExactly("enter");
    }

    @Test
    void whoLeavesBeforePresenceRefusesIsForgotten() {
        touch("ann", "a");
        leave("ann", "a");
        presence.fails();
        touch("bob", "a");
        time.advance(Seats.PATIENCE.plusSeconds(1));
        seats.sweep();
        presence.fails();
        assertThat(ended).containsExactly("ann left", "bob silent");
        assertThat(presence.asked).containsExactly("enter", "enter");
        assertThat(seats.size()).isZero();
    }

    @Test
    void limitsHaveNamesAndWhatFitsIsTaken() {
        assertThat(touch("ann", "a", "b", "c")).isEqualTo(Seats.Outcome.TOO_MANY_CHANNELS);
        assertThat(touch("ann", "a", "b")).isEqualTo(Seats.Outcome.SEATED);
        assertThat(touch("bob", "a")).isEqualTo(Seats.Outcome.SEATED);
        assertThat(touch("cid", "a")).isEqualTo(Seats.Outcome.SEATED);
        assertThat(touch("dan", "a")).isEqualTo(Seats.Outcome.TOO_MANY_USERS);
        assertThat(touch("dan", "b")).isEqualTo(Seats.Outcome.SEATED);
        assertThat(touch("eve", "c")).isEqualTo(Seats.Outcome.FULL);
        assertThat(seats.channels(KEYS)).containsExactlyInAnyOrderElementsOf(channels("a", "b"));
        assertThat(seats.size()).isEqualTo(5);
    }

    @Test
    void comingAndGoingLeavesNothingBehind() {
        for (int i = 0; i < 100; i++) {
            touch("u" + i, "a");
            presence.does();
            leave("u" + i, "a");
            presence.does();
        }
        assertThat(seats.size()).isZero();
        time.advance(Duration.ofHours(1));
        seats.sweep();
        assertThat(ended).hasSize(100).allMatch(end -> end.endsWith(" left"));
    }
}
