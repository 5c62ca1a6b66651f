package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the writer says to one connection, prepared once. The connection runs transactions as any other does: begun by
 * turning its auto-commit off, committed by turning it on again. Only the writer.
 */
class LogStatements {
    private static final System.Logger LOG = System.getLogger(LogStatements.class.getName());
    private static final String INSERT =
            "INSERT INTO publications (channel, log_offset, timetoken, publisher, id, body,"
                    + " origin_channel, origin_offset, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    /** A row whose channel is gone is there nevertheless. */
    private static final String ORIGINAL = "SELECT " + LogRow.COLUMNS + ", c.name FROM publications p" + LogRow.ORIGIN
            + " LEFT JOIN channels c ON c.id = p.channel"
            + " WHERE p.publisher = ? AND p.id = ? AND p.origin_channel IS NULL";

    private final Connection connection;
    private final PreparedStatement insertOriginal;
    private final PreparedStatement insertCopy;
    private final PreparedStatement original;
    private final PreparedStatement find;
    private final PreparedStatement insertChannel;
    private final PreparedStatement insertMarks;
    private final PreparedStatement marks;
    private final PreparedStatement setMarks;
    private final PreparedStatement seen;
    private final PreparedStatement setState;
    private final PreparedStatement trim;
    private final PreparedStatement setFirst;
    private @Nullable StateStatements state; // only the writer; prepared when it is asked for

    LogStatements(Connection connection) throws SQLException {
        this.connection = connection;
        // Nothing else may go unnoticed, a place that is taken least of all.
        insertOriginal = prepare(INSERT + " ON CONFLICT (publisher, id) WHERE origin_channel IS NULL DO NOTHING");
        insertCopy = prepare(INSERT);
        original = prepare(ORIGINAL);
        find = prepare(LogReader.FIND);
        insertChannel = prepare("INSERT INTO channels (id, name, kind, first_offset) VALUES (?, ?, ?, ?)");
        insertMarks = prepare("INSERT INTO marks (user_id, channel, peer, received, read) VALUES (?, ?, ?, 0, 0)");
        marks = prepare("SELECT received, read FROM marks WHERE user_id = ? AND channel = ?");
        setMarks = prepare("UPDATE marks SET received = ?, read = ? WHERE user_id = ? AND channel = ?");
        seen = prepare("INSERT INTO last_seen (user_id, seen_ms) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE"
                + " SET seen_ms = excluded.seen_ms WHERE excluded.seen_ms > last_seen.seen_ms");
        setState = prepare("INSERT INTO log_state (name, value) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        trim = prepare("DELETE FROM publications WHERE channel = ? AND log_offset < ?");
        setFirst = prepare("UPDATE channels SET first_offset = ? WHERE id = ?");
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** Whether it is worth it to {@link #expect}. */
    boolean looksAhead() {
        return false;
    }

    /** Says what the transaction is going to look up, so that it can be asked for at once. */
    void expect(List<Publication.Entry> originals, List<ChannelName> channels) throws SQLException {}

    /** Sends whatever was not sent yet, before the commit. */
    void write() throws SQLException {}

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.setAutoCommit(true);
    }

    void rollback() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** Adds an original; false, and nothing, if its publisher used its id before. */
    boolean insertOriginal(ChannelState channel, Publication publication) throws SQLException {
        bind(insertOriginal, channel.id, publication);
        insertOriginal.setNull(7, Types.BIGINT);
        insertOriginal.setNull(8, Types.BIGINT);
        return insertOriginal.executeUpdate() == 1;
    }

    /** Adds a copy of what stands in another channel. */
    void insertCopy(ChannelState channel, Publication publication, Place origin) throws SQLException {
        bind(insertCopy, channel.id, publication);
        insertCopy.setLong(7, origin.channel.id);
        insertCopy.setLong(8, origin.offset);
        insertCopy.executeUpdate();
    }

    private static void bind(PreparedStatement insert, long channel, Publication publication) throws SQLException {
        insert.setLong(1, channel);
        insert.setLong(2, publication.position().offset());
        insert.setLong(3, publication.timetoken());
        insert.setString(4, publication.entry().publisher().value());
        insert.setString(5, publication.entry().id());
        insert.setString(6, publication.entry().body());
        insert.setLong(9, RowChecksum.of(publication));
    }

    /** A place in a log. */
    record Place(ChannelState channel, long offset) {}

    /**
     * An original that is stored.
     *
     * @param publication of no certain epoch; {@code null} if it is not what was written
     */
    record Stored(@Nullable Publication publication) {
        /** The original of a row that ends with the name of its channel. */
        static Stored of(ResultSet row) throws SQLException {
            Publication found =
                    LogRow.publication(row, row.getString(LogRow.NEXT), "-").orElse(null);
            if (found == null) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "The log of {0} is damaged at offset {1}",
                        row.getString(LogRow.NEXT),
                        Long.toString(row.getLong(1)));
            }
            return new Stored(found);
        }
    }

