package dev.mirror.hub;

import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What a peer of 2018 may ask: to be confirmed as who it is, and to open a conversation. Every method returns false for
 * a refused request; a refusal is counted and not answered, since the version has no frame for it (W14 to W18).
 */
final class VersionOne implements ClientMessage.Handler<Boolean> {
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
    public Boolean register(ClientMessage.Register message) {
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

    @Override
    public Boolean direct(ClientMessage.Direct message) {
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

    @Override
    public Boolean subscribe(ClientMessage.Subscribe message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean unsubscribe(ClientMessage.Unsubscribe message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean publish(ClientMessage.Publish message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean history(ClientMessage.History message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean signal(ClientMessage.Signal message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean presence(ClientMessage.Presence message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean refresh(ClientMessage.Refresh message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean ping(ClientMessage.Ping message) {
        return refused(ErrorCode.UNKNOWN_CODE);
    }

    @Override
    public Boolean malformed(ClientMessage.Malformed message) {
        return refused(message.error());
    }

    private boolean refusedLater(ErrorCode error) {
        session.lane().execute(session::countRefusal);
        return refused(error);
    }

    private boolean refused(ErrorCode error) {
        hub.counters.refused(error);
        return false;
    }
}
