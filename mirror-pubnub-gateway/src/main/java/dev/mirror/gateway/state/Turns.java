package dev.mirror.gateway.state;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Does things one after the other, each when the one before has ended, however it ended. For what reads a
 * {@link StateStore} and then writes what follows from it.
 *
 * <p>At most {@value #MAX_WAITING} wait; one more fails with {@code busy}. Safe for any thread.
 */
public final class Turns {
    /** How many may wait. */
    public static final int MAX_WAITING = 1_000;

    private final Object lock = new Object();
    private CompletionStage<?> last = CompletableFuture.completedFuture(null); // guarded by lock
    private int waiting; // guarded by lock

    /** Nothing is being done. */
    public Turns() {}

    /** Does something when its turn has come. */
    public <T> CompletionStage<T> run(Supplier<CompletionStage<T>> work) {
        CompletionStage<?> before;
        CompletableFuture<T> result = new CompletableFuture<>();
        synchronized (lock) {
            if (waiting == MAX_WAITING) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.BUSY, "too much waits for its turn; try again later"));
            }
            waiting++;
            before = last;
            last = result;
        }
        before.whenComplete((ended, failure) -> begin(work, result));
        return result;
    }

    private <T> void begin(Supplier<CompletionStage<T>> work, CompletableFuture<T> result) {
        CompletionStage<T> stage;
        try {
            stage = work.get();
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((value, failure) -> {
            synchronized (lock) {
                waiting--;
            }
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(value);
            }
        });
    }
}
