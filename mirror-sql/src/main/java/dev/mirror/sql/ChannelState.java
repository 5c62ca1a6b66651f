package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the log of one channel stands. Guarded by the lock of the {@link ChannelTable}, unless a field says otherwise;
 * only the writer changes where it stands.
 */
final class ChannelState {
    /** The canonical name. */
    final ChannelName name;

    final HotTail.Ring hot = new HotTail.Ring();
    private final long keep;

    /** Of the channel's row; 0 if there is none yet. */
    long id;
    /** The oldest offset that has a row, or had one; the rows before it are gone. */
    long stored = 1;
    /** The last offset that is committed. */
    long tail;
    /** The last offset that was given; beyond the tail during a transaction. Only the writer. */
    long given;
    /** During which connection of the writer this was last known to be true. */
    long life;
    /** Whether the transaction under way uses it. */
    boolean inUse;
    /** Who listens; the list itself never changes. */
    List<LogSubscription> subscriptions = List.of();

    /** @param keep how many publications are kept at most */
    ChannelState(ChannelName name, long keep) {
        this.name = name;
        this.keep = keep;
    }

    /**
     * What the database says of a channel.
     *
     * @param id of its row
     * @param first the oldest offset that is kept
     * @param tail where its log ends
     * @param isSound whether its rows begin where the channel says
     */
    record Found(long id, long first, long tail, boolean isSound) {
        /** A channel without a row. */
        static final Found NONE = new Found(0, 1, 0, true);

        /** A channel and its newest row. */
        static Found of(long id, long first, OptionalLong newest) {
            return new Found(id, first, newest.orElse(first - 1), newest.isEmpty() || newest.getAsLong() >= first);
        }

        /** Itself. Nobody is told that a log is empty which is not. */
        Found requireSound() {
            if (!isSound) {
                throw new MirrorException(
                        ErrorCode.STORE_DAMAGED, "a log begins after its end; what is stored is not what was written");
            }
            return this;
        }
    }

    void set(Found found, long connection) {
        id = found.id;
        stored = found.first;
        tail = found.tail;
        given = found.tail;
        life = connection;
    }

    /** The oldest offset that may be read; rows before it only wait for their removal. */
    long first() {
        return Math.max(stored, tail - keep + 1);
    }

    boolean isIdle() {
        return !inUse && subscriptions.isEmpty() && hot.isEmpty();
    }

    /** Whether nothing is missing after an offset of this epoch: it is not from the future and not forgotten. */
    boolean hasAllAfter(long offset) {
        return offset <= tail && offset >= first() - 1;
    }

    /** The publications between two offsets, both inclusive, if memory has them all. */
    @Nullable
    List<Publication> hot(long from, long to) {
        if (from > to) {
            return List.of();
        }
        return !hot.isEmpty() && from >= hot.first() ? hot.read(from, to) : null;
    }
}