    /** What this publisher published with this id. */
    Optional<Stored> original(Publication.Entry entry) throws SQLException {
        original.setString(1, entry.publisher().value());
        original.setString(2, entry.id());
        try (ResultSet row = original.executeQuery()) {
            return row.next() ? Optional.of(Stored.of(row)) : Optional.empty();
        }
    }

    ChannelState.Found find(ChannelName name) throws SQLException {
        find.setString(1, name.canonical());
        try (ResultSet row = find.executeQuery()) {
            return LogReader.found(row);
        }
    }

    void insertChannel(ChannelState channel) throws SQLException {
        insertChannel.setLong(1, channel.id);
        insertChannel.setString(2, channel.name.canonical());
        insertChannel.setString(3, channel.name.kind().name().toLowerCase(Locale.ROOT));
        insertChannel.setLong(4, channel.stored);
        insertChannel.executeUpdate();
    }

    void insertMarks(UserId user, long channel, UserId peer) throws SQLException {
        insertMarks.setString(1, user.value());
        insertMarks.setLong(2, channel);
        insertMarks.setString(3, peer.value());
        insertMarks.executeUpdate();
    }

    /** How far somebody has received and read. */
    record Marks(long received, long read) {}

    Optional<Marks> marks(UserId user, long channel) throws SQLException {
        marks.setString(1, user.value());
        marks.setLong(2, channel);
        try (ResultSet row = marks.executeQuery()) {
            return row.next() ? Optional.of(new Marks(row.getLong(1), row.getLong(2))) : Optional.empty();
        }
    }

    void setMarks(UserId user, long channel, Marks value) throws SQLException {
        setMarks.setLong(1, value.received);
        setMarks.setLong(2, value.read);
        setMarks.setString(3, user.value());
        setMarks.setLong(4, channel);
        setMarks.executeUpdate();
    }

    void seen(UserId user, long millis) throws SQLException {
        seen.setString(1, user.value());
        seen.setLong(2, millis);
        seen.executeUpdate();
    }

    void setState(String name, String value) throws SQLException {
        setState.setString(1, name);
        setState.setString(2, value);
        setState.executeUpdate();
    }

    /** Removes the oldest rows of a channel. */
    void trim(long channel, long first) throws SQLException {
        trim.setLong(1, channel);
        trim.setLong(2, first);
        trim.executeUpdate();
        setFirst.setLong(1, first);
        setFirst.setLong(2, channel);
        setFirst.executeUpdate();
    }

    /** What is said about {@link SqlState}, at once: nothing of it is gathered. */
    StateStatements state() throws SQLException {
        if (state == null) {
            state = new StateStatements(connection);
        }
        return state;
    }

    /** Closes the connection, whatever state it is in. */
    void giveUp() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing the connection that writes failed", e);
        }
    }
}
