package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.Subscription.Mode;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the client listens to. It owns every position, so that nothing else resumes or drops an event: on each new
 * connection every channel, and the inbox, is asked for from the last position that was handed on. On the lane only.
 */
final class Subscriptions {
    private static final Logger LOG = System.getLogger(Subscriptions.class.getName());
    /** How many channels one frame asks for; with the longest names and positions that is 25 KB. */
    private static final int BATCH = 64;

    private static final long RETRY_MILLIS = 1_000;

    private final Environment environment;
    private final Requests requests;
    private final Delivery delivery;
    private final Map<ChannelName, Subscription> all = new LinkedHashMap<>(); // the lane's
    private @Nullable ChannelName inbox; // the lane's; null before the first hello
    private boolean connected; // the lane's

    Subscriptions(Environment environment, Requests requests, Delivery delivery) {
        this.environment = environment;
        this.requests = requests;
        this.delivery = delivery;
    }

    /** Continues where it broke off; on the first connection the inbox begins where the hello says that it ends. */
    void connected(Welcome welcome) {
        connected = true;
        if (inbox == null) {
            inbox = ChannelName.inbox(welcome.user());
            Subscription mine = new Subscription(inbox, welcome.inbox());
            mine.mode = Mode.LIVE;
            all.put(inbox, mine);
        }
        ask(all.values().stream().filter(one -> one.mode == Mode.IDLE).toList());
    }

    void disconnected() {
        connected = false;
        for (Subscription subscription : all.values()) {
            subscription.mode = Mode.IDLE;
            subscription.question = null;
        }
    }

    /** Listens to a channel, from a position or from now; a channel that is listened to already goes on as it is. */
    void add(ChannelName channel, @Nullable Position after, Outcome<Position> outcome) {
        Subscription subscription = all.computeIfAbsent(channel, name -> new Subscription(name, after));
        if (after != null) {
            subscription.cursor = after;
        } else if (subscription.mode == Mode.LIVE && subscription.cursor != null) {
            outcome.done(subscription.cursor);
            return;
        }
        subscription.await(outcome);
        if (connected && (after != null || subscription.mode == Mode.IDLE)) {
            ask(List.of(subscription));
        }
    }

    /** Listens no longer: from now on no event of the channel reaches a handler. */
    void remove(ChannelName channel, Outcome<Boolean> outcome) {
        Subscription subscription = isInbox(channel) ? null : all.remove(channel);
        if (subscription != null) {
            subscription.fail(new MirrorException(ErrorCode.CONFLICT, "the channel was unsubscribed"));
        }
        if (subscription != null && connected) {
            requests.session((id, me) -> new ClientMessage.Unsubscribe(id, channel), Request.Answer.IGNORED);
        }
        outcome.done(true);
    }

    private void ask(List<Subscription> wanted) {
        for (int from = 0; from < wanted.size(); from += BATCH) {
            askBatch(wanted.subList(from, Math.min(wanted.size(), from + BATCH)));
        }
    }

    private void askBatch(List<Subscription> batch) {
        List<Subscription> asked = List.copyOf(batch);
        List<ClientMessage.Subscribe.Wanted> wanted = new ArrayList<>();
        for (Subscription subscription : asked) {
            subscription.mode = Mode.ASKED;
            subscription.question = asked;
            wanted.add(new ClientMessage.Subscribe.Wanted(subscription.name, subscription.cursor));
        }
        requests.session((id, me) -> new ClientMessage.Subscribe(id, wanted), new Request.Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                List<SubscribeAnswer> answers = SubscribeAnswer.of(ok);
                for (int i = 0; i < asked.size() && i < answers.size(); i++) {
                    answer(asked, asked.get(i), answers.get(i));
                }
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                SubscribeAnswer refusal = new SubscribeAnswer(null, failure, afterMillis);
                asked.forEach(each -> answer(asked, each, refusal));
            }
        });
    }

    private void answer(Object question, Subscription subscription, SubscribeAnswer answer) {
        if (subscription.question != question || all.get(subscription.name) != subscription) {
            return;
        }
        subscription.question = null;
        MirrorException failure = answer.failure();
        if (failure != null) {
            refused(subscription, failure, answer.afterMillis());
            return;
        }
        subscription.mode = Mode.LIVE;
        Position end = answer.end();
        if (end != null) {
            if (subscription.cursor == null) {
                subscription.cursor = end;
            }
            subscription.settle(end);
        }
    }

    private void refused(Subscription subscription, MirrorException failure, long afterMillis) {
        subscription.mode = Mode.IDLE;
        boolean passing = failure.code().retry() == ErrorCode.Retry.AFTER && failure.code() != ErrorCode.TOO_MANY;
        if (passing || isInbox(subscription.name)) {
            Duration delay = Duration.ofMillis(Math.max(RETRY_MILLIS, afterMillis));
            environment.later(delay, () -> askAgain(subscription, Mode.IDLE));
            return;
        }
        LOG.log(Level.WARNING, "The server refused a subscription: {0}", failure.code());
        all.remove(subscription.name);
        subscription.fail(failure);
    }

    private boolean isInbox(ChannelName channel) {
        return inbox != null && inbox.equals(channel);
    }

    private void askAgain(Subscription subscription, Mode from) {
        if (connected && subscription.mode == from && all.get(subscription.name) == subscription) {
            ask(List.of(subscription));
        }
    }

    /** The handlers caught up: asks again for what was discarded meanwhile. */
    void caughtUp() {
        if (connected) {
            ask(all.values().stream().filter(one -> one.mode == Mode.BEHIND).toList());
        }
    }

    /** Hands an event on, once; false if it is not one that the client waits for. */
    boolean event(ServerMessage.Event event) {
        Subscription subscription = all.get(event.channel());
        Position position = event.publication().position();
        if (subscription == null || subscription.mode != Mode.LIVE || subscription.has(position)) {
            return false;
        }
        if (delivery.event(event)) {
            subscription.cursor = position;
        } else {
            subscription.mode = Mode.BEHIND;
        }
        return true;
    }

    /** Passes a gap on; events go on after its position. */
    boolean gap(ServerMessage.Gap gap) {
        Subscription subscription = all.get(gap.channel());
        if (subscription == null || subscription.mode != Mode.LIVE) {
            return false;
        }
        if (delivery.gap(gap)) {
            subscription.cursor = gap.position();
        } else {
            subscription.mode = Mode.BEHIND;
        }
        return true;
    }

    void failAll(MirrorException failure) {
        List<Subscription> left = List.copyOf(all.values());
        all.clear();
        left.forEach(subscription -> subscription.fail(failure));
    }
}
