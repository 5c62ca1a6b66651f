package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** States over a store that takes its time, or fails. */
class StatesTest {
    private final VirtualTime time = new VirtualTime();
    private final SlowStore store = new SlowStore();
    private final States states = open(PresenceLimits.STANDARD);

    /** Writes when the test says. */
    private static final class SlowStore implements StateStore {
        private final MemoryStateStore kept = new MemoryStateStore();
        private final Queue<Runnable> open = new ArrayDeque<>();
        private int writes;
        private boolean broken;

        @Override
        public CompletionStage<Optional<String>> get(String space, String key) {
            return kept.get(space, key);
        }

        @Override
        public CompletionStage<List<Item>> list(String space, Span span) {
            return kept.list(space, span);
        }

        @Override
        public CompletionStage<Boolean> write(String space, List<Change> changes) {
            writes++;
            CompletableFuture<Boolean> written = new CompletableFuture<>();
            open.add(() -> {
                if (broken) {
                    written.completeExceptionally(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "broken"));
                } else {
                    written.complete(Await.value(kept.write(space, changes)));
                }
            });
            return written;
        }

        void does() {
            open.remove().run();
        }
    }

    private States open(PresenceLimits limits) {
        return Await.value(States.open(store, time, limits));
    }

    private static States.Key key(int user) {
        return States.Key.of(Keyset.open("pub", "keys"), ChannelName.room("room"), new UserId("u" + user));
    }

    @Test
    void whatChangesDuringAWriteIsWrittenTogetherAndTheLastOfItStays() {
        states.set(key(1), "{\"n\":1}");
        CompletableFuture<Void> first = states.written().toCompletableFuture();
        states.set(key(1), "{\"n\":2}");
        states.set(key(1), "{\"n\":3}");
        states.set(key(2), "{}");
        CompletableFuture<Void> second = states.written().toCompletableFuture();
        assertThat(first).isNotDone();
        store.does();
        assertThat(first).isDone();
        assertThat(second).isNotDone();
        store.does();
        assertThat(second).isDone();
        assertThat(store.writes).isEqualTo(2);
        assertThat(open(PresenceLimits.STANDARD).get(key(1))).contains("{\"n\":3}");
    }

    @Test
    void whoHasNothingNewWaitsForWhatIsBeingWritten() {
        states.set(key(1), "{}");
        states.written();
        CompletableFuture<Void> other = states.written().toCompletableFuture();
        assertThat(other).isNotDone();
        store.does();
        assertThat(other).isDone();
        assertThat(states.written().toCompletableFuture()).isDone();
    }

    @Test
    void aWriteThatFailsIsSaidAndTriedAgain() {
        store.broken = true;
        states.set(key(1), "{\"n\":1}");
        CompletableFuture<Void> written = states.written().toCompletableFuture();
        store.does();
        assertThat(written).isCompletedExceptionally();
        assertThat(states.isIdle()).isFalse();
        store.broken = false;
        states.sweep(key -> true);
        store.does();
        assertThat(open(PresenceLimits.STANDARD).get(key(1))).contains("{\"n\":1}");
    }

    @Test
    void moreThanOneWriteTakesIsWrittenInParts() {
        for (int i = 0; i < 2_500; i++) {
            states.set(key(i), "{\"n\":" + i + "}");
        }
        CompletableFuture<Void> written = states.written().toCompletableFuture();
        for (int i = 0; i < 3; i++) {
            store.does();
        }
        assertThat(written).isDone();
        States after = open(PresenceLimits.STANDARD);
        assertThat(after.get(key(0))).contains("{\"n\":0}");
        assertThat(after.get(key(2_499))).contains("{\"n\":2499}");
    }

    @Test
    void allStatesTogetherHaveALimit() {
        States small = open(new PresenceLimits(1, 1, 1, 100, 600, 1));
        small.set(key(1), "{\"n\":1}");
        small.set(key(2), "{\"n\":2}");
        assertThatThrownBy(() -> small.set(key(3), "{\"n\":3}"))
                .isInstanceOfSatisfying(
                        MirrorException.class, fault -> assertThat(fault.code()).isEqualTo(ErrorCode.STORE_FULL));
        small.remove(key(1));
        assertThat(small.set(key(3), "{\"n\":3}")).isTrue();
        assertThat(small.set(key(3), "{\"n\":3}")).isFalse();
    }
}
