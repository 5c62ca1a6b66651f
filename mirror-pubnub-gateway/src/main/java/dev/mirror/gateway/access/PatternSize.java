package dev.mirror.gateway.access;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells how many characters a regular expression has about, once its counted repetitions are written out, as the
 * compiler of the engine does: {@code (?:(?:a{100}){100}){100}} has 20 characters and a million.
 */
final class PatternSize {
    private static final long ENOUGH = 1L << 40;

    private final String expression;
    private final Deque<Long> outer = new ArrayDeque<>();
    private int at;
    private long group;
    private long last;

    private PatternSize(String expression) {
        this.expression = expression;
    }

    static long of(String expression) {
        return new PatternSize(expression).count();
    }

    private long count() {
        while (at < expression.length()) {
            step(expression.charAt(at++));
        }
        while (!outer.isEmpty()) {
            close();
        }
        return group + last;
    }

    private void step(char c) {
        switch (c) {
            case '\\' -> {
                at++;
                atom(1);
            }
            case '[' -> {
                at = endOfClass();
                atom(1);
            }
            case '(' -> {
                atom(0);
                outer.push(group);
                group = 0;
            }
            case ')' -> {
                if (!outer.isEmpty()) {
                    close();
                }
            }
            case '{' -> last = Math.min(ENOUGH, last * Math.max(1, repeats()));
            default -> atom(1);
        }
    }

    private void atom(long size) {
        group = Math.min(ENOUGH, group + last);
        last = size;
    }

    private void close() {
        long inner = Math.min(ENOUGH, group + last);
        group = outer.pop();
        last = Math.max(1, inner);
    }

    private int endOfClass() {
        int end = expression.startsWith("^", at) ? at + 1 : at;
        if (expression.startsWith("]", end)) {
            end++; // a bracket that comes first stands for itself
        }
        while (end < expression.length() && expression.charAt(end) != ']') {
            end += expression.charAt(end) == '\\' ? 2 : 1;
        }
        return end + 1;
    }

    /** The largest number before the closing brace, which may be missing: then braces stand for themselves. */
    private long repeats() {
        long largest = 0;
        long number = 0;
        for (int i = at; i < expression.length() && expression.charAt(i) != '}'; i++) {
            char c = expression.charAt(i);
            number = c >= '0' && c <= '9' ? Math.min(ENOUGH, number * 10 + (c - '0')) : 0;
            largest = Math.max(largest, number);
        }
        return largest;
    }
}
