package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the database throws into what mirror throws. It passes on the driver's own exception and drops the
 * layers around it, because those print the values that a statement was given, password hashes among them.
 */
final class SqlFaults {
    private SqlFaults() {}

    static MirrorException translate(RuntimeException fault, String sentence) {
        SQLException sql = find(fault);
        if (sql == null) {
            return new MirrorException(
                    ErrorCode.INTERNAL, sentence + " (" + fault.getClass().getName() + ")");
        }
        return switch (Fault.of(sql)) {
            case FULL -> new StoreException.Full("the disk is full: " + sentence, sql);
            case AWAY, UNSAFE -> new StoreException.Unavailable("the database is not available: " + sentence, sql);
            case DAMAGED -> new StoreException.Damaged("the database is damaged: " + sentence, sql);
            case PROGRAM -> new MirrorException(ErrorCode.INTERNAL, sentence, sql);
        };
    }

    /** Whether the disk could not say if it has what was written, so that nothing more may be. */
    static boolean isUnsafe(Throwable fault) {
        SQLException sql = find(fault);
        return sql != null && Fault.of(sql) == Fault.UNSAFE;
    }

    /** Whether the connection that threw this has ended. */
    static boolean endsTheConnection(Throwable fault) {
        SQLException sql = find(fault);
        String state = sql == null ? null : sql.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    /** Whether another connection, asked at once, may do better: this one has ended, and it did not take long. */
    static boolean isWorthAnotherTry(Throwable fault) {
        Throwable at = fault;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (at instanceof SocketTimeoutException || at instanceof ConnectionException) {
                return false;
            }
            at = at.getCause();
        }
        return endsTheConnection(fault);
    }

    /** The innermost one: that is the driver's own. */
    private static @Nullable SQLException find(Throwable fault) {
        SQLException found = null;
        Throwable at = fault;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (at instanceof SQLException sql) {
                found = sql;
            }
            at = at.getCause();
        }
        return found;
    }
}
