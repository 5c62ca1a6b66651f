package dev.mirror.bench.durable;

import java.util.Locale;

/**
 * A number that there was to reach.
 *
 * @param name what it is of
 * @param measured what came out
 * @param target what was to come out
 * @param atLeast whether more is better
 * @param unit of both
 * @param detail how it came about
 */
record Figure(String name, double measured, double target, boolean atLeast, String unit, String detail) {
    static Figure atLeast(String name, double measured, double target, String detail) {
        return new Figure(name, measured, target, true, "×", detail);
    }

    static Figure millis(String name, double measured, double target, String detail) {
        return new Figure(name, measured, target, false, "ms", detail);
    }

    boolean isReached() {
        return atLeast ? measured >= target : measured <= target;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s %s %s | **%s %s** | %s | %s |",
                name,
                atLeast ? "≥" : "≤",
                number(target),
                unit,
                number(measured),
                unit,
                isReached() ? "ok" : "MISSED",
                detail);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }
}
