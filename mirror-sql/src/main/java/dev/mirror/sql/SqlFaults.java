package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.sql.SQLException;
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
        if (!(sql instanceof SQLiteException sqlite)) {
            return new StoreException.Unavailable(sentence, sql);
        }
        return switch (sqlite.getResultCode().code & 0xff) {
            case 11, 26 -> // CORRUPT, NOTADB
                new StoreException.Damaged("the database is damaged: " + sentence, sql);
            case 1, 19, 20, 21, 25 -> // ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE: the program's own fault
                new MirrorException(ErrorCode.INTERNAL, sentence, sql);
            default -> // BUSY, FULL, IOERR, READONLY, CANTOPEN and the like
                new StoreException.Unavailable("the database is not available: " + sentence, sql);
        };
    }

    private static @Nullable SQLException find(Throwable fault) {
        Throwable at = fault;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (at instanceof SQLiteException sqlite) {
                return sqlite;
            }
            if (at instanceof SQLException sql && at.getCause() == null) {
                return sql;
            }
            at = at.getCause();
        }
        return null;
    }
}
