package dev.mirror.gateway.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What two values can be asked or made into. */
enum Operator {
    EQUAL("==", 3) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return isEqual(a, b, evaluation);
        }
    },
    NOT_EQUAL("!=", 3) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return !isEqual(a, b, evaluation);
        }
    },
    AT_MOST("<=", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return isOrdered(a, b) && compare(a, b, evaluation) <= 0;
        }
    },
    AT_LEAST(">=", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return isOrdered(a, b) && compare(a, b, evaluation) >= 0;
        }
    },
    LESS("<", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return isOrdered(a, b) && compare(a, b, evaluation) < 0;
        }
    },
    MORE(">", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return isOrdered(a, b) && compare(a, b, evaluation) > 0;
        }
    },
    CONTAINS("contains", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return contains(a, b, evaluation);
        }
    },
    LIKE("like", 4) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return a instanceof String text && b instanceof String pattern && isLike(text, pattern, evaluation);
        }
    },
    ADD("+", 5) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return Arithmetic.add(a, b, evaluation);
        }
    },
    SUBTRACT("-", 5) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return Arithmetic.subtract(a, b);
        }
    },
    MULTIPLY("*", 6) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return Arithmetic.multiply(a, b);
        }
    },
    DIVIDE("/", 6) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return Arithmetic.divide(a, b);
        }
    },
    REMAINDER("%", 6) {
        @Override
        Object apply(Object a, Object b, Evaluation evaluation) {
            return Arithmetic.remainder(a, b);
        }
    };

    /** How it is written. */
    final String symbol;
    /** The higher, the closer it binds; {@code ||} is 1 and {@code &&} is 2. */
    final int level;

    Operator(String symbol, int level) {
        this.symbol = symbol;
        this.level = level;
    }

    abstract Object apply(Object a, Object b, Evaluation evaluation);

    private static boolean isEqual(Object a, Object b, Evaluation evaluation) {
        if (a instanceof Number && b instanceof Number) {
            return compare(a, b, evaluation) == 0;
        }
        if (a instanceof JsonNode one && b instanceof JsonNode other) {
            evaluation.spend(Filter.MAX_WORK / 20); // as deep as they are
            return one.equals(other);
        }
        if (a instanceof String text) {
            evaluation.spend(text.length() / 8);
        }
        return a.equals(b);
    }

    private static boolean isOrdered(Object a, Object b) {
        return (a instanceof Number && b instanceof Number) || (a instanceof String && b instanceof String);
    }

    private static int compare(Object a, Object b, Evaluation evaluation) {
        if (a instanceof String one && b instanceof String other) {
            evaluation.spend(one.length() / 8);
            return one.compareTo(other);
        }
        return a instanceof Long one && b instanceof Long other
                ? Long.compare(one, other)
                : Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
    }

    private static boolean contains(Object container, Object part, Evaluation evaluation) {
        if (container instanceof String text && part instanceof String wanted) {
            evaluation.spend(text.length() + (long) text.length() * wanted.length() / 8);
            return text.contains(wanted);
        }
        if (!(container instanceof JsonNode node)) {
            return false;
        }
        if (node.isObject()) {
            return part instanceof String name && node.has(name);
        }
        for (JsonNode element : node) {
            evaluation.spend(1);
            if (isEqual(Evaluation.java(element), part, evaluation)) {
                return part != Evaluation.MISSING;
            }
        }
        return false;
    }

    /** Goes back to the last star only, so that it takes at most one length times the other. */
    private static boolean isLike(String text, String pattern, Evaluation evaluation) {
        evaluation.spend(text.length() + (long) text.length() * pattern.length() / 8);
        String value = text.toLowerCase(Locale.ROOT);
        String wanted = pattern.toLowerCase(Locale.ROOT);
        int at = 0;
        int star = -1;
        int resume = 0;
        int i = 0;
        while (i < value.length()) {
            if (at < wanted.length() && wanted.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < wanted.length() && wanted.charAt(at) == value.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < wanted.length() && wanted.charAt(at) == '*') {
            at++;
        }
        return at == wanted.length();
    }
}
