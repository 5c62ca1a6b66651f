package dev.mirror.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one client: the lane, one for handlers, one that completes futures, and short-lived ones for what
 * blocks. All are daemons, start when first needed, and are named after the client. Handlers and replies have no thread
 * while nothing happens.
 */
final class ClientThreads {
    private static final Logger LOG = System.getLogger(ClientThreads.class.getName());
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String name;
    private final ScheduledThreadPoolExecutor lane;
    private final ThreadPoolExecutor callbacks;
    private final ThreadPoolExecutor replies;
    private final ThreadPoolExecutor blocking;

    ClientThreads(String name) {
        this.name = name;
        lane = new ScheduledThreadPoolExecutor(1, factory("engine"));
        lane.setRemoveOnCancelPolicy(true);
        callbacks = single("handlers");
        replies = single("replies");
        blocking = single("login");
    }

    /** @param handlers the caller's executor for handlers; {@code null} for a thread of the client's own */
    Environment environment(RandomGenerator random, @Nullable Executor handlers) {
        return new Environment(
                lane, this::schedule, System::nanoTime, random, handlers == null ? callbacks : handlers, replies);
    }

    /** What the names of its threads begin with. */
    String name() {
        return name;
    }

    /** Runs what blocks. */
    Executor blocking() {
        return blocking;
    }

    private Runnable schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled = lane.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Whether the current thread is one that a future of the client's completes on. */
    boolean isReplying() {
        return Thread.currentThread().getName().equals(name + "-replies");
    }

    /** Runs the end of the client beside its other threads. */
    void last(Runnable task) {
        factory("end").newThread(task).start();
    }

    /** Ends every thread; a handler that still runs is interrupted. */
    void stop() {
        for (Runnable task : List.copyOf(lane.getQueue())) {
            if (task instanceof RunnableScheduledFuture<?> timer && timer.getDelay(TimeUnit.NANOSECONDS) > 0) {
                timer.cancel(false);
            }
        }
        lane.shutdown();
        await(lane);
        blocking.shutdownNow();
        await(blocking);
        callbacks.shutdownNow();
        await(callbacks);
        replies.shutdown();
        await(replies);
    }

    private void await(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "A thread of {0} does not end", name);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The queue is bounded by what may be put in: see {@link Callbacks} and {@link Budget}. */
    private ThreadPoolExecutor single(String role) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1, 1, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), factory(role));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private ThreadFactory factory(String role) {
        return task -> {
            Thread thread = new Thread(task, name + "-" + role);
            thread.setDaemon(true);
            return thread;
        };
    }
}
