package dev.mirror.sql.accounts;

/**
 * What Argon2id spends on one hash.
 *
 * @param memoryKib memory in KiB
 * @param passes passes over the memory
 * @param lanes lanes of the memory
 */
record HashCost(int memoryKib, int passes, int lanes) {
    /** The least that OWASP recommends. */
    static final HashCost DEFAULT = new HashCost(19_456, 2, 1);

    HashCost {
        boolean sane = lanes >= 1 && lanes <= 64 && passes >= 1 && passes <= 64;
        if (!sane || memoryKib < 8 * lanes || memoryKib > 1 << 20) {
            throw new IllegalArgumentException("not a cost of Argon2id: " + memoryKib + " KiB");
        }
    }

    /** Whether a hash that cost this much should be made again at the other cost. */
    boolean isBelow(HashCost other) {
        return memoryKib < other.memoryKib || passes < other.passes || lanes < other.lanes;
    }
}
