package dev.mirror.gateway.history;

import dev.mirror.gateway.wire.Refusal;
import dev.mirror.message.Publication;

/**
 * What one answer may hold: when it is full, each channel that follows has one message, and clients ask for the rest as
 * for any further page. Used by one channel after the other.
 */
final class Budget {
    /** When it is full. */
    static final int BYTES = 4 << 20;
    /** Where many channels with one long message each end. */
    private static final int MAX_BYTES = 16 << 20;
    /** What an entry takes beside its body, roughly. */
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
    boolean spend(Publication message, boolean backward) {
        spent += message.entry().body().length() + OVERHEAD_BYTES;
        if (spent > MAX_BYTES) {
            throw new Refusal(413, "Request Entity Too Large");
        }
        if (spent < BYTES) {
            return false;
        }
        if (backward) {
            earliest = Math.max(earliest, message.timetoken());
        } else {
            latest = Math.min(latest, message.timetoken());
        }
        return true;
    }

    /** Whether every channel was read as far as this time; only up to there can channels be put into one order. */
    boolean reaches(long timetoken) {
        return timetoken >= earliest && timetoken <= latest;
    }
}
