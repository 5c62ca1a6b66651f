package dev.mirror.server.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How much the server takes, from everybody together and from each. */
public final class LimitOptions {
    private static final int MIN_OUTBOX = 1_024;
    private static final int MAX_SECONDS = 86_399;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "WebSocket connections at once (${DEFAULT-VALUE})")
    private int connections = 10_000;

    @Option(
            names = "--outbox-bytes",
            paramLabel = "N",
            description = "bytes that wait for one connection before it is told to come back (${DEFAULT-VALUE})")
    private int outboxBytes = 1 << 20;

    @Option(names = "--outbox-frames", paramLabel = "N", description = "the same, in frames (${DEFAULT-VALUE})")
    private int outboxFrames = 1_000;

    @Option(
            names = "--auth-per-minute",
            paramLabel = "N",
            description = "log-ins, sign-ups and the like for each address and minute (${DEFAULT-VALUE})")
    private int authPerMinute = 60;

    @Option(
            names = "--failures-per-minute",
            paramLabel = "N",
            description = "wrong passwords for each name and minute (${DEFAULT-VALUE})")
    private int failuresPerMinute = 10;

    @Option(
            names = "--publish-per-second",
            paramLabel = "N",
            description = "publications of one connection in a second (${DEFAULT-VALUE})")
    private int publishPerSecond = 50;

    @Option(
            names = "--publish-burst",
            paramLabel = "N",
            description = "publications of one connection at once (${DEFAULT-VALUE})")
    private int publishBurst = 100;

    @Option(
            names = "--heartbeat-seconds",
            paramLabel = "N",
            description = "silence after which a connection is pinged (${DEFAULT-VALUE})")
    private int heartbeatSeconds = 25;

    @Option(
            names = "--heartbeat-grace-seconds",
            paramLabel = "N",
            description = "how much longer the silence may last before the connection is ended (${DEFAULT-VALUE})")
    private int heartbeatGraceSeconds = 10;

    @Option(
            names = "--drain-seconds",
            paramLabel = "N",
            description = "time for connections to end when the server stops (${DEFAULT-VALUE})")
    private int drainSeconds = 8;

    LimitOptions() {}

    /** WebSocket connections at once. */
    public int connections() {
        return connections;
    }

    /** Bytes that wait for one connection. */
    public int outboxBytes() {
        return outboxBytes;
    }

    /** Frames that wait for one connection. */
    public int outboxFrames() {
        return outboxFrames;
    }

    /** Requests to {@code /auth/} for each address and minute. */
    public int authPerMinute() {
        return authPerMinute;
    }

    /** Wrong passwords for each name and minute. */
    public int failuresPerMinute() {
        return failuresPerMinute;
    }

    /** Publications of one connection in a second. */
    public int publishPerSecond() {
        return publishPerSecond;
    }

    /** Publications of one connection at once. */
    public int publishBurst() {
        return publishBurst;
    }

    /** The silence after which a connection is pinged. */
    public Duration heartbeat() {
        return Duration.ofSeconds(heartbeatSeconds);
    }

    /** How much longer than the heartbeat a silence may last. */
    public Duration heartbeatGrace() {
        return Duration.ofSeconds(heartbeatGraceSeconds);
    }

    /** How long a stop waits for connections to end. */
    public Duration drain() {
        return Duration.ofSeconds(drainSeconds);
    }

    void check() {
        atLeastOne("--max-connections", connections);
        between("--outbox-bytes", outboxBytes, MIN_OUTBOX, mostOutbox());
        atLeastOne("--outbox-frames", outboxFrames);
        atLeastOne("--auth-per-minute", authPerMinute);
        atLeastOne("--failures-per-minute", failuresPerMinute);
        atLeastOne("--publish-per-second", publishPerSecond);
        atLeastOne("--publish-burst", publishBurst);
        between("--heartbeat-seconds", heartbeatSeconds, 1, MAX_SECONDS);
        between("--heartbeat-grace-seconds", heartbeatGraceSeconds, 1, MAX_SECONDS);
        between("--drain-seconds", drainSeconds, 0, MAX_SECONDS);
    }

    /** All outboxes together may have a quarter of the heap, so one alone has no more. */
    private static int mostOutbox() {
        return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4);
    }

    private static void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new StartException(
                    ExitCode.CONFIG, option + " is " + value + "; give a number from " + least + " to " + most);
        }
    }

    private static void atLeastOne(String option, int value) {
        if (value < 1) {
            throw new StartException(ExitCode.CONFIG, option + " is " + value + "; give 1 or more");
        }
    }
}
