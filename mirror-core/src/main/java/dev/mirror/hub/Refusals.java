package dev.mirror.hub;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Counts refusals within the last minute. Owned by the session's lane. */
final class Refusals {
    private static final long WINDOW_MILLIS = 60_000;

    private final InstantSource clock;
    private final int limit;
    private long @Nullable [] times; // the last refusals, a ring; null until the first, since most peers have none
    private int next;
    private int count;

    Refusals(InstantSource clock, int limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Counts one; true if it is the one that reaches the limit within a minute. */
    boolean add() {
        if (times == null) {
            times = new long[limit];
        }
        long now = clock.millis();
        times[next] = now;
        next = (next + 1) % limit;
        count = Math.min(limit, count + 1);
        // After the write, "next" is the oldest of the last "limit" refusals.
        return count == limit && now - times[next] < WINDOW_MILLIS;
    }
}
