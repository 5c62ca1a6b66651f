package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

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
        return sql instanceof SQLiteException sqlite ? translate(sqlite, sentence) : translate(sql, sentence);
    }

    private static MirrorException translate(SQLiteException sqlite, String sentence) {
        return switch (sqlite.getResultCode().code & 0xff) {
            case 11, 26 -> // CORRUPT, NOTADB
                new StoreException.Damaged("the database is damaged: " + sentence, sqlite);
            case 1, 19, 20, 21, 25 -> // ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE: the program's own fault
                new MirrorException(ErrorCode.INTERNAL, sentence, sqlite);
            default -> // BUSY, FULL, IOERR, READONLY, CANTOPEN and the like
                new StoreException.Unavailable("the database is not available: " + sentence, sqlite);
        };
    }

    /** By the class of the state, the first two of its five characters; PostgreSQL's manual lists them. */
    private static MirrorException translate(SQLException sql, String sentence) {
        String state = sql.getSQLState();
        return switch (state == null || state.length() < 2 ? "" : state.substring(0, 2)) {
            case "XX" -> // index or data corrupted, among other faults of the server
                state.equals("XX000")
                        ? new MirrorException(ErrorCode.INTERNAL, sentence, sql)
                        : new StoreException.Damaged("the database is damaged: " + sentence, sql);
            case "21", "22", "23", "26", "34", "42" -> // data, constraints, syntax: the program's own fault
                state.equals("42501")
                        ? new StoreException.Unavailable("the database refuses the user a right: " + sentence, sql)
                        : new MirrorException(ErrorCode.INTERNAL, sentence, sql);
            default -> // connection, resources, intervention, system error, cancelled, not the primary and the like
                new StoreException.Unavailable("the database is not available: " + sentence, sql);
        };
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
