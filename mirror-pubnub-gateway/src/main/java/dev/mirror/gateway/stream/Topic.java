package dev.mirror.gateway.stream;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is found under one name: entries in the order of their places, and the polls that wait for more. */
final class Topic {
    // All below: guarded by the lock of the stream.
    final Set<Poll> waiting = new HashSet<>(2);
    /** A ring; its length is a power of 2. */
    private @Nullable Entry[] ring = new Entry[2];

    private int first;
    private int size;

    void add(Entry entry) {
        if (size == ring.length) {
            @Nullable Entry[] larger = Arrays.copyOfRange(ring, first, first + 2 * size);
            System.arraycopy(ring, 0, larger, size - first, first);
            ring = larger;
            first = 0;
        }
        ring[(first + size) & (ring.length - 1)] = entry;
        size++;
    }

    void removeOldest() {
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        size--;
    }

    Entry get(int index) {
        Entry entry = ring[(first + index) & (ring.length - 1)];
        if (entry == null) {
            throw new IllegalStateException("no such entry");
        }
        return entry;
    }

    int size() {
        return size;
    }

    boolean isUnused() {
        return size == 0 && waiting.isEmpty();
    }

    /** The index of the first entry after a place; the size if there is none. */
    int indexAfter(Cursor place) {
        if (size == 0 || !get(size - 1).key().isAfter(place)) {
            return size;
        }
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).key().isAfter(place)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
