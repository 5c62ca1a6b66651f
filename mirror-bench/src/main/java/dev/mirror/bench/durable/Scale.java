package dev.mirror.bench.durable;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param rounds of what is compared; medians are taken
 * @param measure how long a load is measured, after as long of warming up
 * @param stored messages in the store before it is killed
 * @param clients who resume, and who listen
 * @param storm clients who are cut at once
 * @param deaf subscribers who never read
 */
record Scale(int rounds, Duration measure, int stored, int clients, int storm, int deaf) {
    static final Scale FULL = new Scale(3, Duration.ofSeconds(10), 1_000_000, 1_000, 5_000, 500);
    static final Scale QUICK = new Scale(1, Duration.ofSeconds(2), 20_000, 200, 400, 50);
}
