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
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.HistoryQuery;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
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
    private final Session session;
    private final Hub hub;
    private final Subscriptions subscriptions;
    private final Watches watches;
    private Principal principal;
    /** The last publish that waits to know whether its receiver exists; later ones wait behind it. */
    private CompletionStage<Boolean> earlier = CompletableFuture.completedFuture(true);

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
        if (fits(message.id(), message.data())) {
            whenReachable(message.id(), message.channel(), () -> open(message));
        }
        return true;
    }

    /** Tells and publishes without waiting in between, so that no later request overtakes it; answers when both are done. */
    private void open(ClientMessage.Direct message) {
        ChannelName channel = message.channel();
        String data = message.data();
        if (data == null) {
            session.then(relay(channel), (told, failure) -> {
                if (failure != null) {
                    failed(message.id(), failure);
                } else {
                    session.answer(message.id(), ok(message.id(), channel, null));
                }
            });
            return;
        }
        // An inbox has room where the openings that wait for a peer of version 1 have none.
        CompletionStage<Boolean> told = relay(channel).exceptionally(failure -> {
            if (Hub.failure(failure).code() == ErrorCode.TOO_MANY) {
                return true;
            }
            throw Hub.failure(failure);
        });
        CompletionStage<Receipt> stored = store(message.id(), channel, data);
        answerStored(message.id(), channel, stored.thenCombine(told, (receipt, done) -> receipt));
    }

    private CompletionStage<Boolean> relay(ChannelName channel) {
        return hub.directs.relay(channel.receiver(), channel.toString(), session.lane());
    }

    @Override
    public Boolean publish(ClientMessage.Publish message) {
        if (allowed(message.id(), Action.PUBLISH, message.channel()) && mayPublish(message.id())) {
            ChannelName channel = message.channel();
            whenReachable(
                    message.id(),
                    channel,
                    () -> answerStored(message.id(), channel, store(message.id(), channel, message.data())));
        }
        return true;
    }

    /** Goes on, in the order of the requests, once it is clear that the channel leads to somebody (W43). */
    private void whenReachable(@Nullable String request, ChannelName channel, Runnable then) {
        CompletionStage<Boolean> check = hub.directs.reachable(principal.user(), channel);
        CompletionStage<Boolean> turn = earlier.toCompletableFuture().isDone()
                ? check
                : earlier.handle((done, failure) -> true).thenCompose(done -> check);
        BiConsumer<Boolean, @Nullable Throwable> next = (reachable, failure) -> {
            if (failure != null) {
                failed(request, failure);
            } else {
                then.run();
            }
        };
        if (turn.toCompletableFuture().isDone()) {
            turn.whenComplete(next);
        } else {
            earlier = turn.whenCompleteAsync(next, session.lane());
        }
    }

    private CompletionStage<Receipt> store(@Nullable String request, ChannelName channel, String data) {
        String id = request == null ? hub.newId() : request;
        Publication.Entry entry = new Publication.Entry(principal.user(), id, ChatPayload.stamped(data, principal));
        return hub.publishing.publish(channel, entry);
    }

    private void answerStored(@Nullable String request, ChannelName channel, CompletionStage<Receipt> done) {
        done.whenCompleteAsync(
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
                .history(new HistoryQuery(message.channel(), message.from(), 0, message.backward(), limit))
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                failed(message.id(), failure);
                            } else if (message.id() != null) {
                                session.send(new Ok(
                                        message.id(),
                                        message.channel(),
                                        page.tail(),
                                        HistoryAnswer.data(message, page)));
                            }
                        },
                        session.lane());
        return true;
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
                members -> session.answer(message.id(), ok(message.id(), channel, Watches.data(members))),
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
            subscriptions.refresh(newer);
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
