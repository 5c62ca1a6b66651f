package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.spi.Conversations;
import dev.mirror.sql.LogStatements.Marks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The conversations of a {@link SqlLog}: marks are written in the same transactions as publications. */
final class SqlConversations implements Conversations {
    private static final String LIST = "SELECT c.name, p.log_offset, p.timetoken, m.received, m.read,"
            + " t.received, t.read, s.seen_ms FROM marks m"
            + " JOIN channels c ON c.id = m.channel"
            + " JOIN publications p ON p.channel = m.channel"
            + " AND p.log_offset = (SELECT max(log_offset) FROM publications WHERE channel = m.channel)"
            + " JOIN marks t ON t.user_id = m.peer AND t.channel = m.channel"
            + " LEFT JOIN last_seen s ON s.user_id = m.peer"
            + " WHERE m.user_id = ? ORDER BY p.timetoken DESC LIMIT ?";

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
    public CompletionStage<List<Conversation>> of(UserId user, int limit) {
        if (limit < 1 || limit > MAX_LISTED) {
            throw new IllegalArgumentException("1 to " + MAX_LISTED + " conversations are listed");
        }
        return writer.unlessClosed(() -> reader.ask(connection -> list(connection, user, limit)));
    }

    private List<Conversation> list(Connection connection, UserId user, int limit) throws SQLException {
        List<Conversation> listed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setString(1, user.value());
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    listed.add(conversation(row));
                }
            }
        }
        return listed;
    }

    private Conversation conversation(ResultSet row) throws SQLException {
        ChannelName channel = ChannelName.parse(row.getString(1)).orElseThrow();
        Position tail = new Position(epoch, row.getLong(2));
        Mark mine = new Mark(epoch, row.getLong(4), row.getLong(5));
        Mark theirs = new Mark(epoch, row.getLong(6), row.getLong(7));
        long seen = row.getLong(8);
        Instant theirsSeen = row.wasNull() ? null : Instant.ofEpochMilli(seen);
        return new Conversation(channel, tail, row.getLong(3), mine, theirs, theirsSeen);
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
