package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a page of a log: from a position, from a time, or from one of its ends.
 *
 * @param channel the log
 * @param from where the page begins, exclusive; {@code null} for the oldest (forward) or newest (backward) entry
 * @param timetoken a time to begin at instead of a position, in units of 100 ns since 1970: forward the first entry at
 *     or after it, backward the last one before it; 0 to go by position
 * @param backward whether to read towards the oldest
 * @param limit how many at most, 0 to {@value #MAX_LIMIT}; 0 asks only where the log stands
 */
public record HistoryQuery(ChannelName channel, @Nullable Position from, long timetoken, boolean backward, int limit) {
    /** The largest page, in publications. */
    public static final int MAX_LIMIT = 300;

    /** @throws IllegalArgumentException if the limit is out of range, or there is a position and a time */
    public HistoryQuery {
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 0 to " + MAX_LIMIT + " publications");
        }
        if (timetoken < 0 || (timetoken > 0 && from != null)) {
            throw new IllegalArgumentException("a page begins at a position or at a time");
        }
    }

    /** The first publications after a position. */
    public static HistoryQuery after(ChannelName channel, Position position, int limit) {
        return new HistoryQuery(channel, position, 0, false, limit);
    }

    /** The last publications of a log. */
    public static HistoryQuery latest(ChannelName channel, int limit) {
        return new HistoryQuery(channel, null, 0, true, limit);
    }

    /** The first publications at or after a time. */
    public static HistoryQuery since(ChannelName channel, long timetoken, int limit) {
        return new HistoryQuery(channel, null, timetoken, false, limit);
    }

    /** The last publications before a time. */
    public static HistoryQuery until(ChannelName channel, long timetoken, int limit) {
        return new HistoryQuery(channel, null, timetoken, true, limit);
    }
}
