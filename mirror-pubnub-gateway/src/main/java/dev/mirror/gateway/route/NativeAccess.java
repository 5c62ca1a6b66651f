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

    /** Complete if the log-in that a request shows may use these channels; fails with 403 otherwise. */
    public static CompletionStage<Void> check(Request request, Collection<ChannelName> channels) {
        List<ChannelName> guarded = channels.stream()
                .filter(channel -> channel.kind() == ChannelKind.DIRECT || channel.kind() == ChannelKind.INBOX)
                .toList();
        if (guarded.isEmpty() || request.keyset().access() == Keyset.Access.LEGACY) {
            return CompletableFuture.completedFuture(null);
        }
        return request.call().principal().thenAccept(principal -> {
            boolean allowed = principal.isPresent()
                    && guarded.stream()
                            .allMatch(
                                    channel -> channel.belongsTo(principal.get().user()));
            if (!allowed) {
                throw new Refusal(403, "Forbidden");
            }
        });
    }
}
