package dev.mirror.server.http;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What HTTP on the front port needs to know.
 *
 * @param origins the pages that may use it; asked at each request, because the port is known late
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param reach how browsers reach us
 * @param authPerMinute requests to {@code /auth/} for each address and minute
 * @param notReady why no work should be sent here; empty if it should
 * @param time the clock
 */
public record HttpSettings(
        Supplier<Set<String>> origins,
        Set<String> trustedProxies,
        Reach reach,
        int authPerMinute,
        Supplier<List<String>> notReady,
        InstantSource time) {
    /** How browsers reach us. */
    public enum Reach {
        /** From this machine only. */
        LOOPBACK,
        /** Through a proxy that speaks TLS. */
        TLS_PROXY,
        /** From other machines, in clear. */
        INSECURE
    }
}
