package dev.mirror.gateway.route;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.wire.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Guards the conversations of WebSocket clients in keysets with shared names: only their two users get in. Where it is
 * as in 2018, whoever knows both ids does.
 */
public final class NativeAccess {
    private NativeAccess() {}

    /** Those of these channels that the log-in of a request may use. */
    public static CompletionStage<List<ChannelName>> visible(Request request, Collection<ChannelName> channels) {
        List<ChannelName> all = List.copyOf(channels);
        if (all.stream().noneMatch(channel -> isGuarded(request, channel))) {
            return CompletableFuture.completedFuture(all);
        }
        return request.call()
                .principal()
                .thenApply(principal -> all.stream()
                        .filter(channel -> !isGuarded(request, channel)
                                || principal
                                        .filter(known -> channel.belongsTo(known.user()))
                                        .isPresent())
                        .toList());
    }

    /** Whether a request may use a channel only with a log-in that proves who asks. */
    public static boolean isGuarded(Request request, ChannelName channel) {
        boolean personal = channel.kind() == ChannelKind.DIRECT || channel.kind() == ChannelKind.INBOX;
        return personal && request.keyset().access() != Keyset.Access.LEGACY;
    }

    /** Complete if the log-in that a request shows may use these channels; fails with 403 otherwise. */
    public static CompletionStage<Void> check(Request request, Collection<ChannelName> channels) {
        return visible(request, channels).thenAccept(visible -> {
            if (visible.size() < channels.size()) {
                throw new Refusal(403, "Forbidden");
            }
        });
    }
}
