package dev.mirror.simulation.history;

/**
 * A promise that was broken.
 *
 * @param kind which
 * @param sentence by whom and where
 */
public record Violation(Kind kind, String sentence) {
    /** The promises. */
    public enum Kind {
        /** Acknowledged or delivered once, and not in the log. */
        LOST,
        /** In the log, or delivered, and never published. */
        PHANTOM,
        /** Refused for certain, and in the log all the same. */
        RESURRECTED,
        /** Twice in the log, or twice to one subscription. */
        DOUBLED,
        /** Not handed to a subscription that covers it. */
        MISSED,
        /** Handed over, or stored, in another order than promised. */
        MISORDERED,
        /** Two saw different things at one place. */
        DISAGREEING,
        /** Offsets of a log that do not count from one by ones. */
        HOLE,
        /** One id was acknowledged at two places. */
        TWO_PLACES,
        /** Acknowledged, and absent from a read that began later. */
        STALE,
        /** A stranger was told, or allowed, what is not theirs. */
        LEAKED,
        /** Continued with {@code recovered=false}, though nothing was trimmed. */
        UNRECOVERED,
        /** Begun and never resolved, though everything was healed. */
        UNANSWERED,
        /** Measured, and more than it may be: bytes, files, milliseconds, connections that ended. */
        EXCEEDED
    }

    @Override
    public String toString() {
        return kind + ": " + sentence;
    }
}
