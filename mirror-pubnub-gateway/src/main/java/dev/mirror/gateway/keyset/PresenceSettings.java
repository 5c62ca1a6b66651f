package dev.mirror.gateway.keyset;

import java.time.Duration;

/**
 * How a keyset tells who comes and goes. Immutable.
 *
 * @param announceMax in a channel with more users than this, joins and leaves are told together, in intervals
 * @param interval how long such an interval is
 */
public record PresenceSettings(int announceMax, Duration interval) {
    private static final int MOST_ANNOUNCED = 10_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** 20 users, 10 s, as at PubNub. */
    public static final PresenceSettings STANDARD = new PresenceSettings(20, Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if a setting is out of range */
    public PresenceSettings {
        if (announceMax < 0 || announceMax > MOST_ANNOUNCED) {
            throw new IllegalArgumentException("the most users whose joins are announced are 0 to " + MOST_ANNOUNCED);
        }
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the interval of presence is 1 to " + LONGEST.toSeconds() + " s");
        }
    }
}
