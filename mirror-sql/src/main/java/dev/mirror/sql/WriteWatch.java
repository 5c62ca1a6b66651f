package dev.mirror.sql;

import dev.mirror.spi.Scheduler;
import java.time.Duration;

/**
 * Gives up a connection whose database takes nothing any more: writing to a socket has no time limit of its own, and
 * whoever waits for a commit has to hear something within 5 s. It looks from time to time, on the scheduler's thread.
 */
final class WriteWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(4).toNanos();

    private final Engine engine;
    private final Scheduler scheduler;
    private volatile long began; // by the writer; when, and 0 while it waits for nothing
    private volatile boolean closed; // set once

    WriteWatch(Engine engine, Scheduler scheduler) {
        this.engine = engine;
        this.scheduler = scheduler;
        lookLater();
    }

    /** From now on the writer waits for the database. */
    void begin() {
        began = System.nanoTime() | 1;
    }

    /** The writer has its answer. */
    void end() {
        began = 0;
    }

    /** Any thread. Whether the writer has waited for longer than anybody should. */
    boolean isOverdue() {
        long since = began;
        return since != 0 && System.nanoTime() - since > PATIENCE_NANOS;
    }

    private void lookLater() {
        scheduler.schedule(LOOK, this::look);
    }

    private void look() {
        if (isOverdue()) {
            engine.giveUp();
        }
        if (!closed) {
            lookLater();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
