package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private long millis = 1_767_225_600_000L;
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis);

    @Test
    void w38_aBurstThenTheRate() {
        TokenBucket bucket = new TokenBucket(clock, 50, 100);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.tryTake()).as("token %d", i).isTrue();
        }
        assertThat(bucket.tryTake()).isFalse();
        assertThat(bucket.millisUntilNext()).isEqualTo(20);
        millis += 19;
        assertThat(bucket.tryTake()).isFalse();
        millis += 1;
        assertThat(bucket.tryTake()).isTrue();
        assertThat(bucket.tryTake()).isFalse();
        millis += 1_000;
        int taken = 0;
        while (bucket.tryTake()) {
            taken++;
        }
        assertThat(taken).isEqualTo(50);
    }

    @Test
    void theBucketNeverHoldsMoreThanTheBurst() {
        TokenBucket bucket = new TokenBucket(clock, 50, 3);
        millis += 1_000_000_000;
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.tryTake()).isTrue();
        }
        assertThat(bucket.tryTake()).isFalse();
    }

    @Test
    void aClockThatJumpsBackGivesNothingAndTakesNothing() {
        TokenBucket bucket = new TokenBucket(clock, 1, 2);
        assertThat(bucket.tryTake()).isTrue();
        millis -= 3_600_000;
        assertThat(bucket.tryTake()).isTrue();
        assertThat(bucket.tryTake()).isFalse();
        millis += 1_000;
        assertThat(bucket.tryTake()).isTrue();
    }

    @Test
    void w38_whoWaitsAsLongAsToldGetsAToken() {
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 0; run < 2_000; run++) {
            TokenBucket bucket = new TokenBucket(clock, 1 + random.nextInt(2_000), 1 + random.nextInt(5));
            for (int step = 0; step < 20; step++) {
                millis += random.nextInt(30);
                while (bucket.tryTake()) {
                    // until it is empty
                }
                long wait = bucket.millisUntilNext();
                assertThat(wait).isPositive();
                millis += wait;
                assertThat(bucket.tryTake())
                        .as("run %d, step %d, after %d ms", run, step, wait)
                        .isTrue();
            }
        }
    }

    @Test
    void aRateOrABurstOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenBucket(clock, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenBucket(clock, 1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenBucket(clock, Double.NaN, 1));
    }
}
