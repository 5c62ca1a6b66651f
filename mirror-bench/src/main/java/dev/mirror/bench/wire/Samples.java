package dev.mirror.bench.wire;

import java.util.Arrays;

/** Durations of one measurement, kept one by one up to a bound; after that the newest replace the oldest. */
public final class Samples {
    private static final int MAX = 1 << 22;

    private long[] nanos = new long[1 << 12];
    private long count;

    /** Nothing yet. */
    public Samples() {}

    /** One more, in nanoseconds. */
    public void add(long duration) {
        if (count == nanos.length && nanos.length < MAX) {
            nanos = Arrays.copyOf(nanos, nanos.length * 2);
        }
        nanos[(int) (count++ % nanos.length)] = duration;
    }

    /** Begins again. */
    public void clear() {
        count = 0;
    }

    /** The durations that the given shares do not exceed, in milliseconds; 0 without samples. */
    public double[] percentileMillis(double... shares) {
        long[] sorted = Arrays.copyOf(nanos, (int) Math.min(count, nanos.length));
        Arrays.sort(sorted);
        return Arrays.stream(shares)
                .map(share -> sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1e6)
                .toArray();
    }
}
