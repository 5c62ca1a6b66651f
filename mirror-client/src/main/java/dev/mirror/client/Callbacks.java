package dev.mirror.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls handlers: one at a time and in order for each key, on an executor. A call may ask to be made again after a rest;
 * meanwhile its key waits, and others go on. What waits is bounded; what does not fit is refused, and when half of the
 * bound is free again the owner hears it. Safe for any thread; no lock is held while a handler runs.
 */
final class Callbacks {
    private static final Logger LOG = System.getLogger(Callbacks.class.getName());
    /** Room beyond the bound for what must not be refused lightly, such as changes of state. */
    private static final int RESERVE = 100;
    /** The key of changes of state; they are told to the end. */
    static final String STATE = "";

    private final Executor executor;
    private final Environment.Timers timers;
    private final int maxEvents;
    private final long maxBytes;
    private final Runnable drained;
    private final Consumer<Throwable> failures;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<String, ArrayDeque<Call>> queues = new HashMap<>(); // guarded by lock; the head of each runs
    private final Map<String, Runnable> resting =
            new HashMap<>(); // guarded by lock; by key, the way to call a rest off
    private int events; // guarded by lock
    private long bytes; // guarded by lock
    private boolean refused; // guarded by lock; whether the owner waits to hear of room
    private boolean stopped; // guarded by lock
    private final Set<Thread> running = ConcurrentHashMap.newKeySet(); // threads that are in a handler

    /** What a call does. */
    @FunctionalInterface
    interface Task {
        /** Does it; how long to rest before it is done again, or {@code null} if it is over. */
        @Nullable
        Duration run() throws Exception;
    }

    /** How much may wait. */
    record Bound(int events, long bytes) {}

    private record Call(String key, int size, Task task) {}

    /**
     * @param drained called, on a thread of the executor, when there is room again after a refusal
     * @param failures hears what handlers throw
     */
    Callbacks(Environment environment, Bound bound, Runnable drained, Consumer<Throwable> failures) {
        this.executor = environment.callbacks();
        this.timers = environment.timers();
        this.maxEvents = bound.events();
        this.maxBytes = bound.bytes();
        this.drained = drained;
        this.failures = failures;
    }

    /** Takes a call, or refuses it if too much waits. */
    boolean offer(String key, int size, Task task) {
        return add(new Call(key, size, task), maxEvents, true);
    }

    /** Takes a call although much waits; only where even the reserve is used up it is dropped, and logged. */
    void insist(String key, Runnable task) {
        Task once = () -> {
            task.run();
            return null;
        };
        if (!add(new Call(key, 0, once), maxEvents + RESERVE, false)) {
            LOG.log(Level.WARNING, "A handler is so slow that a change of state was not told to it");
        }
    }

    private boolean add(Call call, int bound, boolean boundBytes) {
        boolean first;
        lock.lock();
        try {
            if (isOver(call)) {
                return true;
            }
            if (events >= bound || (boundBytes && events > 0 && bytes + call.size() > maxBytes)) {
                refused |= boundBytes;
                return false;
            }
            events++;
            bytes += call.size();
            ArrayDeque<Call> queue = queues.computeIfAbsent(call.key(), key -> new ArrayDeque<>());
            first = queue.isEmpty();
            queue.add(call);
        } finally {
            lock.unlock();
        }
        if (first) {
            start(call);
        }
        return true;
    }

    private void start(Call call) {
        try {
            executor.execute(() -> run(call));
        } catch (RejectedExecutionException rejected) {
            LOG.log(Level.WARNING, "The executor for handlers refuses work; no handler is called any more");
            stop();
        }
    }

    private void run(Call call) {
        Duration rest = null;
        running.add(Thread.currentThread());
        try {
            if (mayRun(call)) {
                rest = call.task().run();
            }
        } catch (Throwable thrown) {
            report(thrown);
        } finally {
            running.remove(Thread.currentThread());
        }
        if (rest != null && rest(call, rest)) {
            return;
        }
        Call next = finished(call);
        if (next != null) {
            start(next);
        }
    }

    /** Makes the call again later; false if none is made any more. */
    private boolean rest(Call call, Duration rest) {
        lock.lock();
        try {
            if (isOver(call)) {
                return false;
            }
            resting.put(call.key(), timers.schedule(rest, () -> wake(call)));
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void wake(Call call) {
        lock.lock();
        try {
            if (resting.remove(call.key()) == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        start(call);
    }

    /** Logs what a handler threw, and tells it to who wants to hear it. */
    void report(Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        LOG.log(Level.WARNING, "A handler failed", thrown);
        try {
            failures.accept(thrown);
        } catch (RuntimeException again) {
            LOG.log(Level.WARNING, "The handler of failures failed", again);
        }
    }

    private @Nullable Call finished(Call call) {
        boolean room;
        Call next;
        lock.lock();
        try {
            events--;
            bytes -= call.size();
            ArrayDeque<Call> queue = queues.get(call.key());
            next = queue == null ? null : after(queue, call.key());
            room = refused && events <= maxEvents / 2 && bytes <= maxBytes / 2;
            refused &= !room;
            if (events <= 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (room) {
            drained.run();
        }
        return next;
    }

    /** With the lock: removes the call that ran; the next one, if there is one. */
    private @Nullable Call after(ArrayDeque<Call> queue, String key) {
        queue.poll();
        if (queue.isEmpty()) {
            queues.remove(key);
        }
        return queue.peek();
    }

    /** Lets no call begin any more but those of the key {@link #STATE}, and drops what waits. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            for (ArrayDeque<Call> queue : queues.values()) {
                Call head = queue.element();
                if (isOver(head)) {
                    events -= queue.size() - 1;
                    queue.clear();
                    queue.add(head);
                }
            }
            resting.forEach((key, callOff) -> {
                callOff.run();
                queues.remove(key);
                events--;
            });
            resting.clear();
            if (events <= 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether no further call begins. */
    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private boolean isOver(Call call) {
        return stopped && !call.key().equals(STATE);
    }

    private boolean mayRun(Call call) {
        lock.lock();
        try {
            return !isOver(call);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the current thread is in a handler. */
    boolean isHandling() {
        return running.contains(Thread.currentThread());
    }

    /** Waits until no call runs or waits; false if that takes longer. */
    boolean awaitIdle(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (events > 0) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
