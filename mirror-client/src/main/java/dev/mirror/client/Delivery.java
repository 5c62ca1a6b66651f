package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler for what happened and has it called. Every method returns whether the event is taken care of: false
 * only if the handlers are so far behind that it must be asked for again. On the lane only.
 */
final class Delivery {
    /** What a call costs beyond its body, in bytes, roughly. */
    private static final int OVERHEAD = 256;

    private final Handlers handlers;
    private final Callbacks callbacks;
    private final Ledger ledger;
    private final Function<ChannelName, Chat> chats;
    private @Nullable UserId me; // the lane's; null before the first hello

    Delivery(Handlers handlers, Callbacks callbacks, Ledger ledger, Function<ChannelName, Chat> chats) {
        this.handlers = handlers;
        this.callbacks = callbacks;
        this.ledger = ledger;
        this.chats = chats;
    }

    void connected(UserId user) {
        me = user;
    }

    /** Hands an event on, and notes it in the subscription's track. */
    boolean event(ServerMessage.Event event, Track track) {
        UserId self = me;
        Position position = event.publication().position();
        if (self == null || isForeign(event) || track.has(position)) {
            return pass(track, event.channel(), position);
        }
        ChannelEvent said = ChannelEvent.of(event.channel(), event.publication(), self);
        Action<ChannelEvent> action = actionFor(said, event.channel(), self);
        if (action == null) {
            return pass(track, event.channel(), position);
        }
        if (track.isFull()) {
            return false;
        }
        Position before = track.last();
        Track.Item item = track.add(position);
        Handling.Letter letter = new Handling.Letter(said, chats.apply(said.channel()), action);
        Handling handling = new Handling(ledger, track, item, letter);
        boolean taken = callbacks.offer(said.channel().canonical(), size(said.data()), handling);
        if (!taken) {
            track.takeBack(item, before);
        }
        return taken;
    }

    private boolean pass(Track track, ChannelName log, Position position) {
        if (track.pass(position) && ledger.isKept()) {
            callbacks.offer(log.canonical(), OVERHEAD, () -> {
                ledger.keepPassed(track);
                return null;
            });
        }
        return true;
    }

    /** Whether an inbox announces something that is not a direct message, as newer servers may. */
    private static boolean isForeign(ServerMessage.Event event) {
        Publication.Origin origin = event.publication().origin();
        boolean inbox = event.channel().kind() == ChannelKind.INBOX;
        return inbox && (origin == null || origin.channel().kind() != ChannelKind.DIRECT);
    }

    private @Nullable Action<ChannelEvent> actionFor(ChannelEvent said, ChannelName log, UserId self) {
        boolean own = said.publisher().equals(self);
        if (said.isAmendment()) {
            return own ? null : amending(said);
        }
        if (own) {
            return handlers.said().own();
        }
        if (log.kind() == ChannelKind.INBOX) {
            return handlers.said().direct();
        }
        Action<ChannelEvent> special = handlers.channels().get(log);
        return special == null ? handlers.said().any() : special;
    }

    /** An amendment is never handed on as if it were said anew, and not at all if it counts for nothing. */
    private @Nullable Action<ChannelEvent> amending(ChannelEvent said) {
        Action<ChannelEvent.Amendment> handler = handlers.said().amendment();
        ChannelEvent.Amendment amendment =
                handler == null ? null : said.amendment().orElse(null);
        return handler == null || amendment == null
                ? null
                : (event, chat, transaction) -> handler.run(amendment, chat, transaction);
    }

    /** Tells of a gap where nothing is kept of positions. */
    boolean gap(ServerMessage.Gap gap) {
        EventHandler<ServerMessage.Gap> handler = handlers.around().gap();
        return handler == null || call(gap.channel(), OVERHEAD, handler, gap);
    }

    /**
     * Sets where a channel stands in the checkpoint, and tells the handler of gaps first, if there is a gap.
     *
     * @param done called on a thread for handlers
     */
    boolean move(ChannelName channel, Position position, ServerMessage.@Nullable Gap gap, Runnable done) {
        EventHandler<ServerMessage.Gap> handler = handlers.around().gap();
        Moving.Call before =
                handler == null || gap == null ? () -> {} : () -> handler.handle(gap, chats.apply(channel));
        return callbacks.offer(
                channel.canonical(), OVERHEAD, new Moving(ledger, channel, position, new Moving.Told(before, done)));
    }

    boolean presence(ServerMessage.Presence change) {
        EventHandler<ServerMessage.Presence> handler = handlers.around().presence();
        return handler == null || call(change.channel(), OVERHEAD, handler, change);
    }

    boolean wantsPresence() {
        return handlers.around().presence() != null;
    }

    /** A signal is not kept: where the handlers are behind, it is dropped. */
    void signal(ServerMessage.Signal signal) {
        EventHandler<ServerMessage.Signal> handler = handlers.around().signal();
        if (handler != null && !signal.userId().equals(me)) {
            call(signal.channel(), size(signal.data()), handler, signal);
        }
    }

    /** A mark is not kept: where the handlers are behind, it is dropped, and can be asked for. */
    void marked(ServerMessage.Marked mark) {
        EventHandler<ServerMessage.Marked> handler = handlers.around().mark();
        UserId self = me;
        if (handler != null && self != null) {
            ChannelName channel = ChannelEvent.spelledFor(self, mark.channel());
            call(
                    channel,
                    OVERHEAD,
                    handler,
                    new ServerMessage.Marked(channel, mark.userId(), mark.epoch(), mark.received(), mark.read()));
        }
    }

    void state(StateChange change) {
        callbacks.insist(Callbacks.STATE, () -> handlers.state().accept(change));
    }

    private <E> boolean call(ChannelName channel, int size, EventHandler<E> handler, E event) {
        return callbacks.offer(channel.canonical(), size, () -> {
            handler.handle(event, chats.apply(channel));
            return null;
        });
    }

    private static int size(String data) {
        return OVERHEAD + Publication.utf8Length(data);
    }
}
