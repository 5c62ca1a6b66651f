package dev.mirror.client;

import dev.mirror.message.Position;
import java.util.List;

/**
 * A page of a channel's log.
 *
 * @param events oldest first, whichever way the log was read
 * @param end where the log ended when it was read
 * @param first the offset of the oldest publication that is kept
 * @param recovered false if something is missing between the position asked from and the first event
 */
public record HistoryPage(List<ChannelEvent> events, Position end, long first, boolean recovered) {
    /** Copies the list. */
    public HistoryPage {
        events = List.copyOf(events);
    }
}
