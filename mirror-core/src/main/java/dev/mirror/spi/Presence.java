package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Knows which users are in a channel. Users, not sessions: somebody with two devices joins once and leaves once, and
 * somebody whose connection breaks and comes back within the grace, which an adapter is made with, does neither.
 *
 * <ol>
 *   <li><b>P1</b> A user is a member from the first enter of any session until the leave of the last one is told.
 *   <li><b>P2</b> Enter and leave are idempotent for each session.
 *   <li><b>P3</b> A watcher hears every join and leave that comes after it began to watch, in order, once.
 *   <li><b>P4</b> The member list has every user once, sorted by id.
 *   <li><b>P5</b> A watcher that throws spoils nothing for others.
 *   <li><b>P6</b> Each change has the version of its channel, one more than the change before; the member list names
 *       the version that it stands at. So who asks for the list after beginning to watch can chain the two. Versions
 *       of one channel can be compared as long as somebody is there or watches.
 *   <li><b>P7</b> A leave is told when the grace has passed since the last session left, at the latest after twice
 *       that; if a session of the user enters before, neither a leave nor a join is told.
 * </ol>
 *
 * <p>Safe for any thread; must not block the caller.
 */
public interface Presence {
    /** One session of a user enters a channel. */
    CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session);

    /** One session leaves a channel. */
    CompletionStage<Void> leave(ChannelName channel, SessionId session);

    /** Who is there now. */
    CompletionStage<Members> members(ChannelName channel);

    /** Calls the listener for every join and leave from now on, until the returned interest is closed. */
    Watch watch(ChannelName channel, Consumer<Change> listener);

    /**
     * Somebody who is in a channel.
     *
     * @param user who
     * @param name the name that people see
     */
    record Member(UserId user, String name) {}

    /**
     * Who is in a channel.
     *
     * @param version of the last change that this list has, 0 if there was none
     * @param members each user once, sorted by id
     */
    record Members(long version, List<Member> members) {
        /** Copies the list. */
        public Members {
            members = List.copyOf(members);
        }
    }

    /**
     * A join or a leave.
     *
     * @param member who
     * @param joined whether it is a join
     * @param version one more than that of the change before
     */
    record Change(Member member, boolean joined, long version) {}

    /** A watcher's interest. */
    interface Watch extends AutoCloseable {
        /** Ends the interest. Idempotent. */
        @Override
        void close();
    }
}
