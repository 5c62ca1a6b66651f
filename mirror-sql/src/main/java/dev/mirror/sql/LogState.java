package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What the database says of the log as a whole.
 *
 * @param epoch the life of every channel's log
 * @param timetoken the last one that may have been given
 * @param nextChannel the id that the next new channel gets
 */
record LogState(String epoch, long timetoken, long nextChannel) {
    static final String EPOCH = "epoch";
    static final String TIMETOKEN = "timetoken";
    private static final int EPOCH_BITS = 96;

    /** Reads it; a log that was never used is begun. */
    static LogState load(Connection connection, SecureRandom chance) throws SQLException {
        if (epoch(connection).isEmpty()) {
            begin(connection, chance);
        }
        return read(connection);
    }

    /** Reads it; the log was begun before. */
    static LogState read(Connection connection) throws SQLException {
        String epoch = epoch(connection)
                .orElseThrow(() -> new MirrorException(ErrorCode.STORE_DAMAGED, "the log has no epoch any more"));
        long timetoken = Long.parseLong(value(connection, TIMETOKEN).orElse("0"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(id), 0) + 1 FROM channels")) {
            return new LogState(epoch, timetoken, row.next() ? row.getLong(1) : 1);
        }
    }

    /** The epoch, if the log was ever begun. */
    static Optional<String> epoch(Connection connection) throws SQLException {
        return value(connection, EPOCH);
    }

    private static Optional<String> value(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT value FROM log_state WHERE name = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** Gives the log another epoch: positions from before are not taken for positions from now on. */
    static void begin(Connection connection, SecureRandom chance) throws SQLException {
        String epoch = new BigInteger(EPOCH_BITS, chance).toString(Character.MAX_RADIX);
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO log_state (name, value) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
            statement.setString(1, EPOCH);
            statement.setString(2, epoch);
            statement.executeUpdate();
        }
    }
}
