package dev.mirror.gateway.filter;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One look at one message, and how much work it may still be. One thread. */
final class Evaluation {
    /** What is not there, or is null, or cannot be worked out. */
    static final Object MISSING = new Object();

    private final Filter.Subject subject;
    private @Nullable Object meta; // as soon as something asked for it
    private @Nullable Object data; // the same
    private long left = Filter.MAX_WORK;

    Evaluation(Filter.Subject subject) {
        this.subject = subject;
    }

    /** It would take more than a message is worth. */
    static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchException() {
            super(null, null, false, false);
        }
    }

    void spend(long work) {
        left -= work;
        if (left < 0) {
            throw new TooMuchException();
        }
    }

    Object meta() {
        if (meta == null) {
            meta = java(subject.meta());
        }
        return meta;
    }

    Object data() {
        if (data == null) {
            data = java(subject.data());
        }
        return data;
    }

    /** A JSON value as expressions see it. */
    static Object java(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node);
            case ARRAY, OBJECT -> node;
            default -> MISSING;
        };
    }

    /** What stands under a name or a number. */
    static Object element(Object container, Object index) {
        if (!(container instanceof JsonNode node)) {
            return MISSING;
        }
        if (index instanceof String name) {
            return java(node.path(name));
        }
        boolean isInt = index instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE;
        return isInt ? java(node.path(((Long) index).intValue())) : MISSING;
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        return node.doubleValue();
    }
}
