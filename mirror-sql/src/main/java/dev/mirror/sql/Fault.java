package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** What it means for the log that a statement failed. */
enum Fault {
    /** There is no room for more; what is there can be read. */
    FULL(ErrorCode.STORE_FULL, "the disk is full"),
    /** The database does not answer, or not as it should; it may answer again. */
    AWAY(ErrorCode.STORE_UNAVAILABLE, "the database is not available"),
    /** The system could not say whether what was written is on the disk. Asking again proves nothing. */
    UNSAFE(ErrorCode.STORE_UNAVAILABLE, "the disk failed; nothing is written until a restart"),
    /** What is stored is not what was written. */
    DAMAGED(ErrorCode.STORE_DAMAGED, "the database is damaged"),
    /** The program asked for something that the database refuses. */
    PROGRAM(ErrorCode.INTERNAL, "the database refused a statement");

    private final ErrorCode code;
    private final String sentence;

    Fault(ErrorCode code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    static Fault of(SQLException failure) {
        return failure instanceof SQLiteException sqlite ? ofSqlite(sqlite.getResultCode().code) : ofState(failure);
    }

    private static Fault ofSqlite(int code) {
        return switch (code) {
            case 1034, 1290 -> UNSAFE; // IOERR_FSYNC, IOERR_DIR_FSYNC
            case 4874 -> FULL; // IOERR_SHMSIZE: the index of the write-ahead log cannot grow
            default ->
                switch (code & 0xff) {
                    case 13 -> FULL;
                    case 11, 26 -> DAMAGED; // CORRUPT, NOTADB
                    case 1, 18, 19, 20, 21, 25 -> PROGRAM; // ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE
                    default -> AWAY; // BUSY, IOERR, READONLY, CANTOPEN and the like
                };
        };
    }

    /** By the state, as PostgreSQL's manual lists them. */
    private static Fault ofState(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.length() < 2) {
            return AWAY;
        }
        return switch (state) {
            case "53100" -> FULL;
            case "XX001", "XX002" -> DAMAGED;
            case "42501" -> AWAY; // a right was taken away
            default ->
                switch (state.substring(0, 2)) {
                    case "21", "22", "23", "26", "34", "42", "54", "XX" -> PROGRAM;
                    default -> AWAY;
                };
        };
    }

    /** What whoever asked hears. */
    MirrorException refusal(@Nullable Throwable cause) {
        return cause == null ? new MirrorException(code, sentence) : new MirrorException(code, sentence, cause);
    }
}
