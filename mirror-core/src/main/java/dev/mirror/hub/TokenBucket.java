package dev.mirror.hub;

import java.time.InstantSource;

/**
 * A rate limit: a bucket that holds up to {@code burst} tokens and gains {@code perSecond} of them a second.
 *
 * <p>Not safe for several threads at once; whoever holds it owns it. A clock that jumps back adds nothing, one that
 * jumps ahead fills the bucket at the most.
 */
final class TokenBucket {
    /** A whole token, less what may get lost in sums of parts of it. */
    private static final double ONE = 1 - 1e-6;

    private final InstantSource clock;
    private final double perMilli;
    private final double burst;
    private double tokens; // owned by the holder
    private long lastMillis; // owned by the holder

    /**
     * A full bucket.
     *
     * @throws IllegalArgumentException unless both numbers are above 0
     */
    public TokenBucket(InstantSource clock, double perSecond, double burst) {
        if (!(perSecond > 0) || !(burst > 0)) {
            throw new IllegalArgumentException("a rate and a burst are above 0");
        }
        this.clock = clock;
        this.perMilli = perSecond / 1000;
        this.burst = burst;
        this.tokens = burst;
        this.lastMillis = clock.millis();
    }

    /** Takes a token; false if there is none. */
    public boolean tryTake() {
        refill();
        if (tokens < ONE) {
            return false;
        }
        tokens = Math.max(0, tokens - 1);
        return true;
    }

    /** How long until there is a token again, in milliseconds; at least 1 if there is none now. */
    public long millisUntilNext() {
        refill();
        return tokens >= ONE ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) / perMilli));
    }

    private void refill() {
        long now = clock.millis();
        tokens = Math.min(burst, tokens + Math.max(0, now - lastMillis) * perMilli);
        lastMillis = now;
    }
}
