package dev.mirror.testkit.time;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Chance that can be replayed: its string form tells the seed, so that a failing test can print it, and
 * {@code -Dmirror.seed=…} sets it.
 *
 * <p>For one thread; {@link #split} makes more, one for each thread.
 */
public final class SeededRandom implements RandomGenerator {
    /** The system property that sets the seed. */
    public static final String PROPERTY = "mirror.seed";

    private final long seed;
    private final SplittableRandom random;

    private SeededRandom(long seed, SplittableRandom random) {
        this.seed = seed;
        this.random = random;
    }

    /** Chance from this seed, or from the one in the system property if there is one. */
    public static SeededRandom of(long seed) {
        long chosen = Long.getLong(PROPERTY, seed);
        return new SeededRandom(chosen, new SplittableRandom(chosen));
    }

    /** A further source that depends on this one's seed and on how many were split off before. */
    public SeededRandom split() {
        return new SeededRandom(seed, random.split());
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public String toString() {
        return "-D" + PROPERTY + "=" + seed;
    }
}
