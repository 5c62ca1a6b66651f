package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Takes what is to be written and commits what waits together: one transaction at a time, on the store's one lane for
 * writes, so that accounts get their turn between two. It never waits for more to come: while one transaction is on its
 * way to the disk, the next one gathers.
 *
 * <p>Bounds: {@value #WAITING_ROWS} rows and the options' bytes wait; more is refused with {@code busy}. Safe for any
 * thread; nothing blocks but {@link #close}.
 */
final class LogWriter {
    private static final Logger LOG = System.getLogger(LogWriter.class.getName());
    /** How many rows a transaction has at most, unless one work alone has more. */
    private static final int BATCH_ROWS = 1_000;

    private static final int WAITING_ROWS = 20_000;

    private final Lane lane;
    private final LogCommit commit;
    private final long maxBytes;

    private final Object lock = new Object();
    private final ArrayDeque<Work<?>> waiting = new ArrayDeque<>(); // guarded by lock
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int rows; // guarded by lock; of what waits
    private long bytes; // guarded by lock; of what waits
    private boolean running; // guarded by lock; whether a turn on the lane is taken or asked for
    private boolean closed; // guarded by lock

    LogWriter(Lane lane, LogCommit commit, long maxBytes) {
        this.lane = lane;
        this.commit = commit;
        this.maxBytes = maxBytes;
    }

    /** Does something in one of the next transactions; the stage completes after its commit. */
    <T> CompletionStage<T> submit(Work<T> work) {
        synchronized (lock) {
            if (closed) {
                work.fail(ChannelTable.closed());
                return work.result;
            }
            boolean full = rows + work.rows > WAITING_ROWS || bytes + work.bytes > maxBytes;
            if (full && !waiting.isEmpty()) {
                work.fail(busy());
                return work.result;
            }
            waiting.add(work);
            rows += work.rows;
            bytes += work.bytes;
            if (running) {
                return work.result;
            }
            running = true;
        }
        askForATurn();
        return work.result;
    }

    private void askForATurn() {
        CompletionStage<Boolean> turn = lane.run(this::turn);
        turn.whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.log(Level.WARNING, "The writer got no turn", refused);
                takeAll().forEach(work -> work.fail(busy()));
            }
            goOn();
        });
    }

    private boolean turn() {
        List<Work<?>> batch = takeBatch();
        try {
            if (!batch.isEmpty() && !commit.run(batch)) {
                // What waited meanwhile has waited long enough to be told.
                takeAll().forEach(work -> work.fail(Fault.AWAY.refusal(null)));
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "The writer failed", e);
        } finally {
            // Whatever went wrong, nobody waits for ever.
            batch.stream().filter(work -> !work.result.isDone()).forEach(work -> work.fail(Fault.AWAY.refusal(null)));
        }
        return true;
    }

    private void goOn() {
        synchronized (lock) {
            if (waiting.isEmpty()) {
                running = false;
                if (closed) {
                    ended.complete(null);
                }
                return;
            }
        }
        askForATurn();
    }

    private List<Work<?>> takeBatch() {
        List<Work<?>> batch = new ArrayList<>();
        synchronized (lock) {
            int taken = 0;
            for (Work<?> next = waiting.peek();
                    next != null && (batch.isEmpty() || taken + next.rows <= BATCH_ROWS);
                    next = waiting.peek()) {
                batch.add(waiting.remove());
                taken += next.rows;
                rows -= next.rows;
                bytes -= next.bytes;
            }
        }
        return batch;
    }

    private List<Work<?>> takeAll() {
        synchronized (lock) {
            List<Work<?>> all = List.copyOf(waiting);
            waiting.clear();
            rows = 0;
            bytes = 0;
            return all;
        }
    }

    private static MirrorException busy() {
        return new MirrorException(ErrorCode.BUSY, "too much waits to be written; try again later");
    }

    /** A read that ends when the writer does. */
    <T> CompletionStage<T> unlessClosed(Supplier<CompletionStage<T>> read) {
        return isClosed() ? CompletableFuture.failedFuture(ChannelTable.closed()) : read.get();
    }

    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** Takes nothing more, and waits until what was taken has its outcome, but not for ever. Not from a stage. */
    void close(Duration patience) {
        synchronized (lock) {
            closed = true;
            if (!running) {
                ended.complete(null);
            }
        }
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            takeAll().forEach(work -> work.fail(ChannelTable.closed()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
