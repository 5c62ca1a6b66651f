package dev.mirror.message;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the server may say. The members are the catalogue; {@link Handler} dispatches them, one method each.
 *
 * <p>{@code re} is the id of the request that a message answers. {@code data} is compact JSON text.
 */
public sealed interface ServerMessage {
    /** Calls the handler's method for this member. */
    <R> R accept(Handler<R> handler);

    /**
     * The hello that opens every connection.
     *
     * @param websocketId the session's id
     * @param userId who the peer is; empty in version 1 and for a peer that has not proved it
     * @param channel the peer's own public room; empty likewise
     * @param data limits, times and positions; {@code null} in version 1
     */
    record Hello(
            String websocketId,
            String userId,
            String channel,
            @Nullable String data) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.hello(this);
        }
    }

    /** Somebody opened a conversation with the receiver; the channel stands as that peer spelled it. */
    record Relay(String channel) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.relay(this);
        }
    }

    /** A request was carried out. */
    record Ok(
            String re,
            @Nullable ChannelName channel,
            @Nullable Position position,
            @Nullable String data) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.ok(this);
        }
    }

    /**
     * A request was refused.
     *
     * @param re the request; empty if it could not be read
     * @param afterMillis when to ask again, in milliseconds; 0 where the error does not say "after"
     * @param detail what the asker should change, for a person
     */
    record Refused(String re, ErrorCode error, long afterMillis, String detail) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.refused(this);
        }
    }

    /**
     * One publication, for those who subscribed to the channel under this spelling.
     *
     * @param channel as the subscriber spelled it
     */
    record Event(ChannelName channel, Publication publication) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.event(this);
        }
    }

    /**
     * Publications are missing here: the log no longer has what would come next, or not in this epoch.
     *
     * @param position the position after which events continue; reading by history can start here too
     */
    record Gap(ChannelName channel, Position position) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.gap(this);
        }
    }

    /** A signal from somebody who is there. */
    record Signal(ChannelName channel, UserId userId, String data) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.signal(this);
        }
    }

    /**
     * Somebody received or read more of a conversation.
     *
     * @param userId whose marks these are
     * @param epoch of the log that the offsets are of
     * @param received the last offset that was received
     * @param read the last offset that was read
     */
    record Marked(ChannelName channel, UserId userId, String epoch, long received, long read) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.marked(this);
        }
    }

    /**
     * Somebody joined or left a channel.
     *
     * @param version one more than that of the change before; 0 if the server did not say
     */
    record Presence(ChannelName channel, UserId userId, String name, boolean joined, long version)
            implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.presence(this);
        }
    }

    /** The token ends at this time, in milliseconds since 1970; refresh it to stay. */
    record Expiring(long atMillis) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.expiring(this);
        }
    }

    /**
     * The connection ends now.
     *
     * @param afterMillis how long to wait before coming back, in milliseconds
     */
    record Bye(CloseReason reason, long afterMillis) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.bye(this);
        }
    }

    /** Something that this version of mirror cannot read; a client ignores it. */
    record Unknown(String code) implements ServerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.unknown(this);
        }
    }

    /**
     * One method for each member.
     *
     * @param <R> what the methods return
     */
    interface Handler<R> {
        /** Handles a {@link Hello}. */
        R hello(Hello message);

        /** Handles a {@link Relay}. */
        R relay(Relay message);

        /** Handles an {@link Ok}. */
        R ok(Ok message);

        /** Handles a {@link Refused}. */
        R refused(Refused message);

        /** Handles an {@link Event}. */
        R event(Event message);

        /** Handles a {@link Gap}. */
        R gap(Gap message);

        /** Handles a {@link Signal}. */
        R signal(Signal message);

        /** Handles a {@link Marked}. */
        R marked(Marked message);

        /** Handles a {@link Presence}. */
        R presence(Presence message);

        /** Handles an {@link Expiring}. */
        R expiring(Expiring message);

        /** Handles a {@link Bye}. */
        R bye(Bye message);

        /** Handles an {@link Unknown}. */
        R unknown(Unknown message);
    }
}
