package dev.mirror.sql.accounts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which passwords an account may have: a length, and not one of those that are tried first. */
final class PasswordRules {
    private static final int LEAST = 8;
    private static final int MOST = 128;
    private static final String COMMON = "common-passwords.txt";

    private final Set<String> common;

    PasswordRules() {
        try (InputStream in = PasswordRules.class.getResourceAsStream(COMMON)) {
            if (in == null) {
                throw new IllegalStateException(COMMON + " is missing");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            common = lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with a password for the account with this name. */
    Optional<SignUp.Problem> problem(String password, AccountName name) {
        if (!fits(password)) {
            return Optional.of(SignUp.Problem.PASSWORD_LENGTH);
        }
        String plain = password.toLowerCase(Locale.ROOT);
        boolean guessed = common.contains(plain)
                || plain.equals(name.key())
                || plain.chars().distinct().count() == 1;
        return guessed ? Optional.of(SignUp.Problem.PASSWORD_COMMON) : Optional.empty();
    }

    /** Whether it is worth hashing: any other length cannot be anybody's password. */
    static boolean fits(String password) {
        if (password.length() > 4 * MOST) {
            return false;
        }
        String composed = Normalizer.normalize(password, Normalizer.Form.NFC);
        int length = composed.codePointCount(0, composed.length());
        return length >= LEAST && length <= MOST;
    }
}
