package dev.mirror.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What the writer says to one connection about {@link SqlState}, prepared once. Only the writer. */
final class StateStatements {
    static final String GET = "SELECT value FROM gateway_state WHERE space = ? AND name = ?";

    private final PreparedStatement get;
    private final PreparedStatement put;
    private final PreparedStatement remove;

    StateStatements(Connection connection) throws SQLException {
        get = connection.prepareStatement(GET);
        put = connection.prepareStatement("INSERT INTO gateway_state (space, name, value) VALUES (?, ?, ?)"
                + " ON CONFLICT (space, name) DO UPDATE SET value = excluded.value");
        remove = connection.prepareStatement("DELETE FROM gateway_state WHERE space = ? AND name = ?");
    }

    Optional<String> get(String space, String key) throws SQLException {
        return get(get, space, key);
    }

    static Optional<String> get(PreparedStatement get, String space, String key) throws SQLException {
        get.setString(1, space);
        get.setString(2, key);
        try (ResultSet row = get.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    void put(String space, String key, String value) throws SQLException {
        put.setString(1, space);
        put.setString(2, key);
        put.setString(3, value);
        put.executeUpdate();
    }

    void remove(String space, String key) throws SQLException {
        remove.setString(1, space);
        remove.setString(2, key);
        remove.executeUpdate();
    }
}
