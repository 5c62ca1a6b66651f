package dev.mirror.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Runs transactions, one at a time, on the connection that writes. If that turns out to have ended while nobody used
 * it, as after a restart of the server, a transaction begins again on the next one; once its commit was asked for,
 * nobody knows what became of it, and it fails.
 *
 * <p>Only the writer's thread.
 */
final class Transactions {
    private final Jdbi jdbi;

    Transactions(Engine engine) {
        this.jdbi = Jdbi.create(new ConnectionFactory() {
            @Override
            public Connection openConnection() throws SQLException {
                return engine.writer();
            }

            @Override
            public void closeConnection(Connection connection) {
                // It stays open for the next transaction.
            }
        });
    }

    /** The result of a transaction that was committed. */
    <T> T run(Function<Handle, T> transaction) {
        try {
            return once(transaction);
        } catch (Ended first) {
            try {
                return once(transaction);
            } catch (Ended second) {
                throw second.fault;
            }
        }
    }

    private <T> T once(Function<Handle, T> transaction) {
        try (Handle handle = jdbi.open()) {
            T result;
            handle.begin();
            try {
                result = transaction.apply(handle);
            } catch (RuntimeException e) {
                throw undone(handle, e);
            }
            try {
                handle.commit();
            } catch (RuntimeException e) {
                forget(handle, e);
                throw e;
            }
            return result;
        }
    }

    private static RuntimeException undone(Handle handle, RuntimeException fault) {
        if (forget(handle, fault)) {
            return SqlFaults.isWorthAnotherTry(fault) ? new Ended(fault) : fault;
        }
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            fault.addSuppressed(e);
        }
        return fault;
    }

    private static boolean forget(Handle handle, RuntimeException fault) {
        boolean ended = SqlFaults.endsTheConnection(fault);
        if (ended) {
            try {
                handle.getConnection().close();
            } catch (SQLException e) {
                fault.addSuppressed(e);
            }
        }
        return ended;
    }

    /** The connection ended before the commit was asked for, so that nothing was changed. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final RuntimeException fault;

        Ended(RuntimeException fault) {
            super(null, fault, false, false);
            this.fault = fault;
        }
    }
}
