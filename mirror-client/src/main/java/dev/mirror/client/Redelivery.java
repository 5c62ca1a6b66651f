package dev.mirror.client;

import java.time.Duration;

/**
 * How often, and after what waits, an event is given again to a handler that failed. Pure.
 *
 * @param attempts how often a handler gets an event, the first time included
 * @param first the wait after the first failure; each further one is twice as long
 * @param longest the bound of the waits
 */
record Redelivery(int attempts, Duration first, Duration longest) {
    /** 5 times, after 1, 2, 4 and 8 s. */
    static final Redelivery STANDARD = new Redelivery(5, Duration.ofSeconds(1), Duration.ofSeconds(30));

    Redelivery {
        if (attempts < 1 || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "an event is given once at least, and the longest wait is not below the first");
        }
    }

    boolean isEnough(int failures) {
        return failures >= attempts;
    }

    /** The wait after so many failures, from 1. */
    Duration delay(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 20);
        Duration delay = first.multipliedBy(1L << doublings);
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
