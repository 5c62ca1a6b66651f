package dev.mirror.client;

import dev.mirror.message.MirrorException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A future of the application's that is completed beside the engine: what the application hangs on it never runs on the
 * lane or on a socket's thread.
 */
final class Promise<T> implements Outcome<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Executor replies;
    private final Runnable settled;

    /** @param settled told, once, when the outcome is known */
    Promise(Executor replies, Runnable settled) {
        this.replies = replies;
        this.settled = settled;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    public void done(T value) {
        settled.run();
        reply(() -> future.complete(value));
    }

    @Override
    public void failed(MirrorException failure) {
        settled.run();
        reply(() -> future.completeExceptionally(failure));
    }

    private void reply(Runnable completion) {
        try {
            replies.execute(completion);
        } catch (RejectedExecutionException ended) {
            completion.run();
        }
    }
}
