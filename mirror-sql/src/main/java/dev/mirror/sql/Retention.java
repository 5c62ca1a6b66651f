package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Publication;
import dev.mirror.spi.Scheduler;
import dev.mirror.sql.LogOptions.Keep;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Removes what is kept no longer, in the background: it reads where the logs stand, a few channels at a time, and the
 * writer removes at most {@value #STEP_ROWS} rows in one transaction, so that nobody who publishes waits long.
 */
final class Retention {
    /** How many rows go in one step. */
    static final int STEP_ROWS = 250;

    private static final Logger LOG = System.getLogger(Retention.class.getName());
    /** How far the clock may go from one sweep to the next, beside the time between them, and still be believed. */
    private static final Duration LEAP = Duration.ofHours(1);

    private static final int CHANNELS = 100;
    private static final String WHERE_LOGS_STAND = "SELECT id, name, first_offset,"
            + " (SELECT max(log_offset) FROM publications WHERE channel = channels.id)"
            + " FROM channels WHERE id > ? ORDER BY id LIMIT " + CHANNELS;

    private final LogOptions options;
    private final LogReader reader;
    private final LogWriter writer;
    private final InstantSource time;
    private final Scheduler scheduler;
    private volatile Instant believed; // only whoever sweeps, one at a time
    private volatile boolean damageSaid; // only whoever sweeps; whether the log of the process has it

    Retention(LogOptions options, LogReader reader, LogWriter writer, InstantSource time, Scheduler scheduler) {
        this.options = options;
        this.reader = reader;
        this.writer = writer;
        this.time = time;
        this.believed = time.instant();
        this.scheduler = scheduler;
    }

    /** Looks every now and then, until the writer is closed. */
    void begin() {
        if (options.kept().values().stream().allMatch(Keep::isAll)) {
            return;
        }
        scheduler.schedule(
                options.sweep(),
                () -> sweep().whenComplete((done, failure) -> {
                    if (failure != null && !writer.isClosed()) {
                        LOG.log(Level.DEBUG, "a sweep ended early", failure);
                    }
                    if (!writer.isClosed()) {
                        begin();
                    }
                }));
    }

    /** A log that has rows before what is kept. */
    private record Due(ChannelName channel, long keepFrom) {}

    /** Some channels, in the order of their ids. */
    private record Chunk(List<Due> due, long last, boolean more) {}

    /** Removes what is due, as often as the options say. */
    CompletionStage<Boolean> sweep() {
        Instant now = time.instant();
        // A clock that is wrong for a while must not cost what is kept; one that was set right is soon believed.
        Instant most = believed.plus(options.sweep()).plus(LEAP);
        believed = now.isBefore(most) ? now : most;
        return sweep(0, believed);
    }

    /** Removes what is due in the channels after this id, to the last one, whatever the clock said before. */
    CompletionStage<Boolean> sweep(long after) {
        return sweep(after, time.instant());
    }

    private CompletionStage<Boolean> sweep(long after, Instant now) {
        return reader.ask(connection -> chunk(connection, after, now)).thenCompose(chunk -> {
            CompletionStage<Boolean> removed = CompletableFuture.completedFuture(true);
            for (Due due : chunk.due) {
                removed = removed.thenCompose(before -> remove(due));
            }
            return chunk.more ? removed.thenCompose(before -> sweep(chunk.last, now)) : removed;
        });
    }

    private Chunk chunk(Connection connection, long after, Instant now) throws SQLException {
        List<Due> due = new ArrayList<>();
        long last = after;
        int count = 0;
        try (PreparedStatement statement = connection.prepareStatement(WHERE_LOGS_STAND)) {
            statement.setLong(1, after);
            try (ResultSet row = statement.executeQuery()) {
                for (; row.next(); count++) {
                    last = row.getLong(1);
                    ChannelName channel = channel(last, row.getString(2));
                    if (channel != null) {
                        LogReader.Range rows =
                                new LogReader.Range(channel, last, row.getLong(3), row.getLong(4), false);
                        long keepFrom = keepFrom(connection, rows, now);
                        if (keepFrom > rows.from()) {
                            due.add(new Due(channel, keepFrom));
                        }
                    }
                }
            }
        }
        return new Chunk(due, last, count == CHANNELS);
    }

    /**
     * The channel of a row; {@code null} if its name is not one that was written. Nothing is removed of such a log, and
     * above all not of another one, which that name may lead to.
     */
    private @Nullable ChannelName channel(long id, String name) {
        ChannelName channel = ChannelName.parse(name).orElse(null);
        if (channel != null && channel.canonical().equals(name)) {
            return channel;
        }
        if (!damageSaid) {
            damageSaid = true;
            LOG.log(
                    Level.ERROR,
                    "The name of channel {0} in the database is not one, and nothing is removed of its log;"
                            + " a check of the store tells of every such channel",
                    Long.toString(id));
        }
        return null;
    }

    private long keepFrom(Connection connection, LogReader.Range rows, Instant now) throws SQLException {
        Keep keep = options.keep(rows.channel().kind());
        long byCount = Math.max(rows.from(), rows.to() - keep.count() + 1);
        if (keep.age() == null || byCount > rows.to()) {
            return byCount;
        }
        long cut = cut(now, keep.age());
        return reader.offsetAt(
                connection, new LogReader.Range(rows.channel(), rows.id(), byCount, rows.to(), false), cut);
    }

    /** The timetoken of the oldest that is young enough. */
    private static long cut(Instant now, Duration age) {
        // Nothing is older than 1970, and the timetoken of a time far before it would not fit, and come out as one to
        // come.
        boolean all = age.compareTo(Duration.between(Instant.EPOCH, now)) >= 0;
        return all ? 1 : Math.max(1, now.minus(age).toEpochMilli() * Publication.TIMETOKENS_PER_MILLI);
    }

    private CompletionStage<Boolean> remove(Due due) {
        Work<Boolean> step = new Work<>(
                transaction -> {
                    ChannelState channel = transaction.channel(due.channel);
                    long first = Math.min(due.keepFrom, channel.stored + STEP_ROWS);
                    if (first > channel.stored) {
                        transaction.trim(channel, first);
                    }
                    return first >= due.keepFrom;
                },
                STEP_ROWS,
                0);
        return writer.submit(step).thenCompose(done -> done ? CompletableFuture.completedFuture(true) : remove(due));
    }
}
