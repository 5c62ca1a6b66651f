package dev.mirror.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.message.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every checkpoint keeps to.
 *
 * @param <T> its transaction
 */
public abstract class CheckpointContract<T> {
    private static final ChannelName LOBBY = ChannelName.room("lobby");
    private static final ChannelName INBOX = ChannelName.parse("@ann").orElseThrow();

    private final List<Checkpoint<T>> made = new ArrayList<>();
    private final List<Long> done = new ArrayList<>();

    /** The same checkpoint each time, as a new process would make it. */
    protected abstract Checkpoint<T> make();

    private Checkpoint<T> started() {
        Checkpoint<T> checkpoint = make();
        made.add(checkpoint);
        return checkpoint;
    }

    private Map<ChannelName, Progress> restarted() {
        made.forEach(Checkpoint::close);
        Checkpoint<T> next = started();
        return next.open();
    }

    @AfterEach
    void close() {
        made.forEach(Checkpoint::close);
    }

    private static Position at(long offset) {
        return new Position("e", offset);
    }

    private boolean handle(Checkpoint<T> checkpoint, long offset, long floor) throws Exception {
        return checkpoint.handle(new Step(LOBBY, at(offset), floor), transaction -> done.add(offset));
    }

    @Test
    void newCheckpointKnowsNothing() {
        assertThat(started().open()).isEmpty();
    }

    @Test
    void k1_stepsAreKeptForEachChannel() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        assertThat(handle(checkpoint, 1, 1)).isTrue();
        assertThat(handle(checkpoint, 2, 2)).isTrue();
        checkpoint.handle(new Step(INBOX, new Position("other epoch/ä", 7), 7), transaction -> {});

        assertThat(restarted())
                .isEqualTo(Map.of(LOBBY, Progress.upTo(at(2)), INBOX, Progress.upTo(new Position("other epoch/ä", 7))));
        assertThat(done).containsExactly(1L, 2L);
    }

    @Test
    void k2_workIsNotRunForWhatIsHandled() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        handle(checkpoint, 5, 5);
        handle(checkpoint, 8, 5);

        assertThat(handle(checkpoint, 5, 5)).isFalse();
        assertThat(handle(checkpoint, 4, 4)).isFalse();
        assertThat(handle(checkpoint, 8, 8)).isFalse();
        assertThat(handle(checkpoint, 8, 5)).isFalse();
        assertThat(done).containsExactly(5L, 8L);
    }

    @Test
    void k3_workThatThrowsChangesNothing() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        handle(checkpoint, 1, 1);
        IOException failure = new IOException("as the test wants");

        assertThatThrownBy(() -> checkpoint.handle(new Step(LOBBY, at(2), 2), transaction -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> checkpoint.handle(new Step(LOBBY, at(3), 1), transaction -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(restarted()).isEqualTo(Map.of(LOBBY, Progress.upTo(at(1))));
    }

    @Test
    void k4_stepsBeyondAWaitingOneAreKeptAndFoldedIn() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        handle(checkpoint, 1, 1);
        handle(checkpoint, 3, 1);
        handle(checkpoint, 5, 1);
        handle(checkpoint, 6, 1);

        Map<ChannelName, Progress> kept = restarted();
        assertThat(kept.get(LOBBY).position()).isEqualTo(at(1));
        assertThat(kept.get(LOBBY).beyond()).containsExactly(3L, 5L, 6L);

        Checkpoint<T> second = made.get(made.size() - 1);
        assertThat(handle(second, 2, 3)).isTrue();
        assertThat(handle(second, 4, 6)).isTrue();
        assertThat(restarted()).isEqualTo(Map.of(LOBBY, Progress.upTo(at(6))));
    }

    @Test
    void k4_orderOfStepsDoesNotMatter() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        handle(checkpoint, 3, 0);
        handle(checkpoint, 2, 0);
        handle(checkpoint, 1, 3);

        assertThat(restarted()).isEqualTo(Map.of(LOBBY, Progress.upTo(at(3))));
    }

    @Test
    void k4_manyThreadsAtOnce() {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        AtomicInteger runs = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CompletableFuture.allOf(IntStream.rangeClosed(1, 40)
                            .mapToObj(
                                    offset -> CompletableFuture.runAsync(() -> step(checkpoint, offset, runs), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            threads.shutdown();
        }

        assertThat(runs).hasValue(40);
        Progress kept = restarted().get(LOBBY);
        assertThat(IntStream.rangeClosed(1, 40)).allMatch(offset -> kept.has(at(offset)));
        assertThat(kept.has(at(41))).isFalse();
    }

    /** As the client does it: what fails for the checkpoint's sake is asked again. */
    private void step(Checkpoint<T> checkpoint, long offset, AtomicInteger runs) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            try {
                if (checkpoint.handle(new Step(LOBBY, at(offset), 0), transaction -> {})) {
                    runs.incrementAndGet();
                }
                return;
            } catch (CheckpointException busy) {
                Thread.onSpinWait();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
        throw new AssertionError("never kept");
    }

    @Test
    void moveSetsThePositionForwardAndBackAndForgetsWhatWasBeyond() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        checkpoint.move(LOBBY, at(10));
        assertThat(handle(checkpoint, 12, 10)).isTrue();
        checkpoint.move(LOBBY, at(3));
        assertThat(handle(checkpoint, 4, 4)).isTrue();
        assertThat(handle(checkpoint, 12, 4)).isTrue();
        checkpoint.move(LOBBY, at(20));

        assertThat(restarted()).isEqualTo(Map.of(LOBBY, Progress.upTo(at(20))));
    }

    @Test
    void anotherEpochBeginsAnew() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        handle(checkpoint, 100, 100);
        handle(checkpoint, 105, 100);
        Position renewed = new Position("f", 3);

        assertThat(checkpoint.handle(new Step(LOBBY, renewed, 3), transaction -> done.add(3L)))
                .isTrue();
        assertThat(checkpoint.handle(new Step(LOBBY, renewed, 3), transaction -> done.add(3L)))
                .isFalse();

        assertThat(done).containsExactly(100L, 105L, 3L);
        assertThat(restarted()).isEqualTo(Map.of(LOBBY, Progress.upTo(renewed)));
    }

    @Test
    void offsetsMayHaveHoles() throws Exception {
        Checkpoint<T> checkpoint = started();
        checkpoint.open();
        ChannelName external = ChannelName.parse("pn:some-channel").orElseThrow();
        long timetoken = 17_000_000_000_000_000L;
        checkpoint.handle(
                new Step(external, new Position("e", timetoken), timetoken), transaction -> done.add(timetoken));

        assertThat(restarted().keySet()).isEqualTo(Set.of(external));
    }
}
