package dev.mirror.message;

/**
 * A place in a channel's log: the epoch of the log and an offset in it.
 *
 * <p>Offsets can be compared only inside one epoch. The epoch changes when a log was lost or cut back and begun
 * again, perhaps with the same offsets; without it a reader from before would silently skip what came after.
 *
 * @param epoch names one life of the log; 1 to 64 characters
 * @param offset 0 before the first publication, then the number of a publication
 */
public record Position(String epoch, long offset) {
    /** @throws IllegalArgumentException if the offset is negative or the epoch empty or longer than 64 characters */
    public Position {
        if (offset < 0 || epoch.isEmpty() || epoch.length() > 64) {
            throw new IllegalArgumentException("not a position");
        }
    }
}
