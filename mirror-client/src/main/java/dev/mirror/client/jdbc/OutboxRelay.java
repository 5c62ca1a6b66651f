package dev.mirror.client.jdbc;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends the rows of an outbox, batch by batch, on a thread of its own. It looks again soon after it found something or heard
 * of a new row (which may not be committed yet), and at least every {@value #LONGEST_IDLE_MILLIS} ms.
 */
final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OutboxRelay.class.getName());
    private static final long SHORTEST_IDLE_MILLIS = 5;
    private static final long LONGEST_IDLE_MILLIS = 500;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final long LONGEST_BACKOFF_MILLIS = 30_000;
    private static final long PATIENCE_MILLIS = 10_000;

    private final DataSource database;
    private final String bot;
    private final Outbox.Sender sender;
    private final Semaphore bell;
    private @Nullable Thread thread; // set once, before it starts
    /** Complete when it is to end. The thread is not interrupted: some databases do not survive that. */
    private final CompletableFuture<Boolean> ending = new CompletableFuture<>();

    private long idle = SHORTEST_IDLE_MILLIS; // the thread's
    private long backoff = FIRST_BACKOFF_MILLIS; // the thread's

    /** What became of a batch. Safe for any thread until all of it is known. */
    private static final class Outcome {
        final List<OutboxRows.Row> sent = java.util.Collections.synchronizedList(new ArrayList<>());
        final Map<OutboxRows.Row, String> refused = new ConcurrentHashMap<>();
        volatile @Nullable Throwable passing; // what kept a row from being sent for now
    }

    /** @param bell rings when a row was written */
    OutboxRelay(DataSource database, String bot, Outbox.Sender sender, Semaphore bell) {
        this.database = database;
        this.bot = bot;
        this.sender = sender;
        this.bell = bell;
    }

    void start(ThreadFactory threads) {
        Thread started = threads.newThread(this::run);
        thread = started;
        started.start();
    }

    private void run() {
        try {
            while (!ending.isDone()) {
                pause(round());
            }
        } catch (InterruptedException ended) {
            LOG.log(Level.TRACE, "The relay of an outbox has ended");
        }
    }

    private void pause(long millis) throws InterruptedException {
        if (bell.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            bell.drainPermits();
            idle = SHORTEST_IDLE_MILLIS;
        }
    }

    /** One batch; how long to wait before the next, in milliseconds. */
    private long round() throws InterruptedException {
        Throwable failure;
        try {
            List<OutboxRows.Row> batch = read();
            if (batch.isEmpty()) {
                idle = Math.min(LONGEST_IDLE_MILLIS, idle * 2);
                return idle;
            }
            idle = SHORTEST_IDLE_MILLIS;
            Outcome outcome = send(batch);
            settle(outcome);
            failure = outcome.passing;
        } catch (SQLException | CheckpointException databaseAway) {
            failure = databaseAway;
        }
        if (failure == null) {
            backoff = FIRST_BACKOFF_MILLIS;
            return 0;
        }
        long wait = backoff;
        backoff = Math.min(LONGEST_BACKOFF_MILLIS, backoff * 2);
        LOG.log(
                ending.isDone() ? Level.TRACE : Level.WARNING,
                "The outbox waits {0} ms: {1}",
                wait,
                failure.toString());
        return wait;
    }

    private List<OutboxRows.Row> read() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return new OutboxRows(connection, bot).waiting();
        }
    }

    /** Sends the rows of each channel one after another, those of different channels beside each other. */
    private Outcome send(List<OutboxRows.Row> batch) throws InterruptedException {
        Map<ChannelName, List<OutboxRows.Row>> byChannel = new LinkedHashMap<>();
        batch.forEach(row -> byChannel
                .computeIfAbsent(row.channel(), channel -> new ArrayList<>())
                .add(row));
        Outcome outcome = new Outcome();
        CompletableFuture<?>[] chains = byChannel.values().stream()
                .map(rows -> next(rows.iterator(), outcome))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.anyOf(CompletableFuture.allOf(chains), ending).get();
        } catch (ExecutionException impossible) {
            outcome.passing = impossible.getCause();
        }
        return outcome;
    }

    private CompletableFuture<Void> next(Iterator<OutboxRows.Row> rows, Outcome outcome) {
        if (!rows.hasNext() || ending.isDone()) {
            return CompletableFuture.completedFuture(null);
        }
        OutboxRows.Row row = rows.next();
        return sender.send(row.id(), row.channel(), row.json())
                .toCompletableFuture()
                .handle((receipt, failure) -> note(row, failure, outcome))
                .thenCompose(goesOn -> goesOn ? next(rows, outcome) : CompletableFuture.completedFuture(null));
    }

    /** Whether the next row of the channel may follow. */
    private static boolean note(OutboxRows.Row row, @Nullable Throwable failure, Outcome outcome) {
        if (failure == null) {
            outcome.sent.add(row);
            return true;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof MirrorException refusal && refusal.code().retry() == ErrorCode.Retry.NEVER) {
            LOG.log(Level.WARNING, "A row of the outbox was refused and set aside: {0}", refusal.code());
            outcome.refused.put(row, refusal.code().wire());
            return true;
        }
        outcome.passing = cause;
        return false;
    }

    private void settle(Outcome outcome) throws SQLException {
        if (outcome.sent.isEmpty() && outcome.refused.isEmpty()) {
            return;
        }
        try (Transaction transaction = Transaction.begin(database)) {
            OutboxRows rows = new OutboxRows(transaction.connection(), bot);
            rows.delete(outcome.sent);
            rows.setAside(outcome.refused);
            transaction.commit();
        }
    }

    @Override
    public void close() {
        ending.complete(true);
        bell.release();
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(PATIENCE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
