package dev.mirror.server;

import dev.mirror.spi.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a server beside those of its ports: a few for work that blocks, one that rings. */
final class Threads implements Scheduler, AutoCloseable {
    private static final Logger LOG = System.getLogger(Threads.class.getName());
    private static final long PATIENCE_SECONDS = 2;

    // Unbounded only by itself: the store and the accounts bound how much they run at once.
    private final ExecutorService blocking = Executors.newCachedThreadPool(named("mirror-work-"));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("mirror-timer-"));

    Threads() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Threads that end with the process, numbered. */
    static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    Executor blocking() {
        return blocking;
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
        try {
            Future<?> future = timer.schedule(() -> runLogged(task), delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException ended) {
            // The server has ended, and with it everything that could be owed.
            return () -> {};
        }
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a scheduled task failed", failure);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                blocking.shutdownNow();
            }
        } catch (InterruptedException e) {
            blocking.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
