package dev.mirror.client.jdbc;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.message.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Keeps a bot's progress in the application's own database, in the handler's own transaction: what the handler writes
 * through its connection and that the event is handled are committed together or not at all. So an effect in that database
 * happens exactly once, whatever crashes.
 *
 * <pre>{@code
 * JdbcCheckpoint orders = JdbcCheckpoint.of(dataSource, "order-bot").createTable();
 * MirrorClient.builder(server)
 *         .password("orders", password)
 *         .onDirect(orders, (message, chat, connection) -> {
 *             try (var insert = connection.prepareStatement("INSERT INTO orders (buyer, item) VALUES (?, ?)")) {
 *                 insert.setString(1, message.publisher().value());
 *                 insert.setString(2, message.text());
 *                 insert.executeUpdate();
 *             }
 *         })
 * }</pre>
 *
 * <p>The transaction begins before the handler is called and ends after it returned; the handler must not end it. First of
 * all it sets the position, so that of two bots with one name one waits for, or yields to, the other, and a publication
 * that is handled already never reaches the handler again. A handler that is slow holds its transaction open; with
 * SQLite it holds every other writer up.
 *
 * <p>What cannot be undone does not belong into the transaction: to answer, put the answer into an {@link Outbox}.
 *
 * <p>The table can be made by {@link #createTable()}, or by hand:
 *
 * <pre>{@code
 * CREATE TABLE mirror_checkpoint (
 *   bot      VARCHAR(64)  NOT NULL,
 *   channel  VARCHAR(200) NOT NULL,
 *   slot     BIGINT       NOT NULL,  -- 0: everything up to "reached" is handled; else the one offset beyond it that is
 *   epoch    VARCHAR(64)  NOT NULL,
 *   reached  BIGINT       NOT NULL,
 *   PRIMARY KEY (bot, channel, slot))
 * }</pre>
 *
 * <p>Safe for any thread.
 */
public final class JdbcCheckpoint implements Checkpoint<Connection> {
    private static final int MAX_NAME = 64;
    private static final int SQLITE_CONSTRAINT = 19;

    private final DataSource database;
    private final String bot;

    private JdbcCheckpoint(DataSource database, String bot) {
        this.database = database;
        this.bot = bot;
    }

    /**
     * The progress of a bot.
     *
     * @param database yields connections, or fails soon where there is none; each event takes one while it is handled
     * @param bot what this bot is called there: 1 to 64 characters, another name for each bot
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static JdbcCheckpoint of(DataSource database, String bot) {
        if (bot.isEmpty() || bot.length() > MAX_NAME) {
            throw new IllegalArgumentException("a bot's name has 1 to " + MAX_NAME + " characters");
        }
        return new JdbcCheckpoint(database, bot);
    }

    /**
     * Makes the table if it is not there.
     *
     * @throws CheckpointException if that fails
     */
    public JdbcCheckpoint createTable() {
        try {
            Tables.make(database, "mirror_checkpoint", CheckpointRows.TABLE);
            return this;
        } catch (SQLException failure) {
            throw new CheckpointException("the table of the checkpoint could not be made", failure);
        }
    }

    @Override
    public Map<ChannelName, Progress> open() {
        try (Connection connection = database.getConnection()) {
            return new CheckpointRows(connection, bot).all();
        } catch (SQLException failure) {
            throw new CheckpointException("the checkpoint of " + bot + " cannot be read", failure);
        }
    }

    @Override
    public boolean handle(Step step, Work<Connection> work) throws Exception {
        try (Transaction transaction = Transaction.begin(database)) {
            if (!advance(transaction, step)) {
                return false;
            }
            work.run(transaction.shared());
            commit(transaction);
            return true;
        }
    }

    /** That nothing could be committed is the handler's failure only if it is what the handler wrote that was refused. */
    private static void commit(Transaction transaction) throws SQLException {
        try {
            transaction.commit();
        } catch (SQLException failure) {
            if (refusesWhatWasWritten(failure)) {
                throw failure;
            }
            throw new CheckpointException("what was handled could not be committed", failure);
        }
    }

    /** A constraint that is checked at the end, or another transaction that came before. SQLite gives no SQLState. */
    private static boolean refusesWhatWasWritten(SQLException failure) {
        String state = failure.getSQLState();
        return state == null
                ? failure.getErrorCode() == SQLITE_CONSTRAINT
                : state.startsWith("23") || state.startsWith("40");
    }

    private boolean advance(Transaction transaction, Step step) {
        try {
            return new CheckpointRows(transaction.connection(), bot).advance(step);
        } catch (SQLException failure) {
            throw new CheckpointException("the position could not be kept", failure);
        }
    }

    @Override
    public void move(ChannelName channel, Position position) {
        try (Transaction transaction = Transaction.begin(database)) {
            new CheckpointRows(transaction.connection(), bot).set(channel, position);
            transaction.commit();
        } catch (SQLException failure) {
            throw new CheckpointException("the position could not be kept", failure);
        }
    }

    /** Does nothing: connections belong to the application. */
    @Override
    public void close() {
        // Each step gives its connection back.
    }
}
