package dev.mirror.websocket;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the loops of one transport count together. Safe for any thread. */
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder slowConsumers = new LongAdder();
    final CompletableFuture<Void> allEnded = new CompletableFuture<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean draining;

    int connections() {
        return connections.get();
    }

    /** Counts a connection in, unless there are as many as may be or no more are taken. */
    boolean enter(int max) {
        if (connections.incrementAndGet() > max || draining) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        if (connections.decrementAndGet() == 0 && draining) {
            allEnded.complete(null);
        }
    }

    /** From now on {@link #enter} refuses, and {@link #allEnded} is completed when the last connection has left. */
    void drain() {
        draining = true;
        if (connections.get() == 0) {
            allEnded.complete(null);
        }
    }
}
