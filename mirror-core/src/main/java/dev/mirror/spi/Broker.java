package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves and keeps publications: one ordered log for each channel. It is also the way between nodes: local fan-out
 * belongs to the hub, which subscribes once for each channel that somebody on its node wants.
 *
 * <p>Channels are compared by {@link ChannelName#equals}: both spellings of a direct channel are one log. Failures
 * arrive through the stage, as {@link dev.mirror.message.MirrorException}; no method throws for them.
 *
 * <ol>
 *   <li><b>B1</b> A publish completes after the publication is in the log, as durable as {@link #guarantees()} says.
 *   <li><b>B2</b> Positions of one log increase by publication; with contiguous offsets by exactly 1, from 1.
 *   <li><b>B3</b> A listener is called in position order, one call at a time for each subscription.
 *   <li><b>B4</b> A subscription from a position yields everything after it, once, without a hole between kept and
 *       live, or says {@code recovered = false} and yields what the log still has.
 *   <li><b>B5</b> A second publish with the same publisher and id yields the first one's receipt with
 *       {@code duplicate = true} and publishes nothing; with other content it fails with {@code conflict}.
 *   <li><b>B6</b> The original and its copies enter their logs together or not at all, with one timetoken; every
 *       copy names its origin.
 *   <li><b>B7</b> Timetokens strictly increase from publish to publish.
 *   <li><b>B8</b> History returns what the log has, in offset order, at most the limit, and says whether something
 *       is missing between the position asked from and what it returned.
 *   <li><b>B9</b> After its subscription's close has returned, a listener gets no call that had not begun.
 *   <li><b>B10</b> A listener that throws loses nothing for others and is called again for the next publication.
 *   <li><b>B11</b> A position of another epoch is never taken for one of this epoch: {@code recovered} is false. A log
 *       that knows which place it was goes on there, others with the oldest that is kept.
 *   <li><b>B12</b> A body above the limit fails with {@code too.large}; after close everything fails with
 *       {@code busy}.
 *   <li><b>B13</b> History by time goes by the timetokens: forward it begins with the first publication at or after
 *       the time, backward it ends with the last one before it. No position was asked from, so nothing is missing.
 * </ol>
 *
 * <p>Safe for any thread. Listeners run on a thread of the broker or of a publisher, hold no lock of the broker, and
 * must not block.
 */
public interface Broker extends AutoCloseable {
    /**
     * Adds an entry to a log, and copies of it to others, in one step. No broker has to keep the character U+0000: a
     * {@link Draft} has none.
     *
     * @return the receipt, once the entry is as durable as the broker makes it
     */
    CompletionStage<Receipt> publish(Draft draft);

    /**
     * Calls the listener for what is published on a channel.
     *
     * @param after the last position that the listener has; {@code null} to begin with what comes next
     */
    CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener);

    /** Reads a page of a log. */
    CompletionStage<History> history(HistoryQuery query);

    /** What this broker promises, and what it cannot do: always the same. */
    Guarantees guarantees();

    /** Ends every subscription and releases what the broker holds. Later calls fail with {@code busy}. */
    @Override
    void close();

    /**
     * What a publish yielded.
     *
     * @param position where the entry stands in its own channel's log
     * @param timetoken when it was accepted, in units of 100 ns since 1970
     * @param duplicate whether the entry had been there before
     */
    record Receipt(Position position, long timetoken, boolean duplicate) {}

    /** A live interest in a channel. */
    interface Subscription extends AutoCloseable {
        /** Where the log ended when the subscription began; live events come after it. */
        Position position();

        /** Whether nothing is missing between the position asked from and the first publication delivered. */
        boolean recovered();

        /** Ends the interest. Idempotent. */
        @Override
        void close();
    }

    /**
     * What a broker can do; contract kits skip, and report, the rules that do not apply.
     *
     * @param contiguousOffsets whether offsets count 1, 2, 3, …
     * @param durable whether an acknowledged publication survives the end of the process
     * @param historyDepth how many publications of a channel are kept at the least, if memory or disk allow
     * @param maxBodyBytes the largest body, in bytes of UTF-8
     */
    record Guarantees(boolean contiguousOffsets, boolean durable, int historyDepth, int maxBodyBytes) {}
}
