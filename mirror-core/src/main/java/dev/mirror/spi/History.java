package dev.mirror.spi;

import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.util.List;

/**
 * A page of a log.
 *
 * @param publications in offset order, whichever way the log was read
 * @param tail where the log ends now; offset 0 if nothing was ever published
 * @param first the offset of the oldest publication that is kept; one more than the tail's if none is
 * @param after where reading goes on if not recovered: before the oldest that is kept, or, if the log knows what the
 *     position of another epoch means in this one, there
 * @param recovered false if something is missing between the position asked from and the first of the page: the
 *     epoch is another one, the log no longer has it, or the position lies behind the tail
 */
public record History(List<Publication> publications, Position tail, long first, Position after, boolean recovered) {
    /** Copies the list. */
    public History {
        publications = List.copyOf(publications);
    }

    /** A page of a log that knows nothing of other epochs. */
    public History(List<Publication> publications, Position tail, long first, boolean recovered) {
        this(publications, tail, first, new Position(tail.epoch(), Math.max(0, first - 1)), recovered);
    }
}
