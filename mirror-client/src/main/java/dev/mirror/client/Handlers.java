package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ServerMessage;
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
     */
    record Said(
            @Nullable Action<ChannelEvent> direct,
            @Nullable Action<ChannelEvent> any,
            @Nullable Action<ChannelEvent> own) {}

    /**
     * For the rest.
     *
     * @param signal for signals
     * @param presence for joins and leaves
     * @param gap for gaps
     */
    record Around(
            @Nullable EventHandler<ServerMessage.Signal> signal,
            @Nullable EventHandler<ServerMessage.Presence> presence,
            @Nullable EventHandler<ServerMessage.Gap> gap) {}

    /** Copies the map. */
    Handlers {
        channels = Map.copyOf(channels);
    }
}
