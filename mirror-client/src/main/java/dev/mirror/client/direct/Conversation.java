package dev.mirror.client.direct;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation stood when the server was asked.
 *
 * @param channel its channel, with this client's user first
 * @param end where its log ends
 * @param time when the newest publication in it was accepted
 * @param mine how far this user has come, on whatever device
 * @param peer the other user
 */
public record Conversation(ChannelName channel, Position end, Instant time, Mark mine, Peer peer) {
    /**
     * The other user of a conversation.
     *
     * @param mark how far they have come
     * @param seen when they were last connected; {@code null} if that is not known
     */
    public record Peer(UserId user, Mark mark, @Nullable Instant seen) {}

    /**
     * How many publications this user has not read. Amendments count, since they are publications; what the user said
     * does not.
     */
    public long unread() {
        return end.offset() - mine.read();
    }
}
