package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.spi.Broker.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What one session publishes, on channels and in direct messages (W35 to W38, W41 to W43). Owned by its lane. */
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
            whenReachable(principal, message.id(), message.channel(), () -> open(principal, message));
        }
    }

    /** Tells and publishes without waiting in between, so that no later request overtakes it; answers when both are done. */
    private void open(Principal principal, ClientMessage.Direct message) {
        ChannelName channel = message.channel();
        String data = message.data();
        if (data == null) {
            session.then(relay(channel), (told, failure) -> {
                if (failure != null) {
                    answers.failed(message.id(), failure);
                } else {
                    answers.ok(message.id(), channel, null);
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
        CompletionStage<Receipt> stored = store(principal, message.id(), channel, data);
        answerStored(message.id(), channel, stored.thenCombine(told, (receipt, done) -> receipt));
    }

    private CompletionStage<Boolean> relay(ChannelName channel) {
        return hub.directs.relay(channel.receiver(), channel.toString(), session.lane());
    }

    void publish(Principal principal, ClientMessage.Publish message) {
        ChannelName channel = message.channel();
        String request = message.id();
        if (answers.allowed(principal, request, Action.PUBLISH, channel) && mayPublish(request)) {
            whenReachable(
                    principal,
                    request,
                    channel,
                    () -> answerStored(request, channel, store(principal, request, channel, message.data())));
        }
    }

    /** Goes on, in the order of the requests, once it is clear that the channel leads to somebody (W43). */
    private void whenReachable(Principal principal, @Nullable String request, ChannelName channel, Runnable then) {
        CompletionStage<Boolean> check = hub.directs.reachable(principal.user(), channel);
        CompletionStage<Boolean> turn = earlier.toCompletableFuture().isDone()
                ? check
                : earlier.handle((done, failure) -> true).thenCompose(done -> check);
        BiConsumer<Boolean, @Nullable Throwable> next = (reachable, failure) -> {
            if (failure != null) {
                answers.failed(request, failure);
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

    private CompletionStage<Receipt> store(
            Principal principal, @Nullable String request, ChannelName channel, String data) {
        String id = request == null ? hub.newId() : request;
        Publication.Entry entry = new Publication.Entry(principal.user(), id, ChatPayload.stamped(data, principal));
        return hub.publishing.publish(channel, entry);
    }

    private void answerStored(@Nullable String request, ChannelName channel, CompletionStage<Receipt> done) {
        answers.when(request, done, receipt -> {
            if (request != null) {
                session.send(stored(request, channel, receipt));
            }
        });
    }

    private static ServerMessage stored(String request, ChannelName channel, Receipt receipt) {
        String data = Data.object(json -> {
            json.writeBooleanField("duplicate", receipt.duplicate());
            json.writeNumberField("ts", receipt.timetoken() / Publication.TIMETOKENS_PER_MILLI);
        });
        return new Ok(request, channel, receipt.position(), data);
    }

    private boolean mayPublish(@Nullable String request) {
        if (rate == null) {
            rate = hub.publishRate();
        }
        return answers.within(rate, request, "at most " + hub.options.publishesPerSecond() + " publications a second");
    }
}
