package dev.mirror.gateway.history;

/**
 * A stretch of time, in timetokens.
 *
 * @param from the first that belongs to it
 * @param to the first that no longer does
 */
record Span(long from, long to) {
    /** Behind every timetoken. */
    static final long NEVER = Long.MAX_VALUE;

    static final Span ALWAYS = new Span(0, NEVER);

    boolean isEmpty() {
        return from >= to;
    }

    boolean contains(long timetoken) {
        return timetoken >= from && timetoken < to;
    }
}
