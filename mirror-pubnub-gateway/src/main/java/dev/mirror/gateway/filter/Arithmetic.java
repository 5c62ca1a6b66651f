package dev.mirror.gateway.filter;

/** Calculates: exactly as long as whole numbers fit, then with doubles. What is no number yields nothing. */
final class Arithmetic {
    private Arithmetic() {}

    static Object add(Object a, Object b, Evaluation evaluation) {
        if (a instanceof String one && b instanceof String other) {
            evaluation.spend(one.length() + other.length());
            return one + other;
        }
        if (a instanceof Long one && b instanceof Long other) {
            long sum = one + other;
            boolean fits = ((one ^ sum) & (other ^ sum)) >= 0;
            return fits ? (Object) sum : (Object) ((double) one + other);
        }
        return areNumbers(a, b) ? real(number(a) + number(b)) : Evaluation.MISSING;
    }

    static Object subtract(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other) {
            long difference = one - other;
            boolean fits = ((one ^ other) & (one ^ difference)) >= 0;
            return fits ? (Object) difference : (Object) ((double) one - other);
        }
        return areNumbers(a, b) ? real(number(a) - number(b)) : Evaluation.MISSING;
    }

    static Object multiply(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other) {
            boolean fits = Math.multiplyHigh(one, other) == (one * other) >> 63;
            return fits ? (Object) (one * other) : (Object) ((double) one * other);
        }
        return areNumbers(a, b) ? real(number(a) * number(b)) : Evaluation.MISSING;
    }

    /** With a fraction: 7 / 2 is 3.5. */
    static Object divide(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other && other != 0 && other != -1 && one % other == 0) {
            return one / other;
        }
        return areNumbers(a, b) ? real(number(a) / number(b)) : Evaluation.MISSING;
    }

    static Object remainder(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other && other != 0) {
            return other == -1 ? 0L : one % other;
        }
        return areNumbers(a, b) ? real(number(a) % number(b)) : Evaluation.MISSING;
    }

    private static boolean areNumbers(Object a, Object b) {
        return a instanceof Number && b instanceof Number;
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private static Object real(double value) {
        return Double.isFinite(value) ? (Object) value : Evaluation.MISSING;
    }
}
