package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Interest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** From the names in a request to the channels that somebody can be in: groups resolved, presence twins left out. */
final class Places {
    private final ChannelNames names;
    private final Groups groups;

    Places(ChannelNames names, Groups groups) {
        this.names = names;
        this.groups = groups;
    }

    /**
     * A channel.
     *
     * @param name as the client spells it
     * @param match the same, or the group that it is in
     */
    record Place(String name, String match, ChannelName channel) {}

    /** The channels of a request, as the groups are now; fails with 403 if one is not for whoever asks. */
    CompletionStage<List<Place>> of(Request request, List<String> channels, List<String> inGroups) {
        List<CompletableFuture<List<Place>>> parts = new ArrayList<>();
        for (String channel : channels) {
            parts.add(place(request, channel, channel).toCompletableFuture());
        }
        for (String group : inGroups) {
            if (!ChannelNames.isPresence(group)) {
                parts.add(groups.channels(request.keyset(), group)
                        .thenCompose(members -> joined(members.stream()
                                .map(member -> place(request, member, group).toCompletableFuture())
                                .toList()))
                        .toCompletableFuture());
            }
        }
        return joined(parts);
    }

    private CompletionStage<List<Place>> place(Request request, String name, String match) {
        if (ChannelNames.isPresence(name)) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (ChannelNames.isWildcard(name)) {
            return CompletableFuture.completedFuture(
                    List.of(new Place(name, match, ChannelNames.wildcard(request.keyset(), name))));
        }
        return names.channel(request.keyset(), name)
                .thenCompose(
                        channel -> NativeAccess.check(request, List.of(channel)).thenApply(allowed -> channel))
                .thenApply(channel -> List.of(new Place(name, match, channel)));
    }

    private static CompletionStage<List<Place>> joined(List<CompletableFuture<List<Place>>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    /** The channels of what a poll listens to. */
    static List<Place> of(Keyset keyset, List<Interest> interests) {
        List<Place> places = new ArrayList<>(interests.size());
        for (Interest interest : interests) {
            ChannelName log = interest.log();
            String name = interest.channel();
            if (log != null && name != null) {
                places.add(new Place(name, interest.match(), log));
            } else if (!interest.isPresence() && ChannelNames.isWildcard(interest.match())) {
                ChannelName channel = ChannelNames.wildcard(keyset, interest.match());
                places.add(new Place(interest.match(), interest.match(), channel));
            }
        }
        return places;
    }
}
