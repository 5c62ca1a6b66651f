package dev.mirror.gateway.publish;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.Request;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.InstantSource;

/**
 * How much those may say who show no token: each address has a bucket of two seconds' worth, refilled evenly.
 *
 * <p>At most {@value #MAX_ADDRESSES} addresses are remembered; of more the least recently seen are forgotten, which gives
 * them a full bucket. Safe for any thread.
 */
public final class PublishRate {
    private static final int MAX_ADDRESSES = 100_000;
    private static final int BURST_SECONDS = 2;
    private static final double MILLIS = 1_000;

    private final int perSecond;
    private final InstantSource clock;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .executor(Runnable::run)
            .build();

    /** @param perSecond 0 for no limit */
    public PublishRate(int perSecond, InstantSource clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /**
     * Counts a request.
     *
     * @throws MirrorException {@code too.many}
     */
    public void admit(Request request) {
        if (perSecond == 0 || request.keyset().access() == Keyset.Access.MANAGED) {
            return;
        }
        Bucket bucket = buckets.get(request.call().address(), unknown -> new Bucket());
        if (!bucket.take(clock.millis())) {
            throw new MirrorException(ErrorCode.TOO_MANY, "more than " + perSecond + " a second from one address");
        }
    }

    private final class Bucket {
        // Both: guarded by this bucket, which is never held while calling out.
        private double left = (double) perSecond * BURST_SECONDS;
        private long at = clock.millis();

        synchronized boolean take(long now) {
            double most = (double) perSecond * BURST_SECONDS;
            left = Math.min(most, left + Math.max(0, now - at) * perSecond / MILLIS);
            at = now;
            if (left < 1) {
                return false;
            }
            left--;
            return true;
        }
    }
}
