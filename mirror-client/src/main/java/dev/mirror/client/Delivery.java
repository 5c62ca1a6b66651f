package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.nio.charset.StandardCharsets;
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
    private final Function<ChannelName, Chat> chats;
    private @Nullable UserId me; // the lane's; null before the first hello

    Delivery(Handlers handlers, Callbacks callbacks, Function<ChannelName, Chat> chats) {
        this.handlers = handlers;
        this.callbacks = callbacks;
        this.chats = chats;
    }

    void connected(UserId user) {
        me = user;
    }

    boolean event(ServerMessage.Event event) {
        UserId self = me;
        if (self == null || isForeign(event)) {
            return true;
        }
        ChannelEvent said = ChannelEvent.of(event.channel(), event.publication(), self);
        EventHandler<ChannelEvent> handler = handlerOf(said, event.channel(), self);
        return handler == null || call(said.channel(), size(said.data()), handler, said);
    }

    /** Whether an inbox announces something that is not a direct message, as newer servers may. */
    private static boolean isForeign(ServerMessage.Event event) {
        Publication.Origin origin = event.publication().origin();
        boolean inbox = event.channel().kind() == ChannelKind.INBOX;
        return inbox && (origin == null || origin.channel().kind() != ChannelKind.DIRECT);
    }

    private @Nullable EventHandler<ChannelEvent> handlerOf(ChannelEvent said, ChannelName log, UserId self) {
        if (said.publisher().equals(self)) {
            return handlers.said().own();
        }
        if (log.kind() == ChannelKind.INBOX) {
            return handlers.said().direct();
        }
        EventHandler<ChannelEvent> special = handlers.channels().get(log);
        return special == null ? handlers.said().any() : special;
    }

    boolean gap(ServerMessage.Gap gap) {
        EventHandler<ServerMessage.Gap> handler = handlers.around().gap();
        return handler == null || call(gap.channel(), OVERHEAD, handler, gap);
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

    void state(StateChange change) {
        callbacks.insist(Callbacks.STATE, () -> handlers.state().accept(change));
    }

    private <E> boolean call(ChannelName channel, int size, EventHandler<E> handler, E event) {
        return callbacks.offer(channel.canonical(), size, () -> handler.handle(event, chats.apply(channel)));
    }

    private static int size(String data) {
        return OVERHEAD + data.getBytes(StandardCharsets.UTF_8).length;
    }
}
