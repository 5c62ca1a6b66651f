package dev.mirror.testkit.time;

import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what another thread does, with a deadline so generous ({@link #DEADLINE}) that only a fault reaches it. A
 * test that waits otherwise is either slow or wrong on a busy machine.
 *
 * <p>Reaching the deadline is an {@link AssertionError} that names what was waited for.
 */
public final class Await {
    /** How long every wait may take. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final long STEP_NANOS = 1_000_000;

    private Await() {}

    /** Waits until the condition holds; it is asked about every millisecond. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, DEADLINE, condition);
    }

    /** Waits until the condition holds, with a deadline of its own. */
    public static void until(String what, Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Waited " + deadline.toMillis() + " ms in vain: " + what);
            }
            if (Thread.interrupted()) {
                throw new AssertionError("Interrupted while waiting: " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Waits until the latch is open. */
    public static void open(String what, CountDownLatch latch) {
        try {
            if (!latch.await(DEADLINE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("Waited " + DEADLINE.toSeconds() + " s in vain: " + what);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while waiting: " + what, e);
        }
    }

    /** Waits for the value of a stage; its failure comes out as it is. */
    public static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("Waited " + DEADLINE.toSeconds() + " s in vain for a stage", e);
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while waiting for a stage", e);
        }
    }

    /** Waits for the failure of a stage; a value, or any failure that is not mirror's own, is an error. */
    public static MirrorException failure(CompletionStage<?> stage) {
        CompletableFuture<MirrorException> failure = new CompletableFuture<>();
        stage.whenComplete((value, fault) -> {
            Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
            if (cause instanceof MirrorException refusal) {
                failure.complete(refusal);
            } else if (cause == null) {
                failure.completeExceptionally(new AssertionError("Expected a failure, but got " + value));
            } else {
                failure.completeExceptionally(new AssertionError("Not a MirrorException: " + cause, cause));
            }
        });
        try {
            return value(failure);
        } catch (CompletionException e) {
            if (e.getCause() instanceof AssertionError error) {
                throw error;
            }
            throw e;
        }
    }
}
