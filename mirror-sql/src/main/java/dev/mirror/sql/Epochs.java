package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * What came of the epochs of before. A restore, a renewal or an import keeps the offsets of what it takes over, so up to
 * where each log ended then a position of the old epoch means the same place; who comes with one goes on there, and does
 * not get everything again.
 */
final class Epochs {
    private static final String END =
            "INSERT INTO epochs (epoch, channel, tail) SELECT ?, c.id, coalesce((SELECT max(p.log_offset)"
                    + " FROM publications p WHERE p.channel = c.id), c.first_offset - 1) FROM channels c";
    private static final String NOTE = "INSERT INTO epochs (epoch, channel, tail) VALUES (?, ?, ?)"
            + " ON CONFLICT (epoch, channel) DO UPDATE SET tail = excluded.tail WHERE epochs.tail < excluded.tail";
    private static final String FIND =
            "SELECT e.tail FROM epochs e JOIN channels c ON c.id = e.channel WHERE e.epoch = ? AND c.name = ?";

    private Epochs() {}

    /** Begins a new epoch with everything that is stored. The caller commits. */
    static void renew(Connection connection, SecureRandom chance) throws SQLException {
        String before = LogState.load(connection, chance).epoch();
        try (PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setString(1, before);
            statement.executeUpdate();
        }
        LogState.begin(connection, chance);
        AmendmentEpoch.change(connection, before, LogState.epoch(connection).orElseThrow());
    }

    /** Up to this offset a log is the same as it was in another epoch. */
    static void note(Connection connection, String epoch, long channel, long tail) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
            statement.setString(1, epoch);
            statement.setLong(2, channel);
            statement.setLong(3, tail);
            statement.executeUpdate();
        }
    }

    /**
     * The offset that a position of another epoch has now, or, if it lies beyond what was taken over, where that ended;
     * nothing if the epoch is unknown.
     */
    static OptionalLong sameAs(Connection connection, ChannelName channel, Position position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, position.epoch());
            statement.setString(2, channel.canonical());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(Math.min(position.offset(), row.getLong(1))) : OptionalLong.empty();
            }
        }
    }
}
