package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Conversations;
import dev.mirror.sql.LogStatements.Marks;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The conversations of a {@link SqlLog}: marks are written in the same transactions as publications. */
final class SqlConversations implements Conversations {
    private static final Logger LOG = System.getLogger(SqlConversations.class.getName());
    /** The newest rows are found without their bodies, which are read only of those that are listed. */
    private static final String LIST = "SELECT " + LogRow.COLUMNS + ", c.name, l.received, l.read,"
            + " t.received, t.read, s.seen_ms FROM"
            + " (SELECT m.channel, m.peer, m.received, m.read, n.log_offset FROM marks m"
            + " JOIN publications n ON n.channel = m.channel"
            + " AND n.log_offset = (SELECT max(log_offset) FROM publications WHERE channel = m.channel)"
            + " WHERE m.user_id = ? ORDER BY n.timetoken DESC LIMIT ?) l"
            + " JOIN publications p ON p.channel = l.channel AND p.log_offset = l.log_offset" + LogRow.ORIGIN
            + " LEFT JOIN channels c ON c.id = l.channel"
            + " JOIN marks t ON t.user_id = l.peer AND t.channel = l.channel"
            + " LEFT JOIN last_seen s ON s.user_id = l.peer";
    /** With their bodies they are in memory no longer than it takes to look at them. */
    private static final int ROWS_AT_ONCE = 50;

    /** What a mark or a note takes while it waits, roughly. */
    private static final int WAITING_BYTES = 300;

    private final LogWriter writer;
    private final LogReader reader;
    private final String epoch;

    SqlConversations(LogWriter writer, LogReader reader, String epoch) {
        this.writer = writer;
        this.reader = reader;
        this.epoch = epoch;
    }

    @Override
    public CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark) {
        if (channel.kind() != ChannelKind.DIRECT || !channel.belongsTo(user)) {
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.NOT_ALLOWED, "not one of the two of this conversation"));
        }
        return writer.submit(new Work<>(transaction -> mark(transaction, user, channel, mark), 1, WAITING_BYTES));
    }

    private Mark mark(LogTransaction transaction, UserId user, ChannelName channel, Mark mark) throws SQLException {
        ChannelState state = transaction.channel(channel);
        LogStatements statements = transaction.statements;
        Marks known = statements
                .marks(user, state.id)
                .orElseThrow(() -> new MirrorException(ErrorCode.NOT_FOUND, "nothing was said there"));
        if (!mark.epoch().equals(epoch)) {
            throw new MirrorException(ErrorCode.CONFLICT, "the log has another epoch");
        }
        Mark before = new Mark(epoch, known.received(), known.read());
        Mark merged = before.merged(mark, state.given);
        if (!merged.equals(before)) {
            statements.setMarks(user, state.id, new Marks(merged.received(), merged.read()));
        }
        return merged;
    }

    @Override
    public CompletionStage<Listed> of(UserId user, int limit) {
        if (limit < 1 || limit > MAX_LISTED) {
            throw new IllegalArgumentException("1 to " + MAX_LISTED + " conversations are listed");
        }
        return writer.unlessClosed(() -> reader.ask(connection -> list(connection, user, limit)));
    }

    private Listed list(Connection connection, UserId user, int limit) throws SQLException {
        List<Conversation> listed = new ArrayList<>();
        boolean damaged = false;
        // Only in a transaction PostgreSQL's driver takes some rows at a time. It ends with the query.
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            statement.setString(1, user.value());
            statement.setInt(2, limit + 1);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Optional<Conversation> conversation = conversation(row);
                    conversation.ifPresent(listed::add);
                    damaged |= conversation.isEmpty();
                }
            }
        }
        if (damaged && listed.isEmpty()) {
            throw new MirrorException(
                    ErrorCode.STORE_DAMAGED, "what is stored of these conversations is not what was written");
        }
        listed.sort(Comparator.comparingLong(Conversation::timetoken).reversed());
        boolean beyond = listed.size() > limit;
        return new Listed(beyond ? listed.subList(0, limit) : listed, beyond || damaged);
    }

    /** How a conversation stands; empty if its newest row is not what was written, or was not the newest once. */
    private Optional<Conversation> conversation(ResultSet row) throws SQLException {
        String name = row.getString(LogRow.NEXT);
        Publication newest = LogRow.publication(row, name, epoch).orElse(null);
        Mark mine = new Mark(epoch, row.getLong(LogRow.NEXT + 1), row.getLong(LogRow.NEXT + 2));
        Mark theirs = new Mark(epoch, row.getLong(LogRow.NEXT + 3), row.getLong(LogRow.NEXT + 4));
        long tail = row.getLong(1);
        if (newest == null || Math.max(mine.received(), theirs.received()) > tail) {
            LOG.log(Level.ERROR, "The log of {0} is damaged at offset {1}", name, Long.toString(tail));
            return Optional.empty();
        }
        long seen = row.getLong(LogRow.NEXT + 5);
        Instant theirsSeen = row.wasNull() ? null : Instant.ofEpochMilli(seen);
        return Optional.of(
                new Conversation(newest.channel(), newest.position(), newest.timetoken(), mine, theirs, theirsSeen));
    }

    @Override
    @SuppressWarnings("NullAway") // the value of a stage of Void
    public CompletionStage<Void> seen(UserId user, Instant when) {
        Work<Void> work = new Work<>(
                transaction -> {
                    transaction.statements.seen(user, when.toEpochMilli());
                    return null;
                },
                1,
                WAITING_BYTES);
        return writer.submit(work);
    }
}
