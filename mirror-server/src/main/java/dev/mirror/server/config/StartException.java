package dev.mirror.server.config;

import dev.mirror.sql.StoreException;

/** Why the server does not start: an exit code, and a sentence that says what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    /** An expected failure; the message is all that is shown. */
    public StartException(ExitCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** A failure with its cause. */
    public StartException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What the process exits with. */
    public ExitCode code() {
        return code;
    }

    /** The same failure with the exit code that says it. */
    public static StartException of(StoreException failure) {
        ExitCode code = ExitCode.STORE_UNAVAILABLE;
        if (failure instanceof StoreException.TooNew) {
            code = ExitCode.SCHEMA_TOO_NEW;
        } else if (failure instanceof StoreException.Damaged) {
            code = ExitCode.INTEGRITY;
        }
        return new StartException(code, String.valueOf(failure.getMessage()), failure);
    }
}
