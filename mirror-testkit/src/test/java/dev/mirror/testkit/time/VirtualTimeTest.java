package dev.mirror.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> seen = new ArrayList<>();

    @Test
    void timersRunInOrderOfTimeThenOfSetting() {
        time.schedule(Duration.ofSeconds(2), () -> seen.add("late"));
        time.schedule(Duration.ofSeconds(1), () -> seen.add("first"));
        time.schedule(Duration.ofSeconds(1), () -> seen.add("second"));

        time.advance(Duration.ofSeconds(2));

        assertThat(seen).containsExactly("first", "second", "late");
        assertThat(time.timers()).isZero();
    }

    @Test
    void aTimerSeesTheTimeItWasSetFor() {
        time.schedule(Duration.ofSeconds(1), () -> seen.add(time.instant().toString()));

        time.advance(Duration.ofSeconds(5));

        assertThat(seen).containsExactly("2026-01-01T00:00:01Z");
        assertThat(time.instant()).isEqualTo("2026-01-01T00:00:05Z");
    }

    @Test
    void whatATimerHandsOverRunsBeforeTheNextTimer() {
        Executor lane = time.lane();
        time.schedule(Duration.ofSeconds(1), () -> lane.execute(() -> seen.add("handed over")));
        time.schedule(Duration.ofSeconds(2), () -> seen.add("next timer"));

        time.advance(Duration.ofSeconds(2));

        assertThat(seen).containsExactly("handed over", "next timer");
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        Scheduler.Task task = time.schedule(Duration.ofSeconds(1), () -> seen.add("cancelled"));
        task.cancel();
        task.cancel();

        time.advance(Duration.ofSeconds(2));

        assertThat(seen).isEmpty();
    }

    @Test
    void runAllDoesNotMoveTheClock() {
        time.schedule(Duration.ofNanos(1), () -> seen.add("timer"));
        time.lane().execute(() -> seen.add("task"));

        time.runAll();

        assertThat(seen).containsExactly("task");
        assertThat(time.instant()).isEqualTo(VirtualTime.START);
    }

    @Test
    void oneSeedGivesOneInterleavingThatKeepsEveryLanesOrder() {
        assertThat(interleaving(7)).isEqualTo(interleaving(7)).isNotEqualTo(interleaving(8));
        for (String lane : List.of("a", "b", "c")) {
            assertThat(interleaving(7).stream().filter(task -> task.startsWith(lane)))
                    .isSorted()
                    .hasSize(9);
        }
    }

    private static List<String> interleaving(long seed) {
        VirtualTime shuffled = new VirtualTime(VirtualTime.START, SeededRandom.of(seed));
        List<String> order = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Executor lane = shuffled.lane();
            for (int i = 1; i < 10; i++) {
                String task = name + i;
                lane.execute(() -> order.add(task));
            }
        }
        shuffled.runAll();
        return order;
    }

    @Test
    void aTaskThatRunsEverythingLeavesItToTheOuterRun() {
        Executor lane = time.lane();
        lane.execute(() -> {
            lane.execute(() -> seen.add("second"));
            time.runAll();
            seen.add("first");
        });

        time.runAll();

        assertThat(seen).containsExactly("first", "second");
    }

    @Test
    void whatATaskThrowsComesOutAndTheRestStays() {
        Executor lane = time.lane();
        lane.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        lane.execute(() -> seen.add("rest"));

        assertThatThrownBy(time::runAll).hasMessage("on purpose");
        assertThat(time.tasks()).isEqualTo(1);
        time.runAll();
        assertThat(seen).containsExactly("rest");
    }

    @Test
    void aJumpOfTheClockMovesNoTimer() {
        time.schedule(Duration.ofSeconds(1), () -> seen.add("timer"));

        time.jump(Duration.ofDays(-3650));
        time.advance(Duration.ofMillis(999));
        assertThat(seen).isEmpty();
        time.advance(Duration.ofMillis(1));

        assertThat(seen).containsExactly("timer");
        assertThat(time.instant()).isBefore(VirtualTime.START);
    }
}
