package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LaneTest {
    /** What was handed to the executor and has not run. Only on the test's thread. */
    private final ArrayDeque<Runnable> handedOver = new ArrayDeque<>();

    private final Lane lane = new Lane("the lane", handedOver::add, 2, 3);

    @Test
    void noMoreThanTheWidthRunsAtOnce() {
        List<CompletableFuture<Integer>> results = submit(5);
        assertThat(handedOver).hasSize(2);
        runAll();
        assertThat(results).map(StoreFixture::await).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void oneMoreThanTheRoomIsBusy() {
        List<CompletableFuture<Integer>> results = submit(6);
        assertBusy(results.get(5));
        runAll();
        CompletableFuture<Integer> later = lane.run(() -> 7);
        runAll();
        assertThat(await(later)).isEqualTo(7);
    }

    @Test
    void workThatThrowsLosesNothingForOthers() {
        CompletableFuture<Object> first = lane.run(() -> {
            throw new IllegalStateException("fault");
        });
        List<CompletableFuture<Integer>> others = submit(4);
        runAll();
        assertThatThrownBy(() -> await(first))
                .isInstanceOfSatisfying(
                        MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
        assertThat(others).allMatch(CompletableFuture::isDone);
    }

    @Test
    void afterCloseNothingIsTakenAndWhatWasTakenIsDone() {
        List<CompletableFuture<Integer>> results = submit(3);
        assertThat(lane.close(Duration.ZERO)).isFalse();
        assertBusy(lane.run(() -> 1));
        runAll();
        assertThat(lane.close(Duration.ZERO)).isTrue();
        assertThat(results).allMatch(CompletableFuture::isDone);
    }

    @Test
    void anExecutorThatRefusesIsBusy() {
        Lane refused = new Lane(
                "the lane",
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                1,
                1);
        assertBusy(refused.run(() -> 1));
        assertThat(refused.close(Duration.ZERO)).isTrue();
    }

    private List<CompletableFuture<Integer>> submit(int count) {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int value = i;
            results.add(lane.run(() -> value));
        }
        return results;
    }

    private void runAll() {
        while (!handedOver.isEmpty()) {
            handedOver.remove().run();
        }
    }

    private static void assertBusy(CompletableFuture<?> result) {
        assertThatThrownBy(() -> await(result))
                .isInstanceOfSatisfying(
                        MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
    }
}
