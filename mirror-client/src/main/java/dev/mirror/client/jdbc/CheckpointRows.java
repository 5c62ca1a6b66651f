package dev.mirror.client.jdbc;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.message.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one bot, in one transaction. For each channel one row, of slot 0, says up to where all is handled; beyond
 * that each handled publication has a row of its own until the first catches up. Those of different conversations never
 * wait for each other's rows.
 */
final class CheckpointRows {
    static final String TABLE = "CREATE TABLE IF NOT EXISTS mirror_checkpoint (bot VARCHAR(64) NOT NULL,"
            + " channel VARCHAR(200) NOT NULL, slot BIGINT NOT NULL, epoch VARCHAR(64) NOT NULL,"
            + " reached BIGINT NOT NULL, PRIMARY KEY (bot, channel, slot))";

    private static final String OF_CHANNEL = " WHERE bot = ? AND channel = ?";

    private final Connection connection;
    private final String bot;

    CheckpointRows(Connection connection, String bot) {
        this.connection = connection;
        this.bot = bot;
    }

    Map<ChannelName, Progress> all() throws SQLException {
        Map<ChannelName, Position> floors = new HashMap<>();
        Map<ChannelName, SortedSet<Long>> beyond = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT channel, slot, epoch, reached FROM mirror_checkpoint WHERE bot = ?")) {
            select.setString(1, bot);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ChannelName channel = ChannelName.parse(rows.getString(1))
                            .orElseThrow(() -> new SQLException("a row of mirror_checkpoint has no channel's name"));
                    if (rows.getLong(2) == 0) {
                        floors.put(channel, new Position(rows.getString(3), rows.getLong(4)));
                    } else {
                        beyond.computeIfAbsent(channel, name -> new TreeSet<>()).add(rows.getLong(4));
                    }
                }
            }
        }
        Map<ChannelName, Progress> all = new HashMap<>();
        floors.forEach((channel, floor) ->
                all.put(channel, new Progress(floor, beyond.getOrDefault(channel, new TreeSet<>()))));
        return all;
    }

    /** Notes that a publication is handled; false if it is noted already. */
    boolean advance(Step step) throws SQLException {
        return step.floor() >= step.handled().offset() ? raise(step) : addBeyond(step);
    }

    /** Nothing before the publication waits: the floor goes up to it, or beyond. */
    private boolean raise(Step step) throws SQLException {
        Position handled = step.handled();
        int raised = update(
                "UPDATE mirror_checkpoint SET reached = ?" + OF_CHANNEL + " AND slot = 0 AND epoch = ? AND reached < ?",
                step.floor(),
                bot,
                step.channel().canonical(),
                handled.epoch(),
                handled.offset());
        if (raised == 0) {
            Position floor = floor(step.channel());
            if (floor != null && floor.epoch().equals(handled.epoch())) {
                return false;
            }
            begin(step, floor);
            return true;
        }
        boolean known = update(
                        "DELETE FROM mirror_checkpoint" + OF_CHANNEL + " AND slot = ?",
                        bot,
                        step.channel().canonical(),
                        handled.offset())
                > 0;
        update(
                "DELETE FROM mirror_checkpoint" + OF_CHANNEL + " AND slot > 0 AND slot <= ?",
                bot,
                step.channel().canonical(),
                step.floor());
        return !known;
    }

    /** Something before the publication waits. The floor's row is left alone: whoever handles that has it locked. */
    private boolean addBeyond(Step step) throws SQLException {
        Position handled = step.handled();
        Position floor = floor(step.channel());
        if (floor == null || !floor.epoch().equals(handled.epoch())) {
            begin(step, floor);
        } else if (handled.offset() <= floor.offset() || isBeyond(step)) {
            return false;
        }
        insert(step.channel(), handled.offset(), handled);
        return true;
    }

    private @Nullable Position floor(ChannelName channel) throws SQLException {
        try (PreparedStatement select = prepared(
                        "SELECT epoch, reached FROM mirror_checkpoint" + OF_CHANNEL + " AND slot = 0",
                        bot,
                        channel.canonical());
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? new Position(rows.getString(1), rows.getLong(2)) : null;
        }
    }

    private boolean isBeyond(Step step) throws SQLException {
        try (PreparedStatement select = prepared(
                        "SELECT reached FROM mirror_checkpoint" + OF_CHANNEL + " AND slot = ?",
                        bot,
                        step.channel().canonical(),
                        step.handled().offset());
                ResultSet rows = select.executeQuery()) {
            return rows.next();
        }
    }

    /** The first step in a channel, or in a new epoch. Of several at once the first wins, and the others fail. */
    private void begin(Step step, @Nullable Position before) throws SQLException {
        String channel = step.channel().canonical();
        Position floor = new Position(step.handled().epoch(), step.floor());
        if (before == null) {
            insert(step.channel(), 0, floor);
            return;
        }
        int moved = update(
                "UPDATE mirror_checkpoint SET epoch = ?, reached = ?" + OF_CHANNEL + " AND slot = 0 AND epoch = ?",
                floor.epoch(),
                floor.offset(),
                bot,
                channel,
                before.epoch());
        if (moved == 0) {
            throw new SQLException("another process moved the position at the same time");
        }
        update(
                "DELETE FROM mirror_checkpoint" + OF_CHANNEL + " AND slot > 0 AND epoch = ?",
                bot,
                channel,
                before.epoch());
    }

    /** Sets where a channel stands, and forgets what is beyond. */
    void set(ChannelName channel, Position position) throws SQLException {
        update("DELETE FROM mirror_checkpoint" + OF_CHANNEL + " AND slot > 0", bot, channel.canonical());
        int moved = update(
                "UPDATE mirror_checkpoint SET epoch = ?, reached = ?" + OF_CHANNEL + " AND slot = 0",
                position.epoch(),
                position.offset(),
                bot,
                channel.canonical());
        if (moved == 0) {
            insert(channel, 0, position);
        }
    }

    private void insert(ChannelName channel, long slot, Position position) throws SQLException {
        update(
                "INSERT INTO mirror_checkpoint (bot, channel, slot, epoch, reached) VALUES (?, ?, ?, ?, ?)",
                bot,
                channel.canonical(),
                slot,
                position.epoch(),
                position.offset());
    }

    private int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, values[i].toString());
            }
        }
        return statement;
    }
}
