package dev.mirror.client.jdbc;

import dev.mirror.client.checkpoint.CheckpointException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One transaction on a connection of its own; closed without a commit, it is undone. For one thread. */
final class Transaction implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Transaction.class.getName());

    private final Connection connection;
    private final boolean restores;
    private boolean ended; // the thread's

    private Transaction(Connection connection) throws SQLException {
        this.connection = connection;
        this.restores = connection.getAutoCommit();
        if (restores) {
            connection.setAutoCommit(false);
        }
    }

    /** @throws CheckpointException if there is no connection */
    static Transaction begin(DataSource database) {
        Connection connection = null;
        try {
            connection = database.getConnection();
            return new Transaction(connection);
        } catch (SQLException | RuntimeException failure) {
            if (connection != null) {
                closeQuietly(connection);
            }
            throw new CheckpointException("no transaction could be begun", failure);
        }
    }

    Connection connection() {
        return connection;
    }

    /** The connection as a handler gets it: it cannot end the transaction, and closing it does nothing. */
    Connection shared() {
        return (Connection) Proxy.newProxyInstance(
                Transaction.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    boolean plain = arguments == null;
                    switch (method.getName()) {
                        case "close" -> {
                            return null;
                        }
                        case "commit", "setAutoCommit", "abort" -> throw refusal();
                        case "rollback" -> {
                            if (plain) {
                                throw refusal();
                            }
                        }
                        case "equals" -> {
                            return !plain && proxy == arguments[0];
                        }
                        default -> {}
                    }
                    return call(method, arguments);
                });
    }

    private static SQLException refusal() {
        return new SQLException("the transaction ends when the handler returns; to undo it, throw an exception");
    }

    private @Nullable Object call(java.lang.reflect.Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }

    void commit() throws SQLException {
        connection.commit();
        ended = true;
    }

    @Override
    public void close() {
        try {
            if (!ended) {
                connection.rollback();
            }
            if (restores) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException broken) {
            LOG.log(Level.DEBUG, "A transaction could not be undone; its connection is closed: {0}", broken.toString());
        }
        closeQuietly(connection);
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            LOG.log(Level.DEBUG, "A connection could not be closed: {0}", broken.toString());
        }
    }
}
