package dev.mirror.spi;

import java.time.Duration;

/**
 * Runs something later. A scheduled task does nothing but hand over to whoever owns the state that it is about.
 *
 * <p>Safe for any thread.
 */
@FunctionalInterface
public interface Scheduler {
    /**
     * Runs a task once, after the delay.
     *
     * @return the way to call it off; calling it off twice, or after it ran, does nothing
     */
    Task schedule(Duration delay, Runnable task);

    /** Something that was scheduled. */
    @FunctionalInterface
    interface Task {
        /** Calls it off, if it has not begun. */
        void cancel();
    }
}
