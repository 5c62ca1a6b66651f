package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror.Trace.Step;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.concurrent.CompletionStage;
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
    /** How often reading is tried again, which takes about 16 s if it fails at once. */
    private static final int ATTEMPTS = 6;

    private final Session session;
    private final Hub hub;
    private final Subscriptions subscriptions;
    private final ChannelName channel;

    private State state = State.OPENING;
    private Position last = new Position("-", 0); // what the peer has; meaningful from the opening on
    private Position heard = last; // the newest that was heard of; the log has it, or had it
    private boolean recovered = true;
    private boolean reading; // a page is on its way, or will be asked for when the log had time to recover
    private int attempts; // that failed one after the other
    private int page = PAGE; // 1 while what is damaged is looked for

    private enum State {
        OPENING,
        OPEN,
        CATCHING_UP,
        LIVE,
        CLOSED
    }

    Subscriber(Session session, Hub hub, Subscriptions subscriptions, ChannelName channel) {
        this.session = session;
        this.hub = hub;
        this.subscriptions = subscriptions;
        this.channel = channel;
    }

    Session session() {
        return session;
    }

    ChannelName channel() {
        return channel;
    }

    /** Finds out where the log stands; exactly one of the two is called, on the lane. */
    void open(
            @Nullable Position after, Consumer<Subscriptions.Outcome.Opened> opened, Consumer<MirrorException> failed) {
        CompletionStage<History> standing = hub.channels
                .join(channel, session.lane(), this)
                .thenCompose(subscription -> hub.broker.history(
                        after == null ? HistoryQuery.latest(channel, 0) : HistoryQuery.after(channel, after, 0)));
        session.inTime(standing, (page, failure) -> {
            if (failure != null) {
                close();
                failed.accept(Hub.failure(failure));
            } else {
                opened.accept(opening(after, page));
            }
        });
    }

    private Subscriptions.Outcome.Opened opening(@Nullable Position after, History page) {
        recovered = after == null || page.recovered();
        if (after == null) {
            last = page.tail();
        } else if (recovered) {
            last = after;
        } else {
            last = page.after();
            hub.trace.missing(session.peer(), channel, after, last);
        }
        hear(page.tail());
        if (state == State.OPENING) {
            state = State.OPEN;
        }
        return new Subscriptions.Outcome.Opened(this, page.tail(), recovered);
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

    /** The log has, or had, something at this position. */
    private void hear(Position position) {
        if (!position.epoch().equals(heard.epoch()) || position.offset() > heard.offset()) {
            heard = position;
        }
    }

    /** A publication arrived live. */
    void deliver(Channels.Encoded encoded) {
        Position position = encoded.event().publication().position();
        hear(position);
        if (state != State.LIVE) {
            if (encoded.traced() && state == State.CATCHING_UP) {
                hub.trace.delivered(
                        Step.DEFERRED, session.peer(), encoded.event().publication());
            }
            return;
        }
        if (!position.epoch().equals(last.epoch())) {
            // The log began again under a live subscription: what the peer has no longer counts.
            state = State.CATCHING_UP;
            skipTo(new Position(position.epoch(), 0));
            catchUp();
            return;
        }
        if (position.offset() <= last.offset()) {
            return;
        }
        if (hub.contiguous && position.offset() != last.offset() + 1) {
            state = State.CATCHING_UP;
            catchUp();
            return;
        }
        last = position;
        Publication publication = encoded.event().publication();
        boolean written = channel.toString().equals(encoded.event().channel().toString())
                ? session.send(encoded.frame())
                : session.send(new ServerMessage.Event(channel, publication));
        if (encoded.traced() || !written) {
            hub.trace.delivered(written ? Step.WRITTEN : Step.LOST, session.peer(), publication);
        }
    }

    boolean isCatchingUp() {
        return state == State.CATCHING_UP;
    }

    /** The peer has read what was queued for it, or it is this channel's turn to read. */
    void drained() {
        if (state == State.CATCHING_UP) {
            catchUp();
        }
    }

    private void catchUp() {
        if (reading || state != State.CATCHING_UP) {
            return;
        }
        if (last.epoch().equals(heard.epoch()) && last.offset() >= heard.offset()) {
            state = State.LIVE;
            page = PAGE;
            return;
        }
        if (session.hasEnough() || !subscriptions.mayRead(this)) {
            return; // the rest waits in the log, not in memory; drained() goes on
        }
        reading = true;
        session.inTime(hub.broker.history(HistoryQuery.after(channel, last, page)), (read, failure) -> {
            reading = false;
            if (failure != null) {
                stumble(Hub.failure(failure));
            } else {
                passPage(read);
            }
            subscriptions.hasRead();
        });
    }

    private void passPage(History read) {
        if (state != State.CATCHING_UP) {
            return;
        }
        if (!read.recovered()) {
            skipTo(read.after());
        }
        for (Publication publication : read.publications()) {
            if (state != State.CATCHING_UP || session.hasEnough()) {
                break;
            }
            Position position = publication.position();
            if (hub.contiguous && position.offset() != last.offset() + 1) {
                skipTo(new Position(position.epoch(), position.offset() - 1)); // trimmed while it was read
            }
            last = position;
            boolean written = session.sendPast(new ServerMessage.Event(channel, publication));
            if (!written || hub.trace.wants(publication.entry().id())) {
                hub.trace.delivered(written ? Step.REPLAYED : Step.LOST, session.peer(), publication);
            }
        }
        Position tail = read.tail();
        if (!read.publications().isEmpty()) {
            attempts = 0;
        } else if ((tail.epoch().equals(heard.epoch()) && tail.offset() < heard.offset())
                || (hub.contiguous && tail.offset() > last.offset())) {
            stumble(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "the log does not show what it is said to have"));
            return;
        } else {
            // Heard of, but no longer kept: there is nothing to wait for.
            last = tail;
            heard = tail;
        }
        catchUp();
    }

    /** Says that what lies before is missing, and goes on from there. */
    private void skipTo(Position position) {
        hub.trace.missing(session.peer(), channel, last, position);
        last = position;
        session.send(new ServerMessage.Gap(channel, position));
    }

    /** The log could not be read: it is read again a little later, so often; in the end the peer has to come back. */
    private void stumble(MirrorException failure) {
        if (state != State.CATCHING_UP) {
            return;
        }
        if (failure.code() == ErrorCode.STORE_DAMAGED && hub.contiguous) {
            passDamage();
        } else if (failure.code().retry() != ErrorCode.Retry.AFTER
                || failure.code() == ErrorCode.INTERNAL
                || attempts == ATTEMPTS) {
            session.fail(failure);
        } else {
            reading = true;
            hub.scheduler.schedule(
                    hub.patience(attempts++),
                    () -> Hub.hand(session.lane(), () -> {
                        reading = false;
                        catchUp();
                    }));
        }
    }

    /** A page has something damaged in it: reads one by one up to that, and says that it is missing. */
    private void passDamage() {
        if (page > 1) {
            page = 1;
        } else {
            page = PAGE;
            skipTo(new Position(last.epoch(), last.offset() + 1));
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
