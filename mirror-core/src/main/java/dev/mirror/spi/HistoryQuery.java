package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a page of a log.
 *
 * @param channel the log
 * @param from where the page begins, exclusive; {@code null} for the oldest (forward) or newest (backward) entry
 * @param backward whether to read towards the oldest
 * @param limit how many at most, 0 to {@value #MAX_LIMIT}; 0 asks only where the log stands
 */
public record HistoryQuery(ChannelName channel, @Nullable Position from, boolean backward, int limit) {
    /** The largest page, in publications. */
    public static final int MAX_LIMIT = 300;

    /** @throws IllegalArgumentException if the limit is out of range */
    public HistoryQuery {
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 0 to " + MAX_LIMIT + " publications");
        }
    }

    /** The first publications after a position. */
    public static HistoryQuery after(ChannelName channel, Position position, int limit) {
        return new HistoryQuery(channel, position, false, limit);
    }

    /** The last publications of a log. */
    public static HistoryQuery latest(ChannelName channel, int limit) {
        return new HistoryQuery(channel, null, true, limit);
    }
}
