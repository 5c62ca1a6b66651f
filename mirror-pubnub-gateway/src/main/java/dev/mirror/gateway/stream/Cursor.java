package dev.mirror.gateway.stream;

import java.util.Comparator;

/**
 * A place in everything that was said on all channels, and with it what a client has: everything up to here.
 *
 * @param timetoken of the newest log entry before or at this place
 * @param region tells apart what has no timetoken of its own; 0 is the log entry itself
 */
public record Cursor(long timetoken, int region) implements Comparable<Cursor> {
    private static final Comparator<Cursor> ORDER =
            Comparator.comparingLong(Cursor::timetoken).thenComparingInt(Cursor::region);

    /** @throws IllegalArgumentException if a part is negative */
    public Cursor {
        if (timetoken < 0 || region < 0) {
            throw new IllegalArgumentException("not a cursor");
        }
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }

    /** Whether this stands after the other one. */
    public boolean isAfter(Cursor other) {
        return timetoken != other.timetoken ? timetoken > other.timetoken : region > other.region;
    }
}
