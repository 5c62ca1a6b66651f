package dev.mirror.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: exponential, with full jitter, so that clients of one server that went down
 * do not come back together. Pure.
 *
 * @param base the bound of the first wait
 * @param cap the bound that it grows to
 */
record Backoff(Duration base, Duration cap) {
    /** From 0.5 s to 30 s. */
    static final Backoff STANDARD = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    /** The bound of a wait where the server said to come back at once. */
    private static final long SOON_MILLIS = 250;

    Backoff {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("a backoff has a positive base, and a cap that is not below it");
        }
    }

    /** The wait before an attempt; {@code failures} counts those since the last good connection, from 1. */
    Duration delay(int failures, RandomGenerator random) {
        int doublings = Math.min(Math.max(failures - 1, 0), 20);
        long bound = Math.min(cap.toMillis(), base.toMillis() << doublings);
        return Duration.ofMillis(random.nextLong(bound + 1));
    }

    static Duration soon(RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(SOON_MILLIS + 1));
    }
}
