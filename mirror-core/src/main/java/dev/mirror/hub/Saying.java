package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.hub.Mirror.Trace.Step;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.spi.Broker.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one session publishes, on channels and in direct messages (W35 to W38, W41 to W43, W53). Owned by its lane. */
final class Saying {
    private final Session session;
    private final Hub hub;
    private final Answers answers;
    /** The last publish that waits to know whether its receiver exists; later ones wait behind it. */
    private CompletionStage<Boolean> earlier = CompletableFuture.completedFuture(true);

    private @Nullable TokenBucket rate; // made when it is first needed: most connections are idle

    Saying(Session session, Hub hub, Answers answers) {
        this.session = session;
        this.hub = hub;
        this.answers = answers;
    }

    void direct(Principal principal, ClientMessage.Direct message) {
        if (!mayPublish(message.id())) {
            return;
        }
        for (DirectRouter.Step step : DirectRouter.route(principal, session.id(), message)) {
            if (step instanceof DirectRouter.Step.Refuse refuse) {
                session.refuse(message.id(), refuse.error(), 0, refuse.detail());
                return;
            }
        }
        if (answers.fits(message.id(), message.data())) {
            inTurn(principal, message.id(), message.channel(), () -> open(principal, message));
        }
    }

    void publish(Principal principal, ClientMessage.Publish message) {
        ChannelName channel = message.channel();
        String request = message.id();
        if (answers.allowed(principal, request, Action.PUBLISH, channel) && mayPublish(request)) {
            inTurn(principal, request, channel, () -> store(principal, request, channel, message.data(), false));
        }
    }

    /** What is stored anew is told; what became of the telling does not change the answer. */
    private CompletionStage<Ok> open(Principal principal, ClientMessage.Direct message) {
        ChannelName channel = message.channel();
        String data = message.data();
        if (data == null) {
            return relay(channel, session.lane()).thenApply(done -> new Ok(orEmpty(message.id()), channel, null, null));
        }
        return store(principal, message.id(), channel, data, true);
    }

    private CompletionStage<Boolean> relay(ChannelName channel, Executor from) {
        return hub.directs.relay(channel.receiver(), channel.toString(), from);
    }

    private CompletionStage<Ok> store(
            Principal principal, @Nullable String request, ChannelName channel, String data, boolean opens) {
        String id = request == null ? hub.newId() : request;
        if (hub.trace.wants(id)) {
            hub.trace.published(Step.ACCEPTED, session.peer(), id, channel);
        }
        Publication.Entry entry = new Publication.Entry(principal.user(), id, ChatPayload.stamped(data, principal));
        // It goes on on whichever thread stores.
        return hub.publishing
                .publish(channel, entry)
                .thenCompose(receipt -> (opens && !receipt.duplicate() ? relay(channel, Runnable::run) : Directs.DONE)
                        .handle((done, failure) -> stored(id, channel, receipt)));
    }

    private static Ok stored(String request, ChannelName channel, Receipt receipt) {
        String data = Data.object(json -> {
            json.writeBooleanField("duplicate", receipt.duplicate());
            json.writeNumberField("ts", receipt.timetoken() / Publication.TIMETOKENS_PER_MILLI);
        });
        return new Ok(request, channel, receipt.position(), data);
    }

    /**
     * Carries a request out, in the order of the requests, once it is clear that the channel leads to somebody (W43),
     * and answers it in time, whatever the store does (W53). A request that was taken is answered before a drain ends
     * the session (W55).
     */
    private void inTurn(
            Principal principal, @Nullable String request, ChannelName channel, Supplier<CompletionStage<Ok>> then) {
        if (!hub.publishing.take()) {
            session.refuse(request, ErrorCode.BUSY, Answers.RETRY_MILLIS, Publishing.GOES_DOWN);
            return;
        }
        CompletableFuture<Ok> outcome = new CompletableFuture<>();
        CompletionStage<Boolean> check = hub.deadlines.within(hub.directs.reachable(principal.user(), channel));
        CompletionStage<Boolean> turn = earlier.toCompletableFuture().isDone()
                ? check
                : earlier.handle((done, failure) -> true).thenCompose(done -> check);
        BiConsumer<Boolean, @Nullable Throwable> next = (reachable, failure) -> {
            if (failure != null) {
                outcome.completeExceptionally(failure);
            } else {
                then.get().whenComplete((answer, refusal) -> complete(outcome, answer, refusal));
            }
        };
        if (turn.toCompletableFuture().isDone()) {
            turn.whenComplete(next);
        } else {
            earlier = turn.whenCompleteAsync(next, session.lane());
        }
        hub.deadlines.within(outcome).whenComplete((answer, failure) -> {
            if (!Hub.hand(session.lane(), () -> answer(request, answer, failure))) {
                hub.publishing.answered();
            }
        });
    }

    static <T> void complete(CompletableFuture<T> outcome, T value, @Nullable Throwable failure) {
        if (failure == null) {
            outcome.complete(value);
        } else {
            outcome.completeExceptionally(failure);
        }
    }

    private void answer(@Nullable String request, Ok answer, @Nullable Throwable failure) {
        if (failure != null) {
            answers.failed(request, failure);
        } else if (request != null && session.send(answer) && hub.trace.wants(request)) {
            hub.trace.published(Step.ACKNOWLEDGED, session.peer(), request, answer.channel());
        }
        hub.publishing.answered();
    }

    private static String orEmpty(@Nullable String request) {
        return request == null ? "" : request;
    }

    private boolean mayPublish(@Nullable String request) {
        if (rate == null) {
            rate = hub.publishRate();
        }
        return answers.within(rate, request, "at most " + hub.options.publishesPerSecond + " publications a second");
    }
}
