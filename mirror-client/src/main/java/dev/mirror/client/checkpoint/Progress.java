package dev.mirror.client.checkpoint;

import dev.mirror.message.Position;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far a bot has come in one channel. Immutable.
 *
 * @param position everything up to here is handled
 * @param beyond the offsets after it, of the same epoch, that are handled too: while one conversation of an inbox
 *     waits, others go on
 */
public record Progress(Position position, SortedSet<Long> beyond) {
    /** Copies the set. */
    public Progress {
        beyond = beyond.isEmpty()
                ? Collections.emptySortedSet()
                : Collections.unmodifiableSortedSet(new TreeSet<>(beyond));
    }

    /** Everything up to a position, and nothing beyond. */
    public static Progress upTo(Position position) {
        return new Progress(position, Collections.emptySortedSet());
    }

    /** What is handled after the very first step in a channel. */
    static Progress first(Checkpoint.Step step) {
        String epoch = step.handled().epoch();
        return upTo(new Position(epoch, step.floor())).with(step);
    }

    /** Whether the publication at this position is handled. */
    public boolean has(Position other) {
        return other.epoch().equals(position.epoch())
                && (other.offset() <= position.offset() || beyond.contains(other.offset()));
    }

    /**
     * What is handled after one step more. Steps may come in any order, and twice; a step of another epoch begins
     * anew.
     */
    public Progress with(Checkpoint.Step step) {
        if (!step.handled().epoch().equals(position.epoch())) {
            return first(step);
        }
        long floor = Math.max(position.offset(), step.floor());
        TreeSet<Long> ahead = new TreeSet<>(beyond.tailSet(floor + 1));
        if (step.handled().offset() > floor) {
            ahead.add(step.handled().offset());
        }
        return new Progress(new Position(position.epoch(), floor), ahead);
    }
}
