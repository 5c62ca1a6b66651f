package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/** Reads the log from the database, without the writer. Safe for any thread; nothing blocks the caller. */
final class LogReader {
    static final String FIND = "SELECT id, first_offset,"
            + " (SELECT max(log_offset) FROM publications WHERE channel = channels.id) FROM channels WHERE name = ?";

    private static final Logger LOG = System.getLogger(LogReader.class.getName());
    private static final String UNDER = "SELECT name, (SELECT timetoken FROM publications WHERE channel = channels.id"
            + " ORDER BY log_offset DESC LIMIT 1) FROM channels WHERE name >= ? AND name < ? ORDER BY name LIMIT ?";
    private static final String PAGE = "SELECT " + LogRow.COLUMNS + " FROM publications p" + LogRow.ORIGIN
            + " WHERE p.channel = ? AND p.log_offset BETWEEN ? AND ? ORDER BY p.log_offset";
    private static final String TIME = "SELECT timetoken FROM publications WHERE channel = ? AND log_offset = ?";

    private final DataSource source;
    private final Lane lane;
    private final String epoch;

    LogReader(DataSource source, Lane lane, String epoch) {
        this.source = source;
        this.lane = lane;
        this.epoch = epoch;
    }

    /** Something to ask a connection. */
    interface Query<T> {
        T ask(Connection connection) throws SQLException;
    }

    /**
     * Which rows.
     *
     * @param id of the channel
     * @param from the first offset
     * @param to the last offset
     * @param backward whether the last ones matter most
     */
    record Range(ChannelName channel, long id, long from, long to, boolean backward) {}

    /** Asks on the lane; once more if the connection had ended while nobody used it. */
    <T> CompletionStage<T> ask(Query<T> query) {
        return lane.run(() -> {
            try {
                return once(query);
            } catch (SQLException first) {
                if (!SqlFaults.isWorthAnotherTry(first)) {
                    throw Fault.of(first).refusal(first);
                }
            }
            try {
                return once(query);
            } catch (SQLException second) {
                throw Fault.of(second).refusal(second);
            }
        });
    }

    private <T> T once(Query<T> query) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return query.ask(connection);
        }
    }

    CompletionStage<ChannelState.Found> find(ChannelName name) {
        return ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setString(1, name.canonical());
                try (ResultSet row = statement.executeQuery()) {
                    return found(row).requireSound();
                }
            }
        });
    }

    /** See {@link SqlLog#channels}. */
    CompletionStage<SqlLog.Channels> under(String prefix, String from, long since, int limit) {
        return ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(UNDER)) {
                statement.setString(1, from);
                // Names are compared by their bytes, and none has this character.
                statement.setString(2, prefix + '\uffff');
                statement.setInt(3, limit);
                List<ChannelName> names = new ArrayList<>();
                int seen = 0;
                String last = prefix;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        seen++;
                        last = rows.getString(1);
                        if (rows.getLong(2) >= since) {
                            ChannelName.parse(last).ifPresent(names::add);
                        }
                    }
                }
                // No name has this character, so there is none between the two.
                return new SqlLog.Channels(names, seen < limit ? Optional.empty() : Optional.of(last + '\u0001'));
            }
        });
    }

    static ChannelState.Found found(ResultSet row) throws SQLException {
        if (!row.next()) {
            return ChannelState.Found.NONE;
        }
        long id = row.getLong(1);
        long first = row.getLong(2);
        long newest = row.getLong(3);
        return ChannelState.Found.of(id, first, row.wasNull() ? OptionalLong.empty() : OptionalLong.of(newest));
    }

    /**
     * The rows of a range, in offset order. If one in it is damaged, those before it (of a range read backward, those
     * after it), or a failure with {@code store.damaged} if that leaves none.
     *
     * @param kept tells, after the rows were read, the oldest that was not removed meanwhile
     */
    List<Publication> read(Connection connection, Range range, LongSupplier kept) throws SQLException {
        List<Publication> page = new ArrayList<>();
        each(connection, range, epoch, (offset, publication) -> publication.ifPresent(page::add));
        long first = kept.getAsLong();
        if (first > range.from) {
            page.removeIf(publication -> offset(publication) < first);
            return intact(page, new Range(range.channel, range.id, first, range.to, range.backward));
        }
        return intact(page, range);
    }

    /** Sees the rows of a range, one after the other. */
    interface Visitor {
        /** A row; without the publication if it is not what was written. */
        void row(long offset, Optional<Publication> publication) throws SQLException;
    }

    static void each(Connection connection, Range range, String epoch, Visitor visitor) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setLong(1, range.id);
            statement.setLong(2, range.from);
            statement.setLong(3, range.to);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    visitor.row(row.getLong(1), LogRow.publication(row, range.channel, epoch));
                }
            }
        }
    }

    private static List<Publication> intact(List<Publication> page, Range range) {
        int expected = (int) Math.max(0, range.to - range.from + 1);
        if (page.size() == expected) {
            return page;
        }
        int intact = 0;
        int size = page.size();
        if (range.backward) {
            while (intact < size && offset(page.get(size - 1 - intact)) == range.to - intact) {
                intact++;
            }
        } else {
            while (intact < size && offset(page.get(intact)) == range.from + intact) {
                intact++;
            }
        }
        long missing = range.backward ? range.to - intact : range.from + intact;
        LOG.log(Level.ERROR, "The log of {0} is damaged at offset {1}", range.channel, Long.toString(missing));
        if (intact == 0) {
            throw new MirrorException(
                    ErrorCode.STORE_DAMAGED, "what is stored at offset " + missing + " is not what was written there");
        }
        return range.backward ? page.subList(size - intact, size) : page.subList(0, intact);
    }

    private static long offset(Publication publication) {
        return publication.position().offset();
    }

    /** The first offset of a range with this timetoken or a later one; one more than its last if there is none. */
    long offsetAt(Connection connection, Range range, long timetoken) throws SQLException {
        long low = range.from;
        long high = range.to + 1;
        try (PreparedStatement statement = connection.prepareStatement(TIME)) {
            statement.setLong(1, range.id);
            while (low < high) {
                long middle = (low + high) >>> 1;
                statement.setLong(2, middle);
                try (ResultSet row = statement.executeQuery()) {
                    // A row that was removed meanwhile was older than all that are left.
                    if (row.next() && row.getLong(1) >= timetoken) {
                        high = middle;
                    } else {
                        low = middle + 1;
                    }
                }
            }
        }
        return low;
    }
}
