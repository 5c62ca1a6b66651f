package dev.mirror.client;

import java.time.Duration;

/**
 * Notices that the other side is gone (W25): after the idle time without a byte it asks, and after
 * {@value #GRACE_SECONDS} s more of silence it gives up. On the lane only.
 */
final class Heartbeat {
    private static final long GRACE_SECONDS = 10;

    private final Environment environment;
    private final Runnable ping;
    private final Runnable dead;
    private Duration idle = Duration.ZERO; // the lane's
    private long heardAt; // the lane's
    private Runnable cancel = () -> {}; // the lane's

    Heartbeat(Environment environment, Runnable ping, Runnable dead) {
        this.environment = environment;
        this.ping = ping;
        this.dead = dead;
    }

    void start(Duration idleTime) {
        stop();
        idle = idleTime;
        heard();
        await(idle);
    }

    void heard() {
        heardAt = environment.nanos().getAsLong();
    }

    void stop() {
        cancel.run();
        cancel = () -> {};
    }

    private void await(Duration delay) {
        cancel = environment.later(delay, this::check);
    }

    private void check() {
        Duration left = idle.minus(silence());
        if (!left.isNegative() && !left.isZero()) {
            await(left);
            return;
        }
        long asked = heardAt;
        ping.run();
        cancel = environment.later(Duration.ofSeconds(GRACE_SECONDS), () -> {
            if (heardAt == asked) {
                dead.run();
            } else {
                check();
            }
        });
    }

    private Duration silence() {
        return Duration.ofNanos(environment.nanos().getAsLong() - heardAt);
    }
}
