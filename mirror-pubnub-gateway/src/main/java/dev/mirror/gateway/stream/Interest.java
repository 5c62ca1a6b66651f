package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a poll listens to.
 *
 * @param topic the name under which entries are found
 * @param match what the client named: the channel itself, a wildcard, or a group
 * @param channel the channel as the client spells it; {@code null} if that is for each entry to say
 * @param log where entries are that are no longer in memory; {@code null} if they are nowhere
 */
public record Interest(
        String topic,
        String match,
        @Nullable String channel,
        @Nullable ChannelName log) {
    private static final int MAX_DOTS = 2;

    /**
     * A channel.
     *
     * @param name as the client spells it
     * @param match the same, or the group that it is in
     */
    public static Interest channel(ChannelName log, String name, String match) {
        return new Interest(log.canonical(), match, name, log);
    }

    /** The presence of a channel; the names have the ending. */
    public static Interest presence(ChannelName log, String name, String match) {
        return new Interest(log.canonical() + ChannelNames.PRESENCE, match, name, null);
    }

    /** All channels of a keyset's own space that begin like the wildcard; or their presence, if it has that ending. */
    public static Interest wildcard(Keyset keyset, String wildcard) {
        return new Interest(keyset.space() + ':' + wildcard, wildcard, null, null);
    }

    /** Whether it is about who comes and goes, and not about what is said. */
    public boolean isPresence() {
        return ChannelNames.isPresence(topic) && log == null;
    }

    /** The channel that it is about; empty for a wildcard, which is about many. */
    public Optional<ChannelName> about() {
        if (log != null) {
            return Optional.of(log);
        }
        return channel == null ? Optional.empty() : ChannelName.parse(ChannelNames.withoutPresence(topic));
    }

    /** What the names begin with that a wildcard over logs stands for; empty for anything else. */
    Optional<String> prefix() {
        boolean wildcard = channel == null && topic.endsWith(ChannelNames.WILDCARD);
        return wildcard ? Optional.of(topic.substring(0, topic.length() - 1)) : Optional.empty();
    }

    /** Every topic under which an entry of a channel is found: its own, and each wildcard that stands for it. */
    public static List<String> topics(ChannelName channel, String ending) {
        List<String> topics = new ArrayList<>(3);
        String name = ChannelNames.canonical(channel);
        topics.add(name + ending);
        if (channel.kind() != ChannelKind.EXTERNAL) {
            return topics;
        }
        int dot = name.indexOf('.', channel.space().length() + 1);
        for (int dots = 0; dot >= 0 && dots < MAX_DOTS; dots++) {
            String topic = name.substring(0, dot) + ChannelNames.WILDCARD + ending;
            if (!topics.contains(topic)) { // a wildcard itself is its own
                topics.add(topic);
            }
            dot = name.indexOf('.', dot + 1);
        }
        return topics;
    }
}
