package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
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
    /**
     * Copies the list.
     *
     * @throws MirrorException with {@code bad.frame} if the id or the body has the character U+0000, which not every
     *     database can keep; JSON has it as an escape only
     */
    public Draft {
        if (entry.id().indexOf(0) >= 0 || entry.body().indexOf(0) >= 0) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "an id or a body has no character U+0000");
        }
        copies = List.copyOf(copies);
    }
}
