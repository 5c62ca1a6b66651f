package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.spi.HistoryQuery;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a version 2 peer may ask (W22 to W52). Every request with an id gets exactly one answer. A method returns false
 * only for a frame that could not be read: those are counted against the connection, the rest is merely answered.
 * Owned by the session's lane.
 */
final class VersionTwo implements Session.Requests, ClientMessage.Handler<Boolean> {
    private static final int DEFAULT_PAGE = 50;
    private final Session session;
    private final Hub hub;
    private final Subscriptions subscriptions;
    private final Watches watches;
    private final Answers answers;
    private final Saying saying;
    private final Marks marks;
    private Principal principal;
    private @Nullable Reads reads; // made when they are first needed, like the rate
    private @Nullable TokenBucket signalRate; // made when it is first needed: most connections are idle

    VersionTwo(Session session, Hub hub, Principal principal) {
        this.session = session;
        this.hub = hub;
        this.principal = principal;
        this.subscriptions = new Subscriptions(session, hub, principal);
        this.watches = new Watches(session, hub);
        this.answers = new Answers(session, hub);
        this.saying = new Saying(session, hub, answers);
        this.marks = new Marks(session, hub, answers);
    }

    @Override
    public boolean handle(ClientMessage message) {
        return message.accept(this);
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    void close() {
        subscriptions.close();
        watches.close();
    }

    @Override
    public Boolean register(ClientMessage.Register message) {
        boolean own = message.websocketId().equals(session.id().value())
                && message.userId().equals(principal.user().value());
        if (own) {
            answers.ok(message.id(), null, null);
        } else {
            hub.counters.refused(ErrorCode.NOT_ALLOWED);
            session.end(CloseReason.NOT_ALLOWED);
        }
        return true;
    }

    @Override
    public Boolean direct(ClientMessage.Direct message) {
        saying.direct(principal, message);
        return true;
    }

    @Override
    public Boolean publish(ClientMessage.Publish message) {
        saying.publish(principal, message);
        return true;
    }

    @Override
    public Boolean mark(ClientMessage.Mark message) {
        marks.mark(principal, message);
        return true;
    }

    @Override
    public Boolean conversations(ClientMessage.Conversations message) {
        marks.list(principal, message);
        return true;
    }

    @Override
    public Boolean subscribe(ClientMessage.Subscribe message) {
        int limit = hub.options.channelsPerSession;
        int channels = message.wanted().size();
        if (channels > limit || subscriptions.opening() + channels > 2 * limit) {
            session.refuse(message.id(), ErrorCode.TOO_MANY, Answers.RETRY_MILLIS, "too many channels at once");
        } else {
            subscriptions.subscribe(message);
        }
        return true;
    }

    @Override
    public Boolean unsubscribe(ClientMessage.Unsubscribe message) {
        subscriptions.unsubscribe(message.channel());
        answers.ok(message.id(), message.channel(), null);
        return true;
    }

    @Override
    public Boolean history(ClientMessage.History message) {
        if (!answers.allowed(principal, message.id(), Action.HISTORY, message.channel())) {
            return true;
        }
        int limit = message.limit() == 0 ? DEFAULT_PAGE : Math.min(message.limit(), HistoryQuery.MAX_LIMIT);
        long timetoken = message.ts() * Publication.TIMETOKENS_PER_MILLI;
        HistoryQuery query = new HistoryQuery(message.channel(), message.from(), timetoken, message.backward(), limit);
        if (reads == null) {
            reads = new Reads(session, hub);
        }
        answers.when(
                message.id(),
                reads.inTurn(() -> HistoryAnswer.read(hub.broker, query, HistoryAnswer.HISTORY_BYTES)),
                page -> {
                    if (message.id() != null && !session.isClosed()) {
                        String data = HistoryAnswer.data(message, page);
                        session.send(new Ok(message.id(), message.channel(), page.tail(), data));
                    }
                });
        return true;
    }

    @Override
    public Boolean signal(ClientMessage.Signal message) {
        if (!answers.allowed(principal, message.id(), Action.SIGNAL, message.channel())) {
            return true;
        }
        if (signalRate == null) {
            signalRate = new TokenBucket(hub.clock, hub.options.signalsPerSecond, hub.options.signalsPerSecond);
        }
        boolean mayGo = answers.within(signalRate, message.id(), "too many signals");
        if (mayGo && answers.fits(message.id(), message.data())) {
            hub.directs.signal(session, principal, message.channel(), message.data());
            answers.ok(message.id(), message.channel(), null);
        }
        return true;
    }

    @Override
    public Boolean presence(ClientMessage.Presence message) {
        ChannelName channel = message.channel();
        if (!message.watch()) {
            watches.unwatch(channel);
            answers.ok(message.id(), channel, null);
            return true;
        }
        if (channel.kind() != ChannelKind.ROOM || !answers.allowed(principal, message.id(), Action.PRESENCE, channel)) {
            if (channel.kind() != ChannelKind.ROOM) {
                session.refuse(message.id(), ErrorCode.NOT_ALLOWED, 0, "presence is of rooms");
            }
            return true;
        }
        if (!watches.mayWatch(channel, hub.options.channelsPerSession)) {
            session.refuse(message.id(), ErrorCode.TOO_MANY, Answers.RETRY_MILLIS, "too many watched channels");
            return true;
        }
        watches.watch(
                channel,
                members -> answers.ok(message.id(), channel, Watches.data(members)),
                failure -> answers.failed(message.id(), failure));
        return true;
    }

    @Override
    public Boolean refresh(ClientMessage.Refresh message) {
        long revision = hub.revocations.get();
        Consumer<Principal> proved = newer -> {
            if (!newer.user().equals(principal.user())) {
                session.refuse(message.id(), ErrorCode.NOT_ALLOWED, 0, "the token is another user's");
                return;
            }
            if (hub.revocations.get() != revision) {
                refresh(message); // a log-in was ended since the check; it may have been the new one
                return;
            }
            principal = newer;
            subscriptions.refresh(newer);
            session.refresh(newer);
            String data = Data.object(json -> json.writeNumberField("exp", expiry(newer)));
            answers.ok(message.id(), null, data);
        };
        session.authenticate(
                new Credentials.Token(message.token()), proved, failure -> answers.failed(message.id(), failure));
        return true;
    }

    @Override
    public Boolean ping(ClientMessage.Ping message) {
        answers.ok(message.id(), null, null);
        return true;
    }

    @Override
    public Boolean malformed(ClientMessage.Malformed message) {
        String request = message.id() == null ? "" : message.id();
        session.refuse(request, message.error(), 0, message.detail());
        return false;
    }

    /** What the hello says beside the ids (W19). */
    static String helloData(Principal principal, MirrorOptions options, Position inbox) {
        return Data.object(json -> {
            json.writeStringField("name", principal.name());
            json.writeObjectFieldStart("limits");
            json.writeNumberField("frameBytes", options.frameBytes);
            json.writeNumberField("dataBytes", options.dataBytes);
            json.writeNumberField("channels", options.channelsPerSession);
            json.writeNumberField("publishPerSecond", options.publishesPerSecond);
            json.writeNumberField("publishBurst", options.publishBurst);
            json.writeNumberField("historyPage", HistoryQuery.MAX_LIMIT);
            json.writeEndObject();
            json.writeNumberField("idleMs", options.idle.toMillis());
            json.writeNumberField("exp", expiry(principal));
            json.writeObjectFieldStart("inbox");
            json.writeStringField("epoch", inbox.epoch());
            json.writeNumberField("offset", inbox.offset());
            json.writeEndObject();
        });
    }

    private static long expiry(Principal principal) {
        return principal.expiresAt().equals(Instant.MAX)
                ? 0
                : principal.expiresAt().toEpochMilli();
    }
}
