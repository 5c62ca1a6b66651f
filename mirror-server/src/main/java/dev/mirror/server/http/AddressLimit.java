package dev.mirror.server.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How often each address may ask: a bucket of a minute's worth, refilled evenly.
 *
 * <p>At most 100,000 addresses are remembered; of more the least recently seen are forgotten, which gives them a full
 * bucket. Safe for any thread.
 */
final class AddressLimit {
    private static final int MAX_ADDRESSES = 100_000;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(Duration.ofMinutes(2))
            .build();

    AddressLimit(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    /** Takes one; if there is none, the seconds after which there will be. */
    OptionalLong take(String address) {
        Bucket bucket = buckets.get(address, a -> new Bucket(perMinute, nanoTime.getAsLong()));
        return bucket.take(perMinute, nanoTime.getAsLong());
    }

    private static final class Bucket {
        // Both: under this bucket's lock, which is never held while calling out.
        private double left;
        private long at;

        Bucket(double left, long at) {
            this.left = left;
            this.at = at;
        }

        synchronized OptionalLong take(int perMinute, long now) {
            left = Math.min(perMinute, left + (double) (now - at) * perMinute / MINUTE);
            at = now;
            if (left >= 1) {
                left--;
                return OptionalLong.empty();
            }
            return OptionalLong.of((long) Math.ceil((1 - left) * 60 / perMinute));
        }
    }
}
