package dev.mirror.sql;

import dev.mirror.message.Publication;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Gives timetokens that only grow, over restarts too and whatever the clock says. So that not every commit has to note
 * the last one, the database has one that is ahead by up to a second; the next life begins there. Only the writer.
 */
final class Timetokens {
    private static final long AHEAD = 1_000 * Publication.TIMETOKENS_PER_MILLI;

    private final InstantSource clock;
    private long last;
    private long reserved;

    /** @param reserved what the database has */
    Timetokens(InstantSource clock, long reserved) {
        this.clock = clock;
        this.last = reserved;
        this.reserved = reserved;
    }

    long next() {
        Instant now = clock.instant();
        long token = now.getEpochSecond() * 1_000 * Publication.TIMETOKENS_PER_MILLI + now.getNano() / 100;
        last = Math.max(last + 1, token);
        return last;
    }

    /** The last one that was given, or may have been. */
    long last() {
        return last;
    }

    /** Notes one that was given elsewhere: those to come are later. */
    void atLeast(long token) {
        last = Math.max(last, token);
    }

    /** What the database must have, or more. */
    long reserved() {
        return reserved;
    }

    /** What the transaction under way has to reserve; 0 for nothing. */
    long toReserve() {
        return last > reserved ? last + AHEAD : 0;
    }

    /** The transaction was committed. */
    void reserved(long token) {
        reserved = token;
    }
}
