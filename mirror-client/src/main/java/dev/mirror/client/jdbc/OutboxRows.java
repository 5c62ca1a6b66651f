package dev.mirror.client.jdbc;

import dev.mirror.channel.ChannelName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of one bot's outbox, in one transaction. */
final class OutboxRows {
    /** How many rows are read at a time. */
    static final int BATCH = 100;

    static final String TABLE = "CREATE TABLE IF NOT EXISTS mirror_outbox (bot VARCHAR(64) NOT NULL,"
            + " id VARCHAR(36) NOT NULL, place BIGINT NOT NULL, channel VARCHAR(200) NOT NULL,"
            + " data VARCHAR(32768) NOT NULL, refused VARCHAR(64), PRIMARY KEY (bot, id))";

    private final Connection connection;
    private final String bot;

    /** One publication. */
    record Row(String id, ChannelName channel, String json) {}

    OutboxRows(Connection connection, String bot) {
        this.connection = connection;
        this.bot = bot;
    }

    long lastPlace() throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT MAX(place) FROM mirror_outbox WHERE bot = ?")) {
            select.setString(1, bot);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    void add(Row row, long place) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO mirror_outbox (bot, id, place, channel, data) VALUES (?, ?, ?, ?, ?)")) {
            insert.setString(1, bot);
            insert.setString(2, row.id());
            insert.setLong(3, place);
            insert.setString(4, row.channel().toString());
            insert.setString(5, row.json());
            insert.executeUpdate();
        }
    }

    /** The next rows that wait, in order. */
    List<Row> waiting() throws SQLException {
        List<Row> batch = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, channel, data FROM mirror_outbox"
                + " WHERE bot = ? AND refused IS NULL ORDER BY place, id")) {
            select.setMaxRows(BATCH);
            select.setString(1, bot);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Optional<ChannelName> channel = ChannelName.parse(rows.getString(2));
                    if (channel.isEmpty()) {
                        throw new SQLException("a row of mirror_outbox has no channel's name");
                    }
                    batch.add(new Row(rows.getString(1), channel.get(), rows.getString(3)));
                }
            }
        }
        return batch;
    }

    void delete(List<Row> sent) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM mirror_outbox WHERE bot = ? AND id = ?")) {
            for (Row row : sent) {
                delete.setString(1, bot);
                delete.setString(2, row.id());
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    /** Notes rows, by the error that each was refused with. */
    void setAside(Map<Row, String> refused) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE mirror_outbox SET refused = ? WHERE bot = ? AND id = ?")) {
            for (Map.Entry<Row, String> row : refused.entrySet()) {
                update.setString(1, row.getValue());
                update.setString(2, bot);
                update.setString(3, row.getKey().id());
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
