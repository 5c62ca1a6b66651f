package dev.mirror.sql;

import dev.mirror.message.Publication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest publications in memory, so that what most readers ask for needs no disk: of each channel at most
 * {@value #PER_CHANNEL}, of all together as many bytes as allowed. Beyond that the oldest goes, whose ever it is.
 *
 * <p>Guarded by the lock of the {@link ChannelTable}, all of it.
 */
final class HotTail {
    /** How many publications of one channel are hot at most. */
    static final int PER_CHANNEL = 1_000;
    /** What a hot publication costs beside its body, in bytes, roughly. */
    private static final int OVERHEAD_BYTES = 700;

    private final long limit;
    private long bytes;
    private @Nullable Hot oldest;
    private @Nullable Hot newest;

    HotTail(long limit) {
        this.limit = limit;
    }

    /** One hot publication, linked with those that came before and after it in the whole store. */
    private static final class Hot {
        final Ring ring;
        final Publication publication;
        final int cost;

        @Nullable
        Hot older;

        @Nullable
        Hot newer;

        Hot(Ring ring, Publication publication, int cost) {
            this.ring = ring;
            this.publication = publication;
            this.cost = cost;
        }
    }

    /** The hot publications of one channel: contiguous, up to the tail. */
    static final class Ring {
        private @Nullable Hot[] slots = new Hot[0]; // a power of two; an offset stands at its lower bits
        private long first = 1;
        private long last;

        /** The oldest offset that is here; one more than the newest if none is. */
        long first() {
            return first;
        }

        boolean isEmpty() {
            return first > last;
        }

        /** The publication at {@link #first}, which must be here. */
        Publication oldest() {
            return at(first).publication;
        }

        /** The publications between two offsets, both inclusive, which must be here. */
        List<Publication> read(long from, long to) {
            List<Publication> page = new ArrayList<>((int) Math.max(0, to - from + 1));
            for (long offset = from; offset <= to; offset++) {
                page.add(at(offset).publication);
            }
            return page;
        }

        /** The first offset that has this timetoken or a later one; one more than the newest if none has. */
        long offsetAt(long timetoken) {
            long low = first;
            long high = last + 1;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (at(middle).publication.timetoken() >= timetoken) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        private void add(Hot hot) {
            long offset = hot.publication.position().offset();
            if (isEmpty()) {
                first = offset;
                last = offset - 1;
            }
            int size = (int) (last - first + 1);
            if (size == slots.length) {
                @Nullable Hot[] larger = new Hot[Math.max(2, size * 2)];
                for (long each = first; each <= last; each++) {
                    larger[(int) each & (larger.length - 1)] = at(each);
                }
                slots = larger;
            }
            last = offset;
            slots[(int) offset & (slots.length - 1)] = hot;
        }

        private Hot removeFirst() {
            Hot hot = at(first);
            slots[(int) first & (slots.length - 1)] = null;
            first++;
            if (isEmpty()) {
                slots = new Hot[0];
            }
            return hot;
        }

        @SuppressWarnings("NullAway") // from first to last there is no hole
        private Hot at(long offset) {
            return slots[(int) offset & (slots.length - 1)];
        }
    }

    /** Adds the newest publication of a channel. */
    void add(Ring ring, Publication publication, int bodyBytes) {
        Hot hot = new Hot(ring, publication, OVERHEAD_BYTES + bodyBytes);
        ring.add(hot);
        hot.older = newest;
        if (newest == null) {
            oldest = hot;
        } else {
            newest.newer = hot;
        }
        newest = hot;
        bytes += hot.cost;
        if (ring.last - ring.first + 1 > PER_CHANNEL) {
            forgetFirst(ring);
        }
        while (bytes > limit && oldest != null) {
            forgetFirst(oldest.ring);
        }
    }

    /** Forgets what is kept no longer. */
    void forgetBefore(Ring ring, long offset) {
        while (!ring.isEmpty() && ring.first < offset) {
            forgetFirst(ring);
        }
    }

    private void forgetFirst(Ring ring) {
        Hot hot = ring.removeFirst();
        if (hot.older == null) {
            oldest = hot.newer;
        } else {
            hot.older.newer = hot.newer;
        }
        if (hot.newer == null) {
            newest = hot.older;
        } else {
            hot.newer.older = hot.older;
        }
        bytes -= hot.cost;
    }
}
