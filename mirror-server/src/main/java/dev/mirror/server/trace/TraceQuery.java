package dev.mirror.server.trace;

import dev.mirror.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * Which messages are asked for. With neither an id nor a channel: the newest that are traced.
 *
 * @param id the publisher's own id; {@code null} to go by position
 * @param publisher whose id it is; empty for anybody's
 * @param channel the log; {@code null} to go by id
 * @param epoch of the log; empty for any
 * @param offset in the log
 */
public record TraceQuery(
        @Nullable String id, String publisher, @Nullable ChannelName channel, String epoch, long offset) {
    boolean isForNewest() {
        return id == null && channel == null;
    }

    boolean matches(MessageTrace.Snapshot trace) {
        if (!publisher.isEmpty() && !publisher.equals(trace.key().publisher().value())) {
            return false;
        }
        if (id != null) {
            return id.equals(trace.key().id());
        }
        return channel == null || trace.isAt(channel, epoch, offset);
    }
}
