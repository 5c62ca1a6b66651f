package dev.mirror.sql.accounts;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * A name that an account may have, in two forms.
 *
 * @param shown what people see: the name as typed, in normalisation form KC
 * @param key equal for all names that count as the same: without differences of case and of compatible characters
 */
record AccountName(String shown, String key) {
    private static final int LEAST = 3;
    private static final int MOST = 32;
    /** Above this many characters nobody normalises; in 32 code points there is no need for more. */
    private static final int MOST_RAW = 256;
    /** Scripts stack a few marks on a letter; more than these only climb over the neighbouring lines. */
    private static final int MARKS_IN_A_ROW = 4;

    private static final String PUNCTUATION = "._-'@+";

    /** Reads a name that came from outside; empty if {@link #problem} has something to say. */
    static Optional<AccountName> parse(String raw) {
        if (problem(raw).isPresent()) {
            return Optional.empty();
        }
        String shown = compatible(raw);
        // Up and down again: that way a sharp s is a double s and a final sigma a sigma.
        String folded = shown.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Optional.of(new AccountName(shown, compatible(folded)));
    }

    static Optional<SignUp.Problem> problem(String raw) {
        if (raw.length() > MOST_RAW) {
            return Optional.of(SignUp.Problem.NAME_LENGTH);
        }
        String name = compatible(raw);
        int length = name.codePointCount(0, name.length());
        if (length < LEAST || length > MOST) {
            return Optional.of(SignUp.Problem.NAME_LENGTH);
        }
        return isAllowed(name.codePoints().toArray()) ? Optional.empty() : Optional.of(SignUp.Problem.NAME_CHARACTERS);
    }

    private static boolean isAllowed(int[] name) {
        if (!isLetterOrDigit(name[0]) || name[name.length - 1] == ' ') {
            return false;
        }
        int marks = 0;
        for (int i = 1; i < name.length; i++) {
            int c = name[i];
            marks = isMark(c) ? marks + 1 : 0;
            boolean known = isLetterOrDigit(c) || isMark(c) || PUNCTUATION.indexOf(c) >= 0 || c == ' ';
            boolean hidden = isInvisible(c) || (c == ' ' && name[i - 1] == ' ');
            if (!known || hidden || marks > MARKS_IN_A_ROW) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(int c) {
        return (Character.isLetter(c) || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) && !isInvisible(c);
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Letters and marks that show nothing: fillers, joiners, variation selectors. Controls are no letters anyway. */
    private static boolean isInvisible(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || (c >= 0x180b && c <= 0x180f)
                || c == 0x3164
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xffa0
                || (c >= 0xe0000 && c <= 0xe0fff);
    }

    private static String compatible(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
}
