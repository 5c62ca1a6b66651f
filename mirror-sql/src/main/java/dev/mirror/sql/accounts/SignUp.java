package dev.mirror.sql.accounts;

/** What a sign-up came to. None of the members is a log-in. */
public sealed interface SignUp {
    /**
     * There is a new account.
     *
     * @param account the account
     */
    record Created(Account account) implements SignUp {}

    /** Somebody has the name, or one that counts as the same. */
    record NameTaken() implements SignUp {}

    /**
     * The name or the password is not allowed.
     *
     * @param problem what is wrong with it
     */
    record Invalid(Problem problem) implements SignUp {}

    /** What can be wrong with a name or a password. */
    enum Problem {
        /** Too short or too long. */
        NAME_LENGTH("a name has 3 to 32 characters"),
        /** Something that is not a letter, a digit or one of a few marks, or spaces where none may be. */
        NAME_CHARACTERS("a name begins with a letter or digit and has letters, digits, single spaces and . _ - ' @ +"),
        /** Too short or too long. */
        PASSWORD_LENGTH("a password has 8 to 128 characters"),
        /** Among the first that anybody would try. */
        PASSWORD_COMMON("this password is too easy to guess");

        private final String sentence;

        Problem(String sentence) {
            this.sentence = sentence;
        }

        /** A sentence for the person who typed it. */
        public String sentence() {
            return sentence;
        }
    }
}
