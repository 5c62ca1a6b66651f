package dev.mirror.sql.accounts;

import dev.mirror.message.ErrorCode;
import java.time.Duration;

/** What a change of password came to. */
public sealed interface PasswordChange {
    /** The new one counts, and the user's other log-ins have ended. */
    record Changed() implements PasswordChange {}

    /**
     * The old one was wrong, or there were too many attempts.
     *
     * @param code {@code auth.required} or {@code too.many}
     * @param retryAfter how long to wait; zero unless there were too many attempts
     */
    record Rejected(ErrorCode code, Duration retryAfter) implements PasswordChange {}

    /**
     * The new one is not allowed.
     *
     * @param problem what is wrong with it
     */
    record Invalid(SignUp.Problem problem) implements PasswordChange {}
}
