package dev.mirror.gateway.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * A filter expression: it chooses messages by what their publisher said about them ({@code meta}) and by what they say
 * ({@code data}).
 *
 * <p>The language: {@code == != < <= > >=}, {@code contains} (a text in a text, an element in a list, a name in an
 * object), {@code like} (with {@code *}, whatever the case), {@code + - * / %}, {@code && || !}, brackets, texts in
 * single or double quotes, numbers, {@code true}, {@code false}, {@code null}, and names: {@code meta.a}, {@code data.a},
 * {@code a} for {@code meta.a}, {@code a[0]}, {@code a["b"]}. What is missing equals nothing but {@code null} and is in
 * no order with anything; a number and a text are never equal.
 *
 * <p>Nothing that a user wrote makes this throw: an expression that breaks the grammar or a bound matches nothing, and
 * so does a message that takes too much work. Immutable; safe for any thread.
 */
public final class Filter {
    /** The longest expression, in characters. */
    public static final int MAX_LENGTH = 8_192;

    /** How much an expression may look at in one message: characters and list elements, roughly. */
    static final int MAX_WORK = 200_000;

    private static final Filter EVERYTHING = new Filter(subject -> true);
    private static final Filter NOTHING = new Filter(subject -> false);

    private final Test test;

    private interface Test {
        boolean matches(Subject subject);
    }

    private Filter(Test test) {
        this.test = test;
    }

    /** What a filter looks at. */
    public interface Subject {
        /** What the publisher said about the message; {@link MissingNode} if nothing. */
        JsonNode meta();

        /** What the message says. */
        JsonNode data();
    }

    /** Reads an expression; a blank one matches everything, a wrong one nothing. */
    public static Filter parse(String expression) {
        if (expression.isBlank()) {
            return EVERYTHING;
        }
        if (expression.length() > MAX_LENGTH) {
            return NOTHING;
        }
        try {
            Node root = new Parser(expression).parse();
            return new Filter(subject -> {
                try {
                    return Boolean.TRUE.equals(root.value(new Evaluation(subject)));
                } catch (Evaluation.TooMuchException e) {
                    return false;
                }
            });
        } catch (Parser.SyntaxException e) {
            return NOTHING;
        }
    }

    /** Whether a message is chosen. */
    public boolean matches(Subject subject) {
        return test.matches(subject);
    }
}
