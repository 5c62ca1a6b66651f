package dev.mirror.bench.kill;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How hard one run is.
 *
 * @param kills how often the server is killed
 * @param publishers users who publish; each has a device that subscribes, the first two have two
 * @param rooms that everybody is in
 * @param acknowledged how many acknowledgements there have to be, or the run shows nothing
 * @param perSecond about how many publications everybody together asks for in a second; 0 for as many as possible
 * @param jvm options of the server's virtual machine
 */
public record Plan(int kills, int publishers, int rooms, int acknowledged, int perSecond, List<String> jvm) {
    /** How many strangers try to hear what is not theirs, besides those who publish. */
    static final int EAVESDROPPERS = 3;

    /** Copies the list. */
    public Plan {
        jvm = List.copyOf(jvm);
    }

    /** How many people a run has: those who publish, and after them those who eavesdrop. */
    public int people() {
        return publishers + EAVESDROPPERS;
    }

    /** Whether it is load for long, while something else happens. */
    boolean isPaced() {
        return perSecond > 0;
    }

    /** How long each publisher pauses after each answer. */
    long pauseNanos() {
        return perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(publishers) / perSecond;
    }

    /** What the server is told: no limit that a test from one address would run into, and an outbox that fills up. */
    List<String> serverOptions() {
        return List.of(
                "--publish-per-second=100000",
                "--publish-burst=100000",
                "--outbox-frames=400",
                "--log-level=info",
                "--log-format=text");
    }
}
