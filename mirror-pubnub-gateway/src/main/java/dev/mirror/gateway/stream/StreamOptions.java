package dev.mirror.gateway.stream;

import dev.mirror.spi.HistoryQuery;
import java.time.Duration;

/**
 * How much a stream keeps in memory, and how long a poll waits. Immutable.
 *
 * @param entries how many entries are kept, of all channels together; the oldest go first
 * @param bytes how much memory they take
 * @param hold how long a poll waits for something to deliver; then it gets an empty batch
 * @param batch how many deliveries a batch has at most, unless one entry alone has more
 * @param batchBytes how long a batch gets, unless one entry alone is longer
 * @param polls how many polls are open at once; one more fails with {@code busy}
 */
public record StreamOptions(int entries, long bytes, Duration hold, int batch, int batchBytes, int polls) {
    /** 100,000 entries, 64 MiB, 280 s, 100 deliveries, 1 MiB, 20,000 polls: clients give a poll up after 310 s. */
    public static final StreamOptions STANDARD =
            new StreamOptions(100_000, 64 << 20, Duration.ofSeconds(280), 100, 1 << 20, 20_000);

    /** @throws IllegalArgumentException if a limit is less than 1, or a batch larger than a page of history */
    public StreamOptions {
        boolean noTime = hold.isNegative() || hold.isZero();
        if (entries < 1 || bytes < 1 || batch < 1 || batchBytes < 1 || polls < 1 || noTime) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (batch > HistoryQuery.MAX_LIMIT) {
            throw new IllegalArgumentException("a batch is filled from one page of each log");
        }
    }
}
