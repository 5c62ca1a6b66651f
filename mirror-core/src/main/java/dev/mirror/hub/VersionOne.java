package dev.mirror.hub;

import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What a peer of 2018 may ask: to be confirmed as who it is, and to open a conversation. A refusal is counted and not answered, since the version has no frame for it (W14 to W18).
 */
final class VersionOne implements Session.Requests {
    private final Session session;
    private final Hub hub;
    /** {@code null} for a peer that proved nothing. */
    private final @Nullable Principal principal;

    private @Nullable TokenBucket rate; // made when it is first needed: most connections are idle

    VersionOne(Session session, Hub hub, @Nullable Principal principal) {
        this.session = session;
        this.hub = hub;
        this.principal = principal;
    }

    @Override
    public boolean handle(ClientMessage message) {
        if (message instanceof ClientMessage.Register register) {
            return register(register);
        }
        if (message instanceof ClientMessage.Direct direct) {
            return direct(direct);
        }
        return refused(message instanceof ClientMessage.Malformed bad ? bad.error() : ErrorCode.UNKNOWN_CODE);
    }

    private boolean register(ClientMessage.Register message) {
        boolean othersConnection = !message.websocketId().isEmpty()
                && !message.websocketId().equals(session.id().value());
        boolean othersUser = !message.userId().isEmpty()
                && (principal == null
                        || !message.userId().equals(principal.user().value()));
        if (othersConnection || othersUser) {
            hub.counters.refused(ErrorCode.NOT_ALLOWED);
            session.end(CloseReason.NOT_ALLOWED);
            return false;
        }
        boolean complete = !message.websocketId().isEmpty() && !message.userId().isEmpty();
        return complete || refused(ErrorCode.BAD_FRAME);
    }

    private boolean direct(ClientMessage.Direct message) {
        if (principal == null) {
            return refused(ErrorCode.AUTH_REQUIRED);
        }
        if (rate == null) {
            rate = hub.publishRate();
        }
        if (!rate.tryTake()) {
            return refused(ErrorCode.TOO_MANY);
        }
        for (DirectRouter.Step step : DirectRouter.route(principal, session.id(), message)) {
            if (step instanceof DirectRouter.Step.Refuse refuse) {
                return refused(refuse.error());
            }
            if (step instanceof DirectRouter.Step.Relay relay) {
                hub.directs
                        .relay(relay.receiver(), relay.channel(), session.lane())
                        .exceptionally(
                                failure -> refusedLater(Hub.failure(failure).code()));
            }
        }
        return true;
    }

    private boolean refusedLater(ErrorCode error) {
        Hub.hand(session.lane(), session::countRefusal);
        return refused(error);
    }

    private boolean refused(ErrorCode error) {
        hub.counters.refused(error);
        return false;
    }
}
