package dev.mirror.simulation;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Chance that can be replayed, for those who ask for chance that cannot. */
final class Chance extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient RandomGenerator chance;

    Chance(RandomGenerator chance) {
        this.chance = chance;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        chance.nextBytes(bytes);
    }

    @Override
    public void setSeed(long seed) {
        // The seed of the simulation counts.
    }
}
