package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel that the client listens to, and how far it came. On the lane only. */
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
        BEHIND,
        /** Its position is being set in the checkpoint; then it is asked for from there. */
        MOVING
    }

    final ChannelName name;
    final Track track;
    /** Whether its events are for handlers; otherwise they are for readers only, and no position of it is remembered. */
    final boolean handled;

    Mode mode = Mode.IDLE; // the lane's

    @Nullable
    Position cursor; // the lane's; the last position that was handed on

    int tooMany; // the lane's; how often the server was at a limit, one after the other

    @Nullable
    Object question; // the lane's; which question the awaited answer belongs to

    private final List<Outcome<Position>> outcomes = new ArrayList<>(); // the lane's

    @Nullable
    Move move; // the lane's; what is to be set while the mode is MOVING

    /** A new position that is to be set. On the lane only. */
    static final class Move {
        final Position position;
        /** What is told first; {@code null} where nothing is missing. */
        final ServerMessage.@Nullable Gap gap;

        boolean begun; // the lane's; whether it waits for its turn among the handlers

        Move(Position position, ServerMessage.@Nullable Gap gap) {
            this.position = position;
            this.gap = gap;
        }
    }

    Subscription(ChannelName name, Track track) {
        this(name, track, true);
    }

    private Subscription(ChannelName name, Track track, boolean handled) {
        this.name = name;
        this.track = track;
        this.handled = handled;
        this.cursor = track.last();
    }

    /** One that is for readers only. */
    static Subscription forReaders(ChannelName name) {
        return new Subscription(name, new Track(name), false);
    }

    void await(Outcome<Position> outcome) {
        outcomes.add(outcome);
    }

    void settle(Position end) {
        List<Outcome<Position>> told = List.copyOf(outcomes);
        outcomes.clear();
        told.forEach(outcome -> outcome.done(end));
    }

    /** Whether somebody waits for its outcome. */
    boolean isAwaited() {
        return !outcomes.isEmpty();
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
