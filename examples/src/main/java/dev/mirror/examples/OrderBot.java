package dev.mirror.examples;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.ClientBuilder;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.client.jdbc.JdbcCheckpoint;
import dev.mirror.client.jdbc.Outbox;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Takes orders: each direct message becomes one row in the bot's own database and one answer, exactly once, even if the
 * bot is killed in the middle. The row, the answer, and that the message is handled are one transaction.
 */
public final class OrderBot {
    private static final String NAME = "order-bot";

    private OrderBot() {}

    static ClientBuilder orders(ClientBuilder bot, DataSource database) {
        Outbox outbox = Outbox.of(database, NAME).createTable();
        return bot.startAt(Start.EARLIEST)
                .relay(outbox)
                .onDirect(JdbcCheckpoint.of(database, NAME).createTable(), (order, chat, connection) -> {
                    long number = insert(connection, order);
                    outbox.publish(connection, chat.channel().toString(), "Order " + number + ": " + order.text());
                });
    }

    private static long insert(Connection connection, ChannelEvent order) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO orders (buyer, item) VALUES (?, ?) RETURNING number")) {
            insert.setString(1, order.publisher().value());
            insert.setString(2, order.text());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static DataSource database(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(10_000);
        SQLiteDataSource database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = database.getConnection();
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, buyer TEXT, item TEXT)");
        }
        return database;
    }

    /**
     * Runs the bot until the server ends it.
     *
     * @param args the server's address, the bot's name, the file with its password, and the file of its database
     */
    public static void main(String[] args) throws Exception {
        String password = Files.readString(Path.of(args[2])).strip();
        ClientBuilder builder = MirrorClient.builder(URI.create(args[0])).password(args[1], password);
        try (MirrorClient bot = orders(builder, database(Path.of(args[3]))).build()) {
            bot.connect();
            bot.closed().get();
        }
    }
}
