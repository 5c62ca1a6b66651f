package dev.mirror.simulation;

import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The threads and timers of one process, in virtual time. When it is killed, whatever has not begun never does: between
 * any two tasks, so also between a commit and its acknowledgement.
 */
final class Machine implements Scheduler {
    private final VirtualTime time;
    private boolean alive = true;
    private int working; // work that was handed to workers and has not run
    private long untilDeath = -1; // so many more tasks are run; negative for no end in sight
    private Runnable death = () -> {};

    Machine(VirtualTime time) {
        this.time = time;
    }

    /** A new thread: runs one task at a time, in order. */
    Executor lane() {
        Executor lane = time.lane();
        return task -> {
            if (alive) {
                lane.execute(() -> run(task));
            }
        };
    }

    /** A pool of threads: each task on its own, as late as the disk takes; with no delay at once while it is opened. */
    Executor workers(Supplier<Duration> latency) {
        return task -> {
            if (alive) {
                working++;
                time.schedule(
                        latency.get(),
                        () -> time.lane().execute(() -> {
                            working--;
                            run(task);
                        }));
            }
        };
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
        return time.schedule(delay, () -> run(task));
    }

    private void run(Runnable task) {
        if (alive) {
            task.run();
            if (untilDeath > 0 && --untilDeath == 0) {
                death.run();
            }
        }
    }

    /** Whether something is on its way to the disk or from it. */
    boolean isWorking() {
        return working > 0;
    }

    boolean isAlive() {
        return alive;
    }

    /** Does this after so many more tasks, at least one, wherever in the middle of something that is. */
    void after(long tasks, Runnable end) {
        untilDeath = tasks;
        death = end;
    }

    /** What was to end it does not. */
    void spare() {
        untilDeath = -1;
    }

    /** Nothing runs any more. */
    void kill() {
        alive = false;
    }
}
