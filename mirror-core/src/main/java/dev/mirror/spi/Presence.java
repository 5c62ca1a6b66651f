package dev.mirror.spi;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Knows which users are in a channel. Users, not sessions: somebody with two devices joins once and leaves once.
 *
 * <ol>
 *   <li><b>P1</b> A user is a member from the first enter of any session until the last leave.
 *   <li><b>P2</b> Enter and leave are idempotent for each session.
 *   <li><b>P3</b> A watcher hears every join and leave that comes after it began to watch, in order, once.
 *   <li><b>P4</b> The member list has every user once, sorted by id.
 *   <li><b>P5</b> A watcher that throws spoils nothing for others.
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
    CompletionStage<List<Member>> members(ChannelName channel);

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
     * A join or a leave.
     *
     * @param member who
     * @param joined whether it is a join
     */
    record Change(Member member, boolean joined) {}

    /** A watcher's interest. */
    interface Watch extends AutoCloseable {
        /** Ends the interest. Idempotent. */
        @Override
        void close();
    }
}
