package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ServerMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the bot registered; {@code null} where it registered nothing.
 *
 * @param channels by the channel that each is for
 * @param said for what is published
 * @param around for what happens around publications
 * @param state for changes of state
 * @param failure for what handlers throw
 * @param dead for events that could not be handled
 */
record Handlers(
        Map<ChannelName, Action<ChannelEvent>> channels,
        Said said,
        Around around,
        Consumer<StateChange> state,
        Consumer<Throwable> failure,
        @Nullable Action<EventHandler.DeadLetter> dead) {
    /**
     * For publications.
     *
     * @param direct for direct messages of others
     * @param any for publications of others in channels that have no handler of their own
     * @param own for what this user said, on whatever device
     * @param amendment for edits, deletions and reactions of others
     */
    record Said(
            @Nullable Action<ChannelEvent> direct,
            @Nullable Action<ChannelEvent> any,
            @Nullable Action<ChannelEvent> own,
            @Nullable Action<ChannelEvent.Amendment> amendment) {}

    /**
     * For the rest.
     *
     * @param signal for signals
     * @param presence for joins and leaves
     * @param mark for how far somebody has come in a conversation
     * @param gap for gaps
     */
    record Around(
            @Nullable EventHandler<ServerMessage.Signal> signal,
            @Nullable EventHandler<ServerMessage.Presence> presence,
            @Nullable EventHandler<ServerMessage.Marked> mark,
            @Nullable EventHandler<ServerMessage.Gap> gap) {}

    /** Copies the map; channels are asked for in the order in which they were named. */
    Handlers {
        channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
    }

    /** What is registered so far; the fields are the builder's. */
    static final class Draft {
        final Map<ChannelName, Action<ChannelEvent>> channels = new LinkedHashMap<>();

        @Nullable
        Action<ChannelEvent> direct;

        @Nullable
        Action<ChannelEvent> any;

        @Nullable
        Action<ChannelEvent> own;

        @Nullable
        Action<ChannelEvent.Amendment> amendment;

        @Nullable
        EventHandler<ServerMessage.Signal> signal;

        @Nullable
        EventHandler<ServerMessage.Presence> presence;

        @Nullable
        EventHandler<ServerMessage.Marked> mark;

        @Nullable
        EventHandler<ServerMessage.Gap> gap;

        @Nullable
        Action<EventHandler.DeadLetter> dead;

        Consumer<StateChange> state = change -> {};
        Consumer<Throwable> failure = thrown -> {};

        Handlers done() {
            return new Handlers(
                    channels,
                    new Said(direct, any, own, amendment),
                    new Around(signal, presence, mark, gap),
                    state,
                    failure,
                    dead);
        }
    }
}
