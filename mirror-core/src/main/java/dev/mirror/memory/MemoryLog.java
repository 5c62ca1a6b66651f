package dev.mirror.memory;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of one channel's log: the newest publications, contiguous. Guarded by the broker's lock, all of it. */
final class MemoryLog {
    /** What one kept publication costs beside its body, in bytes: 450 measured, 680 if its channel has no other. */
    static final int OVERHEAD_BYTES = 640;

    final ChannelName channel;
    final String epoch;
    final Fanout<Publication> fanout;
    private @Nullable Kept[] ring = new Kept[2]; // a power of two; an offset stands at its lower bits
    private long first = 1;
    private long tail;

    /** A publication that is kept, linked with those kept before and after it in the whole broker. */
    static final class Kept {
        final MemoryLog log;
        final Publication publication;
        final int cost;

        @Nullable
        Kept older;

        @Nullable
        Kept newer;

        Kept(MemoryLog log, Publication publication, int bodyBytes) {
            this.log = log;
            this.publication = publication;
            this.cost = OVERHEAD_BYTES + bodyBytes;
        }
    }

    MemoryLog(ChannelName channel, String epoch, Object lock) {
        this.channel = channel;
        this.epoch = epoch;
        this.fanout = new Fanout<>(lock);
    }

    Position tail() {
        return new Position(epoch, tail);
    }

    Position next() {
        return new Position(epoch, tail + 1);
    }

    long first() {
        return first;
    }

    int size() {
        return (int) (tail - first + 1);
    }

    /** Appends what stands at {@link #next()}. */
    void append(Kept kept) {
        if (size() == ring.length) {
            @Nullable Kept[] larger = new Kept[ring.length * 2];
            for (long offset = first; offset <= tail; offset++) {
                larger[(int) offset & (larger.length - 1)] = at(offset);
            }
            ring = larger;
        }
        tail++;
        ring[(int) tail & (ring.length - 1)] = kept;
    }

    Kept oldest() {
        return at(first);
    }

    void forgetOldest() {
        ring[(int) first & (ring.length - 1)] = null;
        first++;
    }

    /** Whether nothing is missing after the position: it is of this life, not from the future, not forgotten. */
    boolean hasAllAfter(@Nullable Position position) {
        return position == null
                || (position.epoch().equals(epoch) && position.offset() <= tail && position.offset() >= first - 1);
    }

    /** The publications between two offsets, both inclusive, as far as they are kept. */
    List<Publication> read(long from, long to) {
        List<Publication> page = new ArrayList<>();
        for (long offset = Math.max(from, first); offset <= Math.min(to, tail); offset++) {
            page.add(at(offset).publication);
        }
        return page;
    }

    /** The offset of the first publication at or after a time; one more than the tail's if there is none. */
    long offsetAt(long timetoken) {
        long low = first;
        long high = tail + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (at(middle).publication.timetoken() < timetoken) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What the publications from an offset on cost. */
    long costFrom(long from) {
        long cost = 0;
        for (long offset = Math.max(from, first); offset <= tail; offset++) {
            cost += at(offset).cost;
        }
        return cost;
    }

    @SuppressWarnings("NullAway") // from first to tail the ring has no hole
    private Kept at(long offset) {
        return ring[(int) offset & (ring.length - 1)];
    }
}
