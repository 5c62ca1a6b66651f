package dev.mirror.server.trace;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which messages are traced: one in so many by the hash of the id, the same on every node, and those with an id that
 * something failed for. Asked for every publication, so it looks at one number. Safe for any thread.
 *
 * <p>Ids that failed are counted by hash: another id with the same hash is wanted in vain, which costs a look-up.
 */
final class Sampling {
    private static final long UNSIGNED = 0xffff_ffffL;
    private static final int SLOTS = 1 << 16;

    private final int oneIn;
    private final long limit; // of the hash, exclusive
    private final AtomicIntegerArray failed = new AtomicIntegerArray(SLOTS);

    Sampling(int oneIn) {
        this.oneIn = oneIn;
        this.limit = oneIn == 0 ? 0 : (UNSIGNED + 1) / oneIn;
    }

    /** One in how many; 0 for failures only. */
    int oneIn() {
        return oneIn;
    }

    /** Whether everything about a message with this id is wanted. */
    boolean wants(String id) {
        int hash = mixed(id);
        return (hash & UNSIGNED) < limit || failed.getOpaque(slot(hash)) > 0;
    }

    /** Whether it is one of the sample. */
    boolean samples(String id) {
        return (mixed(id) & UNSIGNED) < limit;
    }

    /** Something failed for this id. */
    void failed(String id) {
        failed.incrementAndGet(slot(mixed(id)));
    }

    /** What failed is forgotten. */
    void forgotten(String id) {
        failed.decrementAndGet(slot(mixed(id)));
    }

    private static int slot(int hash) {
        return hash & (SLOTS - 1);
    }

    /** Ids are often numbers, and those have hashes that lie close together. */
    private static int mixed(String id) {
        int hash = id.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x45d9f3b;
        hash = (hash ^ (hash >>> 16)) * 0x45d9f3b;
        return hash ^ (hash >>> 16);
    }
}
