package dev.mirror.gateway.stream;

import dev.mirror.message.Publication;
import java.util.List;

/**
 * The outcome of a poll.
 *
 * @param deliveries in the order of their places, none left out between the cursor asked from and the one returned
 * @param cursor where the next poll goes on
 */
public record Batch(List<Delivery> deliveries, Cursor cursor) {
    /** Copies the list. */
    public Batch {
        deliveries = List.copyOf(deliveries);
    }

    /**
     * An entry, and why it is delivered; one that matches twice is delivered twice.
     *
     * @param interest what it matches
     */
    public record Delivery(Entry entry, Interest interest) {
        /** The channel as the client spells it. */
        public String channel() {
            String spelled = interest.channel();
            return spelled == null ? entry.channel() : spelled;
        }

        /** What it takes on the wire at most. In names, quotes are written as two characters. */
        int bytes() {
            return entry.bytes() + 2 * (Publication.utf8Length(channel()) + Publication.utf8Length(interest.match()));
        }
    }
}
