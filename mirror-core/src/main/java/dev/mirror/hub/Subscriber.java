package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session's subscription to one channel: first it catches up from the log, then it passes live events on.
 *
 * <p>While it catches up, what arrives live is not kept, only its offset: the log has it, and the log is read until
 * nothing newer was heard of. So the hand-over from kept to live has no hole, no double and no buffer (W31). The same
 * happens again if a live event shows that one before it was missed. Everything here belongs to the session's lane.
 */
final class Subscriber {
    /** How many publications are read at a time while catching up. */
    private static final int PAGE = 100;

    private final Session session;
    private final Hub hub;
    private final ChannelName channel;

    private State state = State.OPENING;
    private Position last = new Position("-", 0); // what the peer has; meaningful from the opening on
    private long heard; // the newest offset that arrived live
    private boolean recovered = true;
    private boolean reading; // a page is on its way

    private enum State {
        OPENING,
        OPEN,
        CATCHING_UP,
        LIVE,
        CLOSED
    }

    /**
     * How a subscription began.
     *
     * @param tail where the log ended
     * @param recovered whether nothing is missing
     */
    record Opening(ChannelName channel, Position tail, boolean recovered) {}

    Subscriber(Session session, Hub hub, ChannelName channel) {
        this.session = session;
        this.hub = hub;
        this.channel = channel;
    }

    Session session() {
        return session;
    }

    ChannelName channel() {
        return channel;
    }

    /** Finds out where the log stands; exactly one of the two is called, on the lane. */
    void open(@Nullable Position after, Consumer<Opening> opened, Consumer<MirrorException> failed) {
        hub.channels
                .join(channel, session.lane(), this)
                .thenCompose(subscription -> hub.broker.history(
                        after == null ? HistoryQuery.latest(channel, 0) : HistoryQuery.after(channel, after, 0)))
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                close();
                                failed.accept(Hub.failure(failure));
                            } else {
                                opened.accept(opening(after, page));
                            }
                        },
                        session.lane());
    }

    private Opening opening(@Nullable Position after, History page) {
        recovered = after == null || page.recovered();
        if (after == null) {
            last = page.tail();
        } else {
            last = recovered ? after : new Position(page.tail().epoch(), Math.max(0, page.first() - 1));
        }
        heard = Math.max(heard, page.tail().offset());
        if (state == State.OPENING) {
            state = State.OPEN;
        }
        return new Opening(channel, page.tail(), recovered);
    }

    /** After the answer was sent: says what is missing, and begins to deliver. */
    void begin() {
        if (state != State.OPEN) {
            return;
        }
        if (!recovered) {
            session.send(new ServerMessage.Gap(channel, last));
        }
        state = State.CATCHING_UP;
        catchUp();
    }

    /** A publication arrived live. */
    void deliver(Channels.Encoded encoded) {
        Position position = encoded.event().publication().position();
        if (state != State.LIVE) {
            heard = Math.max(heard, position.offset());
            return;
        }
        if (!position.epoch().equals(last.epoch())) {
            restart(position);
            return;
        }
        if (position.offset() <= last.offset()) {
            return;
        }
        if (hub.broker.guarantees().contiguousOffsets() && position.offset() != last.offset() + 1) {
            heard = position.offset();
            state = State.CATCHING_UP;
            catchUp();
            return;
        }
        last = position;
        boolean sameSpelling =
                channel.toString().equals(encoded.event().channel().toString());
        if (sameSpelling) {
            session.send(encoded.frame());
        } else {
            session.send(new ServerMessage.Event(channel, encoded.event().publication()));
        }
    }

    /** The log began again under a live subscription: what the peer has no longer counts. */
    private void restart(Position position) {
        last = new Position(position.epoch(), 0);
        heard = position.offset();
        state = State.CATCHING_UP;
        session.send(new ServerMessage.Gap(channel, last));
        catchUp();
    }

    boolean isCatchingUp() {
        return state == State.CATCHING_UP;
    }

    /** The peer has read what was queued for it. */
    void drained() {
        if (state == State.CATCHING_UP) {
            catchUp();
        }
    }

    private void catchUp() {
        if (reading || state != State.CATCHING_UP) {
            return;
        }
        if (last.offset() >= heard) {
            state = State.LIVE;
            return;
        }
        if (session.hasEnough()) {
            return; // the rest waits in the log, not in memory; drained() goes on
        }
        reading = true;
        hub.broker
                .history(HistoryQuery.after(channel, last, PAGE))
                .whenCompleteAsync(
                        (page, failure) -> {
                            reading = false;
                            if (failure != null) {
                                session.fail(Hub.failure(failure));
                            } else {
                                passPage(page);
                            }
                        },
                        session.lane());
    }

    private void passPage(History page) {
        if (state != State.CATCHING_UP) {
            return;
        }
        if (!page.recovered()) {
            last = new Position(page.tail().epoch(), Math.max(0, page.first() - 1));
            session.send(new ServerMessage.Gap(channel, last));
        }
        for (Publication publication : page.publications()) {
            if (state != State.CATCHING_UP || session.hasEnough()) {
                break;
            }
            last = publication.position();
            session.sendPast(new ServerMessage.Event(channel, publication));
        }
        if (page.publications().isEmpty()) {
            // Heard of, but no longer kept: there is nothing to wait for.
            last = page.tail();
            heard = Math.min(heard, last.offset());
        }
        catchUp();
    }

    /** Ends the subscription; nothing is delivered after it. Idempotent. */
    void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            hub.channels.leave(channel, session.lane(), this);
        }
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }
}
