package dev.mirror.identity;

/**
 * What somebody shows to prove who they are.
 *
 * <p>No member prints its secret: {@code toString} is safe to log.
 */
public sealed interface Credentials {
    /** Nothing was shown. */
    record None() implements Credentials {}

    /**
     * A session token, from the cookie {@code AccessToken} or the header {@code Authorization: Bearer}.
     *
     * @param token the token as received, not yet checked
     */
    record Token(String token) implements Credentials {
        @Override
        public String toString() {
            return "Token[***]";
        }
    }

    /**
     * A name and a password, as typed.
     *
     * @param name the account's name
     * @param password the password in clear
     */
    record Password(String name, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[***]";
        }
    }

    /** The credentials of a peer that showed none. */
    static Credentials none() {
        return new None();
    }
}
