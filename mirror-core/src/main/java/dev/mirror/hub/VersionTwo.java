package dev.mirror.hub;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a version 2 peer may ask (W22 to W45). Every request with an id gets exactly one answer. A method returns false
 * only for a frame that could not be read: those are counted against the connection, the rest is merely answered.
 * Owned by the session's lane.
 */
final class VersionTwo implements Session.Requests, ClientMessage.Handler<Boolean> {
    /** When to ask again after a limit that has no time of its own, in milliseconds. */
    static final long RETRY_MILLIS = 1_000;

    private static final int DEFAULT_PAGE = 50;
    /** How much of a history one answer holds, in bytes: well under what an outbox holds and a client reads. */
    private static final int HISTORY_BYTES = 256 * 1024;

    private final Session session;
    private final Hub hub;
    private final Subscriptions subscriptions;
    private final Watches watches;
    private Principal principal;
    private @Nullable TokenBucket publishRate; // these two are made when first needed: most connections are idle
    private @Nullable TokenBucket signalRate;

    VersionTwo(Session session, Hub hub, Principal principal) {
        this.session = session;
        this.hub = hub;
        this.principal = principal;
        this.subscriptions = new Subscriptions(session, hub, principal);
        this.watches = new Watches(session, hub);
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
            session.answer(message.id(), ok(message.id(), null, null));
        } else {
            hub.counters.refused(ErrorCode.NOT_ALLOWED);
            session.end(CloseReason.NOT_ALLOWED);
        }
        return true;
    }

    @Override
    public Boolean direct(ClientMessage.Direct message) {
        if (!mayPublish(message.id())) {
            return true;
        }
        for (DirectRouter.Step step : DirectRouter.route(principal, session.id(), message)) {
            if (step instanceof DirectRouter.Step.Refuse refuse) {
                session.refuse(message.id(), refuse.error(), 0, refuse.detail());
                return true;
            }
        }
        if (!fits(message.id(), message.data())) {
            return true;
        }
        ChannelName channel = message.channel();
        session.then(hub.directs.relay(channel.receiver(), channel.toString(), session.lane()), (told, failure) -> {
            if (failure != null) {
                failed(message.id(), failure);
            } else if (message.data() == null) {
                session.answer(message.id(), ok(message.id(), channel, null));
            } else {
                store(message.id(), channel, message.data());
            }
        });
        return true;
    }

    @Override
    public Boolean publish(ClientMessage.Publish message) {
        if (allowed(message.id(), Action.PUBLISH, message.channel()) && mayPublish(message.id())) {
            store(message.id(), message.channel(), message.data());
        }
        return true;
    }

    private void store(@Nullable String request, ChannelName channel, String data) {
        String id = request == null ? hub.newId() : request;
        Publication.Entry entry = new Publication.Entry(principal.user(), id, ChatPayload.stamped(data, principal));
        hub.publishing
                .publish(channel, entry)
                .whenCompleteAsync(
                        (receipt, failure) -> {
                            if (failure != null) {
                                failed(request, failure);
                            } else if (request != null) {
                                session.send(stored(request, channel, receipt));
                            }
                        },
                        session.lane());
    }

    private static ServerMessage stored(String request, ChannelName channel, Receipt receipt) {
        String data = Data.object(json -> {
            json.writeBooleanField("duplicate", receipt.duplicate());
            json.writeNumberField("ts", receipt.timetoken() / Publication.TIMETOKENS_PER_MILLI);
        });
        return new Ok(request, channel, receipt.position(), data);
    }

    private boolean fits(@Nullable String request, @Nullable String data) {
        if (data == null || Publishing.utf8Length(data) <= hub.options.dataBytes()) {
            return true;
        }
        session.refuse(request, ErrorCode.TOO_LARGE, 0, "data has at most " + hub.options.dataBytes() + " bytes");
        return false;
    }

    private boolean mayPublish(@Nullable String request) {
        if (publishRate == null) {
            publishRate = hub.publishRate();
        }
        if (publishRate.tryTake()) {
            return true;
        }
        String detail = "at most " + hub.options.publishesPerSecond() + " publications a second";
        session.refuse(request, ErrorCode.TOO_MANY, publishRate.millisUntilNext(), detail);
        return false;
    }

    @Override
    public Boolean subscribe(ClientMessage.Subscribe message) {
        if (message.wanted().size() > hub.options.channelsPerSession()) {
            String detail = "at most " + hub.options.channelsPerSession() + " channels";
            session.refuse(message.id(), ErrorCode.TOO_MANY, RETRY_MILLIS, detail);
        } else {
            subscriptions.subscribe(message);
        }
        return true;
    }

    @Override
    public Boolean unsubscribe(ClientMessage.Unsubscribe message) {
        subscriptions.unsubscribe(message.channel());
        session.answer(message.id(), ok(message.id(), message.channel(), null));
        return true;
    }

    @Override
    public Boolean history(ClientMessage.History message) {
        if (!allowed(message.id(), Action.HISTORY, message.channel())) {
            return true;
        }
        int limit = message.limit() == 0 ? DEFAULT_PAGE : Math.min(message.limit(), HistoryQuery.MAX_LIMIT);
        hub.broker
                .history(new HistoryQuery(message.channel(), message.from(), message.backward(), limit))
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                failed(message.id(), failure);
                            } else if (message.id() != null) {
                                session.send(new Ok(
                                        message.id(), message.channel(), page.tail(), historyData(message, page)));
                            }
                        },
                        session.lane());
        return true;
    }

    /** As much of the page as fits into an answer, from where the reading begins. */
    private static String historyData(ClientMessage.History message, History page) {
        JsonCodec codec = JsonCodec.of(Protocol.V2);
        Deque<String> events = new ArrayDeque<>();
        List<Publication> publications = page.publications();
        int room = HISTORY_BYTES;
        for (int i = 0; i < publications.size(); i++) {
            Publication next = publications.get(message.backward() ? publications.size() - 1 - i : i);
            Frame event = codec.encode(new ServerMessage.Event(message.channel(), next));
            room -= event.size();
            if (room < 0 && !events.isEmpty()) {
                break;
            }
            if (message.backward()) {
                events.addFirst(event.toString());
            } else {
                events.addLast(event.toString());
            }
        }
        return Data.object(json -> {
            json.writeArrayFieldStart("events");
            for (String event : events) {
                json.writeRawValue(event);
            }
            json.writeEndArray();
            json.writeNumberField("first", page.first());
            json.writeBooleanField("recovered", page.recovered());
        });
    }

    @Override
    public Boolean signal(ClientMessage.Signal message) {
        if (!allowed(message.id(), Action.SIGNAL, message.channel())) {
            return true;
        }
        if (signalRate == null) {
            signalRate = new TokenBucket(hub.clock, hub.options.signalsPerSecond(), hub.options.signalsPerSecond());
        }
        if (!signalRate.tryTake()) {
            session.refuse(message.id(), ErrorCode.TOO_MANY, signalRate.millisUntilNext(), "too many signals");
        } else if (fits(message.id(), message.data())) {
            hub.directs.signal(session, principal, message.channel(), message.data());
            session.answer(message.id(), ok(message.id(), message.channel(), null));
        }
        return true;
    }

    @Override
    public Boolean presence(ClientMessage.Presence message) {
        ChannelName channel = message.channel();
        if (!message.watch()) {
            watches.unwatch(channel);
            session.answer(message.id(), ok(message.id(), channel, null));
            return true;
        }
        if (channel.kind() != ChannelKind.ROOM || !allowed(message.id(), Action.PRESENCE, channel)) {
            if (channel.kind() != ChannelKind.ROOM) {
                session.refuse(message.id(), ErrorCode.NOT_ALLOWED, 0, "presence is of rooms");
            }
            return true;
        }
        if (!watches.mayWatch(channel, hub.options.channelsPerSession())) {
            session.refuse(message.id(), ErrorCode.TOO_MANY, RETRY_MILLIS, "too many watched channels");
            return true;
        }
        watches.watch(
                channel,
                members -> session.answer(message.id(), ok(message.id(), channel, Data.object(json -> {
                    json.writeArrayFieldStart("members");
                    for (var member : members) {
                        json.writeStartObject();
                        json.writeStringField("userId", member.user().value());
                        json.writeStringField("name", member.name());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }))),
                failure -> failed(message.id(), failure));
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
            session.refresh(newer);
            String data = Data.object(json -> json.writeNumberField("exp", expiry(newer)));
            session.answer(message.id(), ok(message.id(), null, data));
        };
        session.authenticate(new Credentials.Token(message.token()), proved, failure -> failed(message.id(), failure));
        return true;
    }

    @Override
    public Boolean ping(ClientMessage.Ping message) {
        session.answer(message.id(), ok(message.id(), null, null));
        return true;
    }

    @Override
    public Boolean malformed(ClientMessage.Malformed message) {
        String request = message.id() == null ? "" : message.id();
        session.refuse(request, message.error(), 0, message.detail());
        return false;
    }

    private boolean allowed(@Nullable String request, Action action, ChannelName channel) {
        if (hub.access.allows(principal, action, channel)) {
            return true;
        }
        session.refuse(request, ErrorCode.NOT_ALLOWED, 0, "you may not do this on this channel");
        return false;
    }

    private void failed(@Nullable String request, Throwable thrown) {
        MirrorException failure = Hub.failure(thrown);
        if (failure.code() == ErrorCode.INTERNAL) {
            System.getLogger(VersionTwo.class.getName()).log(System.Logger.Level.WARNING, "a request failed", failure);
        }
        session.refuse(request, failure.code(), RETRY_MILLIS, String.valueOf(failure.getMessage()));
    }

    private static Ok ok(@Nullable String request, @Nullable ChannelName channel, @Nullable String data) {
        return new Ok(request == null ? "" : request, channel, null, data);
    }

    static void writeError(JsonGenerator json, MirrorException refusal) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("name", refusal.code().wire());
        json.writeStringField("retry", refusal.code().retry().wire());
        if (refusal.code().retry() == ErrorCode.Retry.AFTER) {
            json.writeNumberField("afterMs", RETRY_MILLIS);
        }
        json.writeStringField("detail", String.valueOf(refusal.getMessage()));
        json.writeEndObject();
    }

    /** What the hello says beside the ids (W19). */
    static String helloData(Principal principal, MirrorOptions options, Position inbox) {
        return Data.object(json -> {
            json.writeStringField("name", principal.name());
            json.writeObjectFieldStart("limits");
            json.writeNumberField("frameBytes", options.frameBytes());
            json.writeNumberField("dataBytes", options.dataBytes());
            json.writeNumberField("channels", options.channelsPerSession());
            json.writeNumberField("publishPerSecond", options.publishesPerSecond());
            json.writeNumberField("publishBurst", options.publishBurst());
            json.writeNumberField("historyPage", HistoryQuery.MAX_LIMIT);
            json.writeEndObject();
            json.writeNumberField("idleMs", options.idle().toMillis());
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
