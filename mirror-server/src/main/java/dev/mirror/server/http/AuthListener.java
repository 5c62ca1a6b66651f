package dev.mirror.server.http;

import java.time.Duration;

/** Hears how log-ins and the like came out, to count and log them. Any thread; must not block. */
@FunctionalInterface
public interface AuthListener {
    /**
     * One came out.
     *
     * @param action {@code create}, {@code login}, {@code renew}, {@code logout} or {@code password}
     * @param outcome {@code ok} or the code of the refusal
     * @param address whom it came from
     * @param took how long it took since its request was read
     */
    void heard(String action, String outcome, String address, Duration took);
}
