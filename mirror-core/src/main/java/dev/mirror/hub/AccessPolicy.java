package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Principal;

/**
 * Decides who may do what on which channel. A pure function: it must not block, and what it refuses is answered by
 * {@code not.allowed}, the same for everybody and everything, so that a refusal tells nothing.
 */
@FunctionalInterface
public interface AccessPolicy {
    /** What somebody wants to do with a channel. */
    enum Action {
        /** Receive what is published. */
        SUBSCRIBE,
        /** Publish. */
        PUBLISH,
        /** Read what was published. */
        HISTORY,
        /** Send a signal. */
        SIGNAL,
        /** See who is there. */
        PRESENCE
    }

    /** Whether the principal may. */
    boolean allows(Principal principal, Action action, ChannelName channel);

    /**
     * The rules that follow from the kind of channel: a room is everybody's, a direct channel its two users', an inbox
     * its user's and nobody publishes on it; an external channel is nobody's until a module that owns its space says so.
     */
    static AccessPolicy byKind() {
        return (principal, action, channel) -> switch (channel.kind()) {
            case ROOM -> true;
            case DIRECT -> action != Action.PRESENCE && channel.belongsTo(principal.user());
            case INBOX ->
                (action == Action.SUBSCRIBE || action == Action.HISTORY) && channel.belongsTo(principal.user());
            case EXTERNAL -> false;
        };
    }
}
