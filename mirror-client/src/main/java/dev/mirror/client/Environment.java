package dev.mirror.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Time, chance and threads, as the engine gets them handed in.
 *
 * @param lane runs one task at a time, in order; owns all state of the engine
 * @param timers runs something later
 * @param nanos a clock that never jumps
 * @param random chance
 * @param callbacks runs handlers
 * @param replies completes futures, one at a time, in order
 */
record Environment(
        Executor lane,
        Timers timers,
        LongSupplier nanos,
        RandomGenerator random,
        Executor callbacks,
        Executor replies) {
    /** Runs a task once, later, on any thread. */
    @FunctionalInterface
    interface Timers {
        /** Returns the way to call it off. */
        Runnable schedule(Duration delay, Runnable task);
    }

    /** On the lane. Runs a task later, on the lane; after it was called off, on the lane, it certainly does not run. */
    Runnable later(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(task);
        Runnable cancel = timers.schedule(delay, () -> onLane(alarm::ring));
        return () -> {
            alarm.off = true;
            cancel.run();
        };
    }

    /** Runs a task on the lane, or drops it if the lane has ended. */
    void onLane(Runnable task) {
        try {
            lane.execute(task);
        } catch (RejectedExecutionException ended) {
            // The engine is closed; what would have changed its state is late.
        }
    }

    private static final class Alarm {
        private final Runnable task;
        private boolean off; // the lane's

        Alarm(Runnable task) {
            this.task = task;
        }

        void ring() {
            if (!off) {
                task.run();
            }
        }
    }
}
