package dev.mirror.sql.accounts;

import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import java.time.Duration;
import java.time.Instant;

/** What a log-in, or its renewal, came to. A token can only be made from {@link Authenticated}. */
public sealed interface LogIn {
    /** It is them. Only this package makes one, so that no path around the check leads to a token. */
    final class Authenticated implements LogIn {
        private final Principal principal;
        private final Instant since;
        private final Instant loginEndsAt;

        Authenticated(Principal principal, Instant since, Instant loginEndsAt) {
            this.principal = principal;
            this.since = since;
            this.loginEndsAt = loginEndsAt;
        }

        /** Who it is; it expires when the token does. */
        public Principal principal() {
            return principal;
        }

        /** When they have to type the password again, however often the token is renewed. */
        public Instant loginEndsAt() {
            return loginEndsAt;
        }

        Instant since() {
            return since;
        }

        @Override
        public String toString() {
            return "Authenticated[" + principal.user() + "]";
        }
    }

    /**
     * It is not known to be them. An unknown name, a wrong password and a disabled account look the same.
     *
     * @param code {@code auth.required}, {@code too.many}, and for a renewal {@code auth.expired} and
     *     {@code auth.revoked}
     * @param retryAfter how long to wait; zero unless there were too many attempts
     */
    record Rejected(ErrorCode code, Duration retryAfter) implements LogIn {
        static Rejected of(ErrorCode code) {
            return new Rejected(code, Duration.ZERO);
        }
    }
}
