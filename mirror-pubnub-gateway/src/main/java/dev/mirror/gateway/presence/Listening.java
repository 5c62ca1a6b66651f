package dev.mirror.gateway.presence;

import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Interest;
import dev.mirror.gateway.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** From the names in a request to what the stream knows: groups resolved, wildcards and presence told apart, all bounded. */
public final class Listening {
    /** How many names of channels a request has at most, presence and wildcards included. */
    private static final int MAX_CHANNELS = 2_000;
    /** How much one poll listens to at most: it holds each, and is found under each. */
    private static final int MAX_INTERESTS = 5_000;

    private final ChannelNames names;
    private final Groups groups;

    /** Puts it together. */
    public Listening(ChannelNames names, Groups groups) {
        this.names = names;
        this.groups = groups;
    }

    /**
     * Whether a request may name so much. Each group has what one message is told of once more, so there are few.
     *
     * @param inGroups may have a group and its presence twin, which count as one
     */
    public static boolean isWithinLimits(List<String> channels, List<String> inGroups) {
        long groups =
                inGroups.stream().map(ChannelNames::withoutPresence).distinct().count();
        return channels.size() <= MAX_CHANNELS && groups <= Groups.MAX_NAMED;
    }

    /** What a request listens to, as the groups are now; fails with 403 if a named channel is not for whoever asks. */
    public CompletionStage<List<Interest>> interests(Request request, List<String> channels, List<String> inGroups) {
        List<CompletableFuture<List<Interest>>> parts = new ArrayList<>();
        for (String channel : channels) {
            parts.add(interest(request, channel, channel).toCompletableFuture());
        }
        for (String group : inGroups) {
            parts.add(members(request, group).toCompletableFuture());
        }
        return joined(parts).thenApply(all -> {
            List<Interest> interests = all.stream().distinct().toList();
            if (interests.size() > MAX_INTERESTS) {
                throw new Refusal(400, "Too Many Channels");
            }
            return interests;
        });
    }

    private CompletionStage<List<Interest>> members(Request request, String group) {
        boolean presence = ChannelNames.isPresence(group);
        return groups.channels(request.keyset(), ChannelNames.withoutPresence(group))
                .thenCompose(members -> joined(members.stream()
                        .map(member -> presence ? member + ChannelNames.PRESENCE : member)
                        .map(member ->
                                readable(interest(request, member, group)).toCompletableFuture())
                        .toList()));
    }

    /** What a listener may not read is left out: whoever may change a group must not shut its listeners out. */
    private static CompletionStage<List<Interest>> readable(CompletionStage<List<Interest>> interest) {
        return interest.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            boolean forbidden = cause instanceof Refusal refusal && refusal.status() == 403;
            return forbidden ? CompletableFuture.completedFuture(List.of()) : CompletableFuture.failedFuture(failure);
        });
    }

    private CompletionStage<List<Interest>> interest(Request request, String name, String match) {
        String base = ChannelNames.withoutPresence(name);
        if (ChannelNames.isWildcard(base)) {
            return CompletableFuture.completedFuture(List.of(Interest.wildcard(request.keyset(), name)));
        }
        return names.channel(request.keyset(), base)
                .thenCompose(log -> NativeAccess.check(request, List.of(log)).thenApply(allowed -> log))
                .thenApply(log -> List.of(
                        base.equals(name) ? Interest.channel(log, name, match) : Interest.presence(log, name, match)));
    }

    private static CompletionStage<List<Interest>> joined(List<CompletableFuture<List<Interest>>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        parts.stream().flatMap(part -> part.join().stream()).toList());
    }
}
