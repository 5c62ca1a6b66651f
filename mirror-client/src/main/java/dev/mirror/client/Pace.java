package dev.mirror.client;

import java.time.Duration;

/**
 * Keeps publications below the rate that the hello stated, so that the server need not refuse any. On the lane only.
 *
 * <p>A tenth of the burst is left unused: frames bunch up on their way, and the server counts them as they arrive.
 */
final class Pace {
    private static final double SHARE_OF_BURST = 0.9;

    private double tokens; // the lane's
    private double capacity; // the lane's
    private double perNano; // the lane's; 0 for no limit
    private long refilledAt; // the lane's

    /** Begins with a full bucket, as the server does for a new session. */
    void reset(double perSecond, double burst, long now) {
        perNano = perSecond / Duration.ofSeconds(1).toNanos();
        capacity = Math.max(1, burst * SHARE_OF_BURST);
        tokens = capacity;
        refilledAt = now;
    }

    /** Takes one; otherwise returns how long until there is one, in nanoseconds. 0 means taken. */
    long take(long now) {
        if (perNano <= 0) {
            return 0;
        }
        tokens = Math.min(capacity, tokens + (now - refilledAt) * perNano);
        refilledAt = now;
        if (tokens >= 1) {
            tokens -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - tokens) / perNano));
    }
}
