package dev.mirror.message;

import dev.mirror.channel.ChannelName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a client may say. The members are the catalogue; {@link Handler} dispatches them, one method each,
 * so that a new member cannot be forgotten anywhere.
 *
 * <p>An {@code id}, where present, has 1 to 36 characters, none of them U+0000, and asks for an answer; a message without one is answered by
 * nothing. {@code data} is compact JSON text.
 */
public sealed interface ClientMessage {
    /** The request's id; {@code null} if no answer is wanted. */
    @Nullable
    String id();

    /** Calls the handler's method for this member. */
    <R> R accept(Handler<R> handler);

    /** Confirms, in version 1, who speaks on which connection. */
    record Register(@Nullable String id, String websocketId, String userId) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.register(this);
        }
    }

    /**
     * Opens a conversation, and says something in it if {@code data} is there.
     *
     * @param channel the conversation, the sender first
     * @param websocketId the connection as claimed; empty if not claimed
     * @param userId the sender as claimed; empty if not claimed
     * @param data what is said; {@code null} if the conversation is only opened
     */
    record Direct(
            @Nullable String id,
            ChannelName channel,
            String websocketId,
            String userId,
            @Nullable String data) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.direct(this);
        }
    }

    /** Subscribes to one or several channels, each from a position or from now. */
    record Subscribe(@Nullable String id, List<Wanted> wanted) implements ClientMessage {
        /**
         * One channel that is wanted.
         *
         * @param after the last position that the client has; {@code null} for what comes from now on
         */
        public record Wanted(ChannelName channel, @Nullable Position after) {}

        /** Copies the list. */
        public Subscribe {
            wanted = List.copyOf(wanted);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.subscribe(this);
        }
    }

    /** Ends a subscription. */
    record Unsubscribe(@Nullable String id, ChannelName channel) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.unsubscribe(this);
        }
    }

    /** Publishes; the id is also the key under which a repetition counts as the same publication. */
    record Publish(@Nullable String id, ChannelName channel, String data) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.publish(this);
        }
    }

    /**
     * Reads a page of a channel's log.
     *
     * @param from where the page begins, exclusive; {@code null} for the log's end in the direction of reading
     * @param ts a time to begin at instead, in milliseconds since 1970; 0 to go by position
     * @param backward whether to read towards the oldest
     * @param limit how many at most; 0 for the server's default
     */
    record History(
            @Nullable String id,
            ChannelName channel,
            @Nullable Position from,
            long ts,
            boolean backward,
            int limit) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.history(this);
        }
    }

    /**
     * Says how far a conversation was received and read. Marks only grow.
     *
     * @param epoch of the log that the offsets are of
     * @param received the last offset that was received; 0 to leave it as it is
     * @param read the last offset that was read; 0 to leave it as it is
     */
    record Mark(@Nullable String id, ChannelName channel, String epoch, long received, long read)
            implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.mark(this);
        }
    }

    /** Asks for the user's conversations. */
    record Conversations(@Nullable String id) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.conversations(this);
        }
    }

    /** Tells those who are there something that is not kept, such as that somebody is typing. */
    record Signal(@Nullable String id, ChannelName channel, String data) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.signal(this);
        }
    }

    /** Asks to hear who joins and leaves a channel, or to hear it no longer. */
    record Presence(@Nullable String id, ChannelName channel, boolean watch) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.presence(this);
        }
    }

    /** Continues the session under a newer token of the same user. */
    record Refresh(@Nullable String id, String token) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.refresh(this);
        }

        /** Does not show the token. */
        @Override
        public String toString() {
            return "Refresh[id=" + id + "]";
        }
    }

    /** Asks for any answer, to see that the connection lives. */
    record Ping(@Nullable String id) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.ping(this);
        }
    }

    /**
     * What could not be read as any of the others.
     *
     * @param error why
     * @param detail what the sender should change
     */
    record Malformed(@Nullable String id, ErrorCode error, String detail) implements ClientMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.malformed(this);
        }
    }

    /**
     * One method for each member.
     *
     * @param <R> what the methods return
     */
    interface Handler<R> {
        /** Handles a {@link Register}. */
        R register(Register message);

        /** Handles a {@link Direct}. */
        R direct(Direct message);

        /** Handles a {@link Subscribe}. */
        R subscribe(Subscribe message);

        /** Handles an {@link Unsubscribe}. */
        R unsubscribe(Unsubscribe message);

        /** Handles a {@link Publish}. */
        R publish(Publish message);

        /** Handles a {@link History}. */
        R history(History message);

        /** Handles a {@link Mark}. */
        R mark(Mark message);

        /** Handles {@link Conversations}. */
        R conversations(Conversations message);

        /** Handles a {@link Signal}. */
        R signal(Signal message);

        /** Handles a {@link Presence}. */
        R presence(Presence message);

        /** Handles a {@link Refresh}. */
        R refresh(Refresh message);

        /** Handles a {@link Ping}. */
        R ping(Ping message);

        /** Handles a {@link Malformed}. */
        R malformed(Malformed message);
    }
}
