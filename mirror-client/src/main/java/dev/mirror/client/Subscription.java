package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel that the client listens to, and how far it got. On the lane only. */
final class Subscription {
    /** Where it stands on this connection. */
    enum Mode {
        /** Not asked for. */
        IDLE,
        /** Asked for; what comes before the answer is discarded (W32). */
        ASKED,
        /** Answered; events count. */
        LIVE,
        /** Live, but the handlers are behind: events are discarded, and asked for again when they caught up. */
        BEHIND
    }

    final ChannelName name;
    Mode mode = Mode.IDLE; // the lane's

    @Nullable
    Position cursor; // the lane's; the last position that was handed on

    @Nullable
    Object question; // the lane's; which question the awaited answer belongs to

    private final List<Outcome<Position>> outcomes = new ArrayList<>(); // the lane's

    Subscription(ChannelName name, @Nullable Position cursor) {
        this.name = name;
        this.cursor = cursor;
    }

    void await(Outcome<Position> outcome) {
        outcomes.add(outcome);
    }

    void settle(Position end) {
        List<Outcome<Position>> told = List.copyOf(outcomes);
        outcomes.clear();
        told.forEach(outcome -> outcome.done(end));
    }

    void fail(MirrorException failure) {
        List<Outcome<Position>> told = List.copyOf(outcomes);
        outcomes.clear();
        told.forEach(outcome -> outcome.failed(failure));
    }

    /** Whether an event at this position was handed on before. */
    boolean has(Position position) {
        return cursor != null && cursor.epoch().equals(position.epoch()) && position.offset() <= cursor.offset();
    }
}
