package dev.mirror.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded way to run work that blocks: at most {@code width} pieces at once on somebody's executor, at most
 * {@code room} waiting, in the order in which they came; one more fails with {@code busy}.
 *
 * <p>Safe for any thread. What is chained to a stage may run on the lane, so it must not block.
 */
public final class Lane {
    private final String name;
    private final Executor executor;
    private final int width;
    private final int room;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Job<?>> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private int running;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * A lane.
     *
     * @param name what the refusal calls it
     * @param width how much runs at once
     * @param room how much may wait
     */
    public Lane(String name, Executor executor, int width, int room) {
        this.name = name;
        this.executor = executor;
        this.width = width;
        this.room = room;
    }

    /** Runs the work; the stage fails with a {@link MirrorException} if it throws, or {@code busy} if it cannot wait. */
    public <T> CompletableFuture<T> run(Supplier<T> work) {
        Job<T> job = new Job<>(work, new CompletableFuture<>());
        synchronized (lock) {
            boolean full = running == width;
            if (closed || (full && waiting.size() == room)) {
                job.fail(busy());
                return job.result;
            }
            if (full) {
                waiting.add(job);
                return job.result;
            }
            running++;
        }
        try {
            executor.execute(() -> drain(job));
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            refuse(job);
        }
        return job.result;
    }

    /** Takes no more work and waits until what was taken is done, but not for ever; whether it is. */
    public boolean close(Duration patience) {
        synchronized (lock) {
            closed = true;
            if (running == 0) {
                ended.complete(null);
            }
        }
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void drain(Job<?> first) {
        for (Job<?> job = first; job != null; job = next()) {
            job.run();
        }
    }

    private @Nullable Job<?> next() {
        synchronized (lock) {
            Job<?> job = waiting.poll();
            if (job == null) {
                leave();
            }
            return job;
        }
    }

    /** The executor takes nothing more, so nobody would come for what waits either. */
    private void refuse(Job<?> job) {
        List<Job<?>> refused = new ArrayList<>();
        refused.add(job);
        synchronized (lock) {
            if (running == 1) {
                refused.addAll(waiting);
                waiting.clear();
            }
            leave();
        }
        refused.forEach(each -> each.fail(busy()));
    }

    @GuardedBy("lock")
    private void leave() {
        running--;
        if (closed && running == 0) {
            ended.complete(null);
        }
    }

    private MirrorException busy() {
        return new MirrorException(ErrorCode.BUSY, name + " has too much to do; try again later");
    }

    /** One piece of work and where its outcome goes. */
    private record Job<T>(Supplier<T> work, CompletableFuture<T> result) {
        void run() {
            try {
                result.complete(work.get());
            } catch (MirrorException e) {
                fail(e);
            } catch (Throwable e) {
                // Whatever it is, somebody waits for the outcome, and the lane has to go on.
                fail(new MirrorException(
                        ErrorCode.INTERNAL, "work failed: " + e.getClass().getName(), e));
            }
        }

        void fail(MirrorException e) {
            result.completeExceptionally(e);
        }
    }
}
