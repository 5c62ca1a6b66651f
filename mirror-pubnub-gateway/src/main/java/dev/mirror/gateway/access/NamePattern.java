package dev.mirror.gateway.access;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;

/**
 * A regular expression for names. It has to match the whole name, and takes time in proportion to the name whatever the
 * expression: the engine does not go back.
 */
final class NamePattern {
    /** The longest expression, in characters. */
    static final int MAX_LENGTH = 1_024;

    /** How large it may be once counted repetitions are written out. */
    private static final int MAX_SIZE = 10_000;

    private final Pattern pattern;

    private NamePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    boolean matches(String name) {
        return pattern.matches(name);
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if it is not one for names; the message is for whoever wrote it
     */
    static NamePattern of(String expression) {
        if (expression.length() > MAX_LENGTH || PatternSize.of(expression) > MAX_SIZE) {
            throw new IllegalArgumentException("Syntax error: expression too large.");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("Syntax error: " + reason(e) + '.', e);
        }
        if (pattern.groupCount() > 0) {
            throw new IllegalArgumentException("Only non-capturing groups are allowed. Try replacing `(` with `(?:`.");
        }
        return new NamePattern(pattern);
    }

    /** In the words that SDKs of this service have been told so far. */
    private static String reason(PatternSyntaxException fault) {
        String description = fault.getDescription().toLowerCase(Locale.ROOT);
        if (description.contains("nested repetition")) {
            return "multiple repeat";
        }
        if (description.contains("missing argument to repetition")) {
            return "nothing to repeat";
        }
        if (description.contains("missing closing )")) {
            return "missing ), unterminated subpattern";
        }
        if (description.contains("unexpected )") || description.contains("internal error")) {
            return "unbalanced parenthesis";
        }
        if (description.contains("missing closing ]")) {
            return "unterminated character set";
        }
        if (description.contains("escape") || description.contains("trailing backslash")) {
            return "bad escape";
        }
        return description;
    }
}
