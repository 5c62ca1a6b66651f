package dev.mirror.bench.kill;

import java.util.List;

/**
 * How hard one run is.
 *
 * @param kills how often the server is killed
 * @param publishers users who publish; each has a device that subscribes, the first two have two
 * @param rooms that everybody is in
 * @param acknowledged how many acknowledgements there have to be, or the run shows nothing
 * @param jvm options of the server's virtual machine
 */
record Plan(int kills, int publishers, int rooms, int acknowledged, List<String> jvm) {
    Plan {
        jvm = List.copyOf(jvm);
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
