package dev.mirror.server.trace;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication.Origin;
import dev.mirror.spi.Conversations.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one message, as many as there is room for. Safe for any thread.
 *
 * <p>A quarter of the room is kept from deliveries, which can be very many, for what comes after them.
 */
final class MessageTrace {
    private final Key key;
    private final int room;
    private final StepListener.Follower follower;
    // All guarded by this.
    private final List<TraceStep> steps = new ArrayList<>(4);
    private final Set<Marked> marks = new HashSet<>(0);
    private @Nullable Origin place;
    private long leftOut;

    /**
     * What a message is known by.
     *
     * @param publisher whose it is
     * @param id that publisher's own id for it
     */
    record Key(UserId publisher, String id) {}

    /** A mark that was told already. */
    private record Marked(UserId user, String what) {}

    /**
     * The message as it was at one moment.
     *
     * @param place where the original stands, if that is known
     * @param leftOut steps that there was no room for
     */
    record Snapshot(Key key, @Nullable Origin place, List<TraceStep> steps, long leftOut) {
        /** Whether one of its logs has it there; an empty epoch is any. */
        boolean isAt(ChannelName channel, String epoch, long offset) {
            return isAt(place, channel, epoch, offset)
                    || steps.stream().anyMatch(step -> isAt(step.place(), channel, epoch, offset));
        }

        private static boolean isAt(@Nullable Origin place, ChannelName channel, String epoch, long offset) {
            return place != null
                    && place.channel().equals(channel)
                    && place.position().offset() == offset
                    && (epoch.isEmpty() || place.position().epoch().equals(epoch));
        }
    }

    MessageTrace(Key key, int room, StepListener.Follower follower) {
        this.key = key;
        this.room = room;
        this.follower = follower;
    }

    Key key() {
        return key;
    }

    /** Adds a step, if there is room. */
    void add(TraceStep step) {
        if (keep(step)) {
            follower.step(step);
        }
    }

    private synchronized boolean keep(TraceStep step) {
        int most = step.isOneOfMany() ? room - room / 4 : room;
        if (steps.size() >= most) {
            leftOut++;
            return false;
        }
        steps.add(step);
        return true;
    }

    /** Says where the original stands; true the first time. */
    synchronized boolean settle(Origin original) {
        boolean first = place == null;
        if (first) {
            place = original;
        }
        return first;
    }

    synchronized @Nullable Origin place() {
        return place;
    }

    /** Adds that a user received or read it, the first time that a mark covers it. */
    void marked(Instant at, UserId user, Mark mark) {
        Origin original = place();
        if (original == null || !original.position().epoch().equals(mark.epoch())) {
            return;
        }
        long offset = original.position().offset();
        if (offset <= mark.received() && isNew(new Marked(user, "received"))) {
            add(new TraceStep(at, "received", null, user, original, ""));
        }
        if (offset <= mark.read() && isNew(new Marked(user, "read"))) {
            add(new TraceStep(at, "read", null, user, original, ""));
        }
    }

    private synchronized boolean isNew(Marked mark) {
        return marks.size() < 4 && marks.add(mark); // two users, two marks each
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(key, place, List.copyOf(steps), leftOut);
    }

    /** It is forgotten. */
    void end() {
        follower.end();
    }
}
