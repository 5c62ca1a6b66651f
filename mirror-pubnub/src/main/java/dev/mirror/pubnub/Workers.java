package dev.mirror.pubnub;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads of one broker: some that publish and wait, some that read and wait, some that call listeners, and one that
 * changes the subscription. What they are handed is bounded by those who hand it in.
 */
final class Workers implements AutoCloseable {
    private static final int PUBLISHING = 8;
    private static final int ASKING = 8;
    private static final int TELLING = 4;
    private static final long PATIENCE_SECONDS = 10;
    private static final String NAME = "mirror-pubnub-";

    private final ExecutorService publishing = Executors.newFixedThreadPool(PUBLISHING, named("publish-"));
    private final ExecutorService asking = Executors.newFixedThreadPool(ASKING, named("ask-"));
    private final ExecutorService telling = Executors.newFixedThreadPool(TELLING, named("tell-"));
    private final ExecutorService control = Executors.newSingleThreadExecutor(named("control-"));

    static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, NAME + prefix + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs something that publishes, and waits for the answer; false if the broker has ended. */
    boolean publish(Runnable task) {
        return hand(publishing, task);
    }

    /** Runs something that reads, and waits for the answer; false if the broker has ended. */
    boolean ask(Runnable task) {
        return hand(asking, task);
    }

    /** The same, with what comes of it. */
    <T> CompletableFuture<T> ask(Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (!ask(() -> fulfil(future, work))) {
            future.completeExceptionally(ended());
        }
        return future;
    }

    /** Calls listeners. */
    void tell(Runnable task) {
        hand(telling, task);
    }

    /** Runs something that changes the subscription, one at a time. */
    void control(Runnable task) {
        hand(control, task);
    }

    static <T> void fulfil(CompletableFuture<T> future, Supplier<T> work) {
        try {
            future.complete(work.get());
        } catch (MirrorException refusal) {
            future.completeExceptionally(refusal);
        } catch (RuntimeException fault) {
            future.completeExceptionally(new MirrorException(ErrorCode.INTERNAL, "a fault of the broker", fault));
        }
    }

    private static boolean hand(ExecutorService threads, Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    static MirrorException ended() {
        return new MirrorException(ErrorCode.BUSY, "the broker is closed");
    }

    /** Lets what was handed in come to its end, which finds the broker closed. */
    @Override
    public void close() {
        List<ExecutorService> all = List.of(publishing, asking, telling, control);
        all.forEach(ExecutorService::shutdown);
        if (Thread.currentThread().getName().startsWith(NAME)) {
            return; // a listener closes the broker: its own thread cannot be waited for
        }
        try {
            for (ExecutorService threads : all) {
                if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    threads.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            all.forEach(ExecutorService::shutdownNow);
            Thread.currentThread().interrupt();
        }
    }
}
