package dev.mirror.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * How much is done.
 *
 * @param warmUp how long each server first relays direct messages, for its compiler
 * @param settle how long each scenario runs before it is measured
 * @param measure how long it is measured
 * @param pairs how many pairs of users say direct messages one at a time; a quarter of them when pipelined
 * @param idle how many idle connections there are
 * @param fanouts the numbers of subscribers
 */
record Plan(Duration warmUp, Duration settle, Duration measure, int pairs, int idle, List<Integer> fanouts) {
    Plan {
        fanouts = List.copyOf(fanouts);
    }

    static Plan full(int idle) {
        return new Plan(
                Duration.ofSeconds(8),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                100,
                idle,
                List.of(100, 1_000, 5_000));
    }

    static Plan quick(int idle) {
        return new Plan(
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                100,
                Math.min(idle, 2_000),
                List.of(100, 1_000));
    }

    /** The largest number of connections at once. */
    int connections() {
        int largest = fanouts.stream().mapToInt(Integer::intValue).max().orElse(0);
        return Math.max(idle, largest) + 2 * pairs + 2;
    }

    /** The same with no more connections at once than there may be. */
    Plan within(int connections) {
        int room = connections - 2 * pairs - 2;
        List<Integer> possible = fanouts.stream().filter(size -> size <= room).toList();
        return new Plan(warmUp, settle, measure, pairs, Math.min(idle, room), possible);
    }
}
