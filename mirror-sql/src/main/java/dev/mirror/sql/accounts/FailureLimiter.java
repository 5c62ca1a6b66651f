package dev.mirror.sql.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Slows down guessing: so many failures a minute for one name, then nothing is heard for a minute, and for twice as
 * long each time after. Somebody else's guessing can so keep a user out, but never for longer than 15 minutes.
 *
 * <p>Remembers 100,000 names for an hour after the last attempt; a name that is forgotten begins anew. Any thread.
 */
final class FailureLimiter {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration MEMORY = Duration.ofHours(1);
    private static final int NAMES = 100_000;

    /**
     * What is remembered of one name.
     *
     * @param count failures in the window, attempts under way included
     * @param since when the window began
     * @param blocks how often it was blocked
     * @param blockedUntil the end of the last block
     */
    private record Failures(int count, Instant since, int blocks, Instant blockedUntil) {}

    private final int allowed;
    private final InstantSource time;
    private final Cache<String, Failures> table;

    FailureLimiter(int allowed, InstantSource time) {
        this.allowed = allowed;
        this.time = time;
        this.table = Caffeine.newBuilder()
                .maximumSize(NAMES)
                .expireAfterAccess(MEMORY)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(time.millis()))
                .executor(Runnable::run)
                .build();
    }

    /**
     * Asks whether the name may be tried, and counts the attempt as a failure until it is forgiven, so that attempts
     * at the same moment cannot pass together.
     *
     * @return how long to wait; zero if it may be tried
     */
    Duration admit(String name) {
        Instant now = time.instant();
        Duration[] wait = {Duration.ZERO};
        table.asMap().compute(name, (key, old) -> {
            if (old != null && now.isBefore(old.blockedUntil)) {
                wait[0] = Duration.between(now, old.blockedUntil);
                return old;
            }
            return counted(old, now);
        });
        return wait[0];
    }

    /** The attempt was a success: the name begins anew. */
    void forgive(String name) {
        table.invalidate(name);
    }

    /** The attempt came to nothing, through no fault of who made it. */
    void refund(String name) {
        table.asMap()
                .computeIfPresent(
                        name,
                        (key, old) ->
                                new Failures(Math.max(0, old.count - 1), old.since, old.blocks, old.blockedUntil));
    }

    private Failures counted(@Nullable Failures old, Instant now) {
        if (old == null) {
            old = new Failures(0, now, 0, now);
        }
        boolean sameWindow = now.isBefore(old.since.plus(WINDOW));
        int count = sameWindow ? old.count + 1 : 1;
        Instant since = sameWindow ? old.since : now;
        if (count < allowed) {
            return new Failures(count, since, old.blocks, old.blockedUntil);
        }
        Duration block = WINDOW.multipliedBy(1L << Math.min(old.blocks, 10));
        Instant until = now.plus(block.compareTo(LONGEST) < 0 ? block : LONGEST);
        return new Failures(0, until, old.blocks + 1, until);
    }
}
