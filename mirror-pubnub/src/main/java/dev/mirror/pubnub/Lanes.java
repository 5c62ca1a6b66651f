package dev.mirror.pubnub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs what is published on one channel one after the other, in the order in which it was handed in. Safe for any thread. */
final class Lanes {
    private final Workers workers;
    private final Map<String, Deque<Runnable>> waiting = new HashMap<>(); // guarded by this; the lanes that run

    Lanes(Workers workers) {
        this.workers = workers;
    }

    <T> CompletableFuture<T> run(String lane, Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable task = () -> Workers.fulfil(future, work);
        synchronized (this) {
            Deque<Runnable> before = waiting.get(lane);
            if (before != null) {
                before.add(task);
                return future;
            }
            waiting.put(lane, new ArrayDeque<>());
        }
        start(lane, task);
        return future;
    }

    private void start(String lane, Runnable task) {
        boolean taken = workers.publish(() -> {
            task.run();
            next(lane);
        });
        if (!taken) {
            // Finds the broker closed, and so do those behind it.
            task.run();
            next(lane);
        }
    }

    private void next(String lane) {
        Runnable task;
        synchronized (this) {
            Deque<Runnable> rest = waiting.get(lane);
            task = rest == null ? null : rest.poll();
            if (task == null) {
                waiting.remove(lane);
                return;
            }
        }
        start(lane, task);
    }
}
