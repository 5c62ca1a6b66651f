package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Start;
import java.util.HashMap;
import java.util.Map;

/** Where to begin in channels that the client was never in. Immutable. */
record Starts(Start general, Map<ChannelName, Start> special) {
    /** Copies the map. */
    Starts {
        special = Map.copyOf(special);
    }

    Start of(ChannelName channel) {
        return special.getOrDefault(channel, general);
    }

    Starts with(Start other) {
        return new Starts(other, special);
    }

    Starts with(ChannelName channel, Start start) {
        Map<ChannelName, Start> more = new HashMap<>(special);
        more.put(channel, start);
        return new Starts(general, more);
    }
}
