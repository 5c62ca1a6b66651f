package dev.mirror.gateway.history;

import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.wire.Refusal;

/**
 * What one answer may hold: when it is full, each channel that follows has one message, and clients ask for the rest as
 * for any further page. Used by one channel after the other.
 */
final class Budget {
    /** When it is full. */
    static final int BYTES = 4 << 20;
    /** Where many channels with one long message each end. */
    private static final int MAX_BYTES = 16 << 20;
    /** What a message takes beside its text at most. */
    private static final int OVERHEAD_BYTES = 200;

    // All below: owned by whoever reads a channel.
    private long spent;
    private long earliest;
    private long latest = Span.NEVER;

    /**
     * Takes a message in.
     *
     * @param backward whether the next one is older
     * @return whether it is full
     * @throws Refusal if that is too much even for channels with one message each
     */
    boolean spend(Entry message, boolean backward) {
        if (!spend((long) message.textBytes() + OVERHEAD_BYTES)) {
            return false;
        }
        if (backward) {
            earliest = Math.max(earliest, message.shown().timetoken());
        } else {
            latest = Math.min(latest, message.shown().timetoken());
        }
        return true;
    }

    /**
     * Takes some more text in.
     *
     * @return whether it is full
     * @throws Refusal if that is too much even for channels with one message each
     */
    boolean spend(long bytes) {
        spent += bytes;
        if (spent > MAX_BYTES) {
            throw new Refusal(413, "Request Entity Too Large");
        }
        return spent >= BYTES;
    }

    /** Whether every channel was read as far as this time; only up to there can channels be put into one order. */
    boolean reaches(long timetoken) {
        return timetoken >= earliest && timetoken <= latest;
    }
}
