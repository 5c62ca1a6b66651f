package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FailureLimiterTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final FailureLimiter limiter = new FailureLimiter(3, now::get);

    @Test
    void o19_theDelayGrowsToAQuarterOfAnHour() {
        long[] minutes = {1, 2, 4, 8, 15, 15};
        for (long expected : minutes) {
            fail(3);
            assertThat(limiter.admit("anna")).isEqualTo(Duration.ofMinutes(expected));
            advance(Duration.ofMinutes(expected));
        }
    }

    @Test
    void o19_askingDuringTheDelayDoesNotProlongIt() {
        fail(3);
        advance(Duration.ofSeconds(59));
        assertThat(limiter.admit("anna")).isEqualTo(Duration.ofSeconds(1));
        advance(Duration.ofSeconds(1));
        assertThat(limiter.admit("anna")).isZero();
    }

    @Test
    void o19_failuresAreCountedByTheMinute() {
        for (int i = 0; i < 10; i++) {
            fail(2);
            advance(Duration.ofMinutes(1));
        }
        assertThat(limiter.admit("anna")).isZero();
    }

    @Test
    void o19_aSuccessBeginsAnew() {
        fail(2);
        limiter.forgive("anna");
        fail(2);
        limiter.refund("anna");
        assertThat(limiter.admit("anna")).isZero();
    }

    @Test
    void o19_oneNameDoesNotSlowAnother() {
        fail(3);
        assertThat(limiter.admit("ben")).isZero();
    }

    @Test
    void o19_anHourWithoutAttemptsIsForgotten() {
        fail(3);
        advance(Duration.ofMinutes(61));
        fail(3);
        assertThat(limiter.admit("anna")).isEqualTo(Duration.ofMinutes(1));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(limiter.admit("anna")).isZero();
        }
    }

    private void advance(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
