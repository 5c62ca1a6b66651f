package dev.mirror.sql;

import dev.mirror.message.MirrorException;
import dev.mirror.spi.Draft;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the writer does in a transaction that it shares with others, and where its outcome goes. Only the
 * writer, after it was handed in.
 *
 * @param <T> the outcome
 */
final class Work<T> {
    final Step<T> step;
    final int rows;
    final long bytes;
    final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable T value;
    private @Nullable MirrorException refusal;

    /** What is to be done. */
    interface Step<T> {
        /**
         * Does it. The outcome counts when the transaction is committed.
         *
         * @throws MirrorException to refuse; it has changed nothing then
         */
        T apply(LogTransaction transaction) throws SQLException;

        /** What it publishes, if it does. */
        default Optional<Draft> draft() {
            return Optional.empty();
        }

        /** Whether it was done after all, if nobody knows what became of the commit; and with what outcome. */
        default Optional<T> find(LogTransaction transaction) throws SQLException {
            return Optional.empty();
        }
    }

    /**
     * Work.
     *
     * @param rows how much of a transaction it takes
     * @param bytes how much memory it takes while it waits
     */
    Work(Step<T> step, int rows, long bytes) {
        this.step = step;
        this.rows = rows;
        this.bytes = bytes;
    }

    void apply(LogTransaction transaction) throws SQLException {
        value = null;
        refusal = null;
        try {
            value = step.apply(transaction);
        } catch (MirrorException e) {
            refusal = e;
        }
    }

    /** After the commit. */
    void succeed() {
        if (refusal != null) {
            result.completeExceptionally(refusal);
        } else {
            result.complete(value);
        }
    }

    /** After a commit that nobody knows the outcome of: looks it up. */
    void succeedIfDone(LogTransaction transaction, MirrorException failure) throws SQLException {
        try {
            Optional<T> done = step.find(transaction);
            done.ifPresent(result::complete);
        } catch (MirrorException refused) {
            fail(refused);
        }
        fail(failure);
    }

    /** A refusal counts no more either: what it was about may not have been committed. */
    void fail(MirrorException failure) {
        result.completeExceptionally(failure);
    }
}
