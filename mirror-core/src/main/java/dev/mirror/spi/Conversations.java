package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Knows the conversations of a user, which are direct channels: where each log stands, and how far either side has
 * received and read it. The store that keeps the logs keeps these too, so that they cannot disagree.
 *
 * <p>Failures arrive through the stage, as {@link dev.mirror.message.MirrorException}; no method throws for them.
 *
 * <ol>
 *   <li><b>M1</b> Marks only grow: what is merged is the greater of both, and read &le; received &le; the log's tail.
 *       What was read was received; a mark beyond the tail is cut to it.
 *   <li><b>M2</b> What a user publishes on a direct channel moves that user's own marks to it, in the same step.
 *   <li><b>M3</b> {@link #of} has every direct channel with at least one publication that the user is one of the two
 *       of, those with the newest publication first, and nothing else; it says so if it leaves any out.
 *   <li><b>M4</b> A mark of another epoch than the log's fails with {@code conflict}, on a channel without a
 *       publication with {@code not.found}, and by somebody who is not one of the two with {@code not.allowed}.
 *   <li><b>M5</b> Marks, and when somebody was last seen, are as durable as the publications of the same store.
 * </ol>
 *
 * <p>Safe for any thread; must not block the caller.
 */
public interface Conversations {
    /** How many conversations are listed at most. */
    int MAX_LISTED = 1_000;

    /** Moves a user's marks; yields them as merged. */
    CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark);

    /**
     * The user's conversations.
     *
     * @param limit how many at most, 1 to {@value #MAX_LISTED}
     */
    CompletionStage<Listed> of(UserId user, int limit);

    /**
     * Some conversations of a user, the newest first.
     *
     * @param more whether there are others: older ones beyond the limit, or such as the store has damaged
     */
    record Listed(List<Conversation> conversations, boolean more) {}

    /** Notes that a user was there at this time; an earlier time than the one known changes nothing. */
    CompletionStage<Void> seen(UserId user, Instant when);

    /**
     * How far somebody has received and read a log. A mark whose {@code read} is the greater received that, too.
     *
     * @param epoch the epoch of the log
     * @param received the last offset that was received, 0 for none
     * @param read the last offset that was read, 0 for none
     */
    record Mark(String epoch, long received, long read) {
        /** @throws IllegalArgumentException if an offset is negative or the epoch is not one */
        public Mark {
            received = new Position(epoch, Math.max(received, read)).offset();
            read = new Position(epoch, read).offset();
        }

        /** The greater of both, in a log that ends at this offset (M1). */
        public Mark merged(Mark other, long tail) {
            return new Mark(
                    epoch,
                    Math.min(tail, Math.max(received, other.received)),
                    Math.min(tail, Math.max(read, other.read)));
        }
    }

    /**
     * One conversation, as one of its two users sees it.
     *
     * @param channel the direct channel
     * @param tail where its log ends
     * @param timetoken when the newest publication was accepted, in units of 100 ns since 1970
     * @param mine the marks of the user who asks
     * @param theirs the marks of the other one; of the same one in a conversation with oneself
     * @param theirsSeen when the other one was last there; {@code null} if that is not known
     */
    record Conversation(
            ChannelName channel,
            Position tail,
            long timetoken,
            Mark mine,
            Mark theirs,
            @Nullable Instant theirsSeen) {}
}
