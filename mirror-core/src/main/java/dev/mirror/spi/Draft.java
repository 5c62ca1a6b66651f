package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Publication;
import java.util.List;

/**
 * A publication that has no position yet.
 *
 * @param channel the log that it goes to
 * @param copies further logs that get a copy in the same step, without repetition
 * @param entry what is said
 */
public record Draft(ChannelName channel, List<ChannelName> copies, Publication.Entry entry) {
    /** Copies the list. */
    public Draft {
        copies = List.copyOf(copies);
    }
}
