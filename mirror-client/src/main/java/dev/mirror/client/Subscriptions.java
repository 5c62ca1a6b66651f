package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.Subscription.Mode;
import dev.mirror.client.checkpoint.Start;
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
 * What the client listens to. It owns every position on the wire, so that nothing else resumes or drops an event: on each
 * new connection every channel, and the inbox, is asked for from the last event that was handed on. Which of those are
 * handled is the {@link Track}'s. On the lane only.
 */
final class Subscriptions {
    private static final Logger LOG = System.getLogger(Subscriptions.class.getName());
    /** How many channels one frame asks for; with the longest names and positions that is 25 KB. */
    private static final int BATCH = 64;

    private static final long RETRY_MILLIS = 1_000;
    /** How often a channel is asked for that is one too many. */
    static final int MAX_TOO_MANY = 4;

    /** What subscriptions work with. */
    record Parts(Environment environment, Requests requests, Delivery delivery, Ledger ledger, Readings readings) {}

    private final Environment environment;
    private final Requests requests;
    private final Delivery delivery;
    private final Ledger ledger;
    private final Readings readings;
    private final Starts starts;
    private final Map<ChannelName, Subscription> all = new LinkedHashMap<>(); // the lane's
    private final Outcome<Position> inboxPlaced;
    private @Nullable ChannelName inbox; // the lane's; null before the first hello
    private boolean opened; // the lane's; whether the checkpoint is open
    private boolean connected; // the lane's

    /** @param inboxPlaced told when it is kept where the inbox begins, for the first time */
    Subscriptions(Parts parts, Starts starts, Outcome<Position> inboxPlaced) {
        this.environment = parts.environment();
        this.requests = parts.requests();
        this.delivery = parts.delivery();
        this.ledger = parts.ledger();
        this.readings = parts.readings();
        this.starts = starts;
        this.inboxPlaced = inboxPlaced;
    }

    /** The checkpoint is open: from now on positions can be set in it. */
    void opened() {
        opened = true;
        for (Subscription subscription : all.values()) {
            if (subscription.cursor == null) {
                subscription.cursor = subscription.track.last();
            }
            move(subscription);
        }
    }

    /** Continues where it broke off; an inbox that was never read begins where the hello says that it ends. */
    void connected(Welcome welcome) {
        connected = true;
        readings.connected(welcome.user());
        if (inbox == null) {
            inbox = ChannelName.inbox(welcome.user());
            Subscription mine = new Subscription(inbox, ledger.track(inbox));
            all.put(inbox, mine);
            mine.await(inboxPlaced);
            if (mine.cursor == null && starts.of(inbox) instanceof Start.Latest) {
                place(mine, welcome.inbox(), null);
                mine.mode = ledger.isKept() ? Mode.MOVING : Mode.LIVE;
            }
            if (mine.mode == Mode.LIVE) {
                mine.settle(welcome.inbox());
            }
        }
        ask(all.values().stream().filter(one -> one.mode == Mode.IDLE).toList());
    }

    void disconnected() {
        connected = false;
        for (Subscription subscription : all.values()) {
            subscription.mode = subscription.mode == Mode.MOVING ? Mode.MOVING : Mode.IDLE;
            subscription.question = null;
        }
        readings.disconnected();
    }

    /** Listens to a channel, from a position or from now; a channel that is listened to already goes on as it is. */
    void add(ChannelName channel, @Nullable Position after, Outcome<Position> outcome) {
        if (after != null && channel.kind() == ChannelKind.INBOX && !isInbox(channel)) {
            // A checkpoint that has another user's inbox belongs to that user, and no server would let it be read.
            outcome.failed(new MirrorException(ErrorCode.NOT_ALLOWED, "an inbox is read by its user only"));
            return;
        }
        Subscription known = all.get(channel);
        Subscription subscription =
                known != null && known.handled ? known : new Subscription(channel, ledger.track(channel));
        all.put(channel, subscription);
        if (after == null && subscription.mode == Mode.LIVE && subscription.cursor != null) {
            outcome.done(subscription.cursor);
            return;
        }
        subscription.await(outcome);
        if (after != null) {
            place(subscription, after, null);
        }
        if (connected && subscription.mode == Mode.IDLE) {
            ask(List.of(subscription));
        }
    }

    /** Listens no longer: from now on no event of the channel reaches a handler. */
    void remove(ChannelName channel, Outcome<Boolean> outcome) {
        Subscription subscription = all.get(channel);
        if (subscription != null && subscription.handled && !isInbox(channel)) {
            all.remove(channel);
            ledger.forget(channel);
            subscription.fail(new MirrorException(ErrorCode.CONFLICT, "the channel was unsubscribed"));
            listenForReaders(channel);
        }
        outcome.done(true);
    }

    /** Begins a reading: whatever the channel's subscription, its answer tells where the log ends. */
    void read(Reading reading) {
        readings.add(reading);
        Subscription subscription = all.get(reading.channel());
        if (subscription == null) {
            listenForReaders(reading.channel());
        } else if (connected && subscription.mode == Mode.LIVE) {
            ask(List.of(subscription));
        }
    }

    void stopReading(Reading reading) {
        readings.remove(reading);
        Subscription subscription = all.get(reading.channel());
        if (subscription != null && !subscription.handled && !readings.has(reading.channel())) {
            all.remove(reading.channel());
            listenForReaders(reading.channel());
        }
    }

    /** A channel that no handler wants goes on if it is read, and ends if it is not. */
    private void listenForReaders(ChannelName channel) {
        if (readings.has(channel)) {
            Subscription silent = Subscription.forReaders(channel);
            all.put(channel, silent);
            if (connected) {
                ask(List.of(silent));
            }
        } else if (connected) {
            requests.session((id, me) -> new ClientMessage.Unsubscribe(id, channel), Request.Answer.IGNORED);
        }
    }

    /**
     * Sets where a channel stands. With a checkpoint that waits until nothing of the channel is being handled; until then
     * its events are discarded, and asked for again from the new position.
     */
    private void place(Subscription subscription, Position position, ServerMessage.@Nullable Gap gap) {
        if (ledger.isKept()) {
            subscription.mode = Mode.MOVING;
            subscription.move = new Subscription.Move(position, gap);
            subscription.track.whenIdle(() -> environment.onLane(() -> move(subscription)));
        } else {
            subscription.mode = Mode.IDLE;
            subscription.cursor = position;
            subscription.track.reset(position);
        }
    }

    private void move(Subscription subscription) {
        Subscription.Move move = subscription.move;
        if (!opened || move == null || move.begun || all.get(subscription.name) != subscription) {
            return;
        }
        if (!subscription.track.isIdle()) {
            return; // It comes again when nothing of the channel is being handled.
        }
        move.begun = delivery.move(
                subscription.name, move.position, move.gap, () -> environment.onLane(() -> moved(subscription, move)));
    }

    private void moved(Subscription subscription, Subscription.Move move) {
        if (subscription.move == move && all.get(subscription.name) == subscription) {
            subscription.move = null;
            subscription.cursor = move.position;
            subscription.track.reset(move.position);
            subscription.mode = Mode.IDLE;
            askAgain(subscription, Mode.IDLE);
        }
    }

    private void ask(List<Subscription> wanted) {
        List<Subscription> ready = wanted.stream().filter(this::isPlaced).toList();
        for (int from = 0; from < ready.size(); from += BATCH) {
            askBatch(ready.subList(from, Math.min(ready.size(), from + BATCH)));
        }
    }

    /** Whether it is known where to begin; otherwise that is found out first. */
    private boolean isPlaced(Subscription subscription) {
        if (subscription.cursor != null || !subscription.handled) {
            return true;
        }
        Start start = starts.of(subscription.name);
        if (start instanceof Start.After after) {
            place(subscription, after.position(), null);
        } else if (start instanceof Start.Earliest) {
            askOldest(subscription);
        }
        return subscription.mode == Mode.IDLE;
    }

    private void askOldest(Subscription subscription) {
        Object question = new Object();
        subscription.mode = Mode.ASKED;
        subscription.question = question;
        Request.Message message = (id, me) -> new ClientMessage.History(id, subscription.name, null, 0, false, 1);
        requests.session(message, new Request.Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                Position oldest = SubscribeAnswer.beforeOldest(ok);
                if (subscription.question == question && oldest != null) {
                    place(subscription, oldest, null);
                    askAgain(subscription, Mode.IDLE);
                }
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                answer(question, subscription, new SubscribeAnswer(null, failure, afterMillis));
            }
        });
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
        subscription.tooMany = 0;
        Position end = answer.end();
        if (end != null) {
            readings.answered(subscription.name, end);
        }
        if (end != null && subscription.cursor == null && subscription.handled) {
            place(subscription, end, null);
            subscription.mode = ledger.isKept() ? Mode.MOVING : Mode.LIVE;
        }
        if (end != null && subscription.mode == Mode.LIVE) {
            subscription.settle(end);
        }
    }

    private void refused(Subscription subscription, MirrorException failure, long afterMillis) {
        subscription.mode = Mode.IDLE;
        // Too many at once passes; too many in all does not.
        boolean passing = failure.code().retry() == ErrorCode.Retry.AFTER
                && (failure.code() != ErrorCode.TOO_MANY || ++subscription.tooMany < MAX_TOO_MANY);
        if (passing || isInbox(subscription.name)) {
            Duration delay = Duration.ofMillis(Math.max(RETRY_MILLIS, afterMillis));
            environment.later(delay, () -> askAgain(subscription, Mode.IDLE));
            return;
        }
        LOG.log(Level.WARNING, "The server refused a subscription: {0}", failure.code());
        all.remove(subscription.name);
        readings.fail(subscription.name, failure);
        if (subscription.isAwaited()) {
            subscription.fail(failure);
        } else {
            ledger.report(failure); // It was there before a reconnect: nobody waits, and somebody has to know.
        }
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
        List.copyOf(all.values()).forEach(this::move);
        if (connected) {
            ask(all.values().stream().filter(one -> one.mode == Mode.BEHIND).toList());
        }
    }

    /** Hands an event on, once; false if it is not one that the client waits for. */
    boolean event(ServerMessage.Event event) {
        readings.event(event);
        Subscription subscription = all.get(event.channel());
        Position position = event.publication().position();
        if (subscription == null || subscription.mode != Mode.LIVE || subscription.has(position)) {
            return false;
        }
        if (!subscription.handled) {
            return true;
        }
        if (delivery.event(event, subscription.track)) {
            subscription.cursor = position;
        } else {
            subscription.mode = Mode.BEHIND;
            if (subscription.track.isFull()) {
                subscription.track.whenRoom(() -> environment.onLane(this::caughtUp));
            }
        }
        return true;
    }

    /** Passes a gap on; events go on after its position. */
    boolean gap(ServerMessage.Gap gap) {
        readings.gap(gap);
        Subscription subscription = all.get(gap.channel());
        if (subscription == null || subscription.mode != Mode.LIVE) {
            return false;
        }
        if (!subscription.handled) {
            return true;
        }
        if (ledger.isKept()) {
            place(subscription, gap.position(), gap);
        } else if (delivery.gap(gap)) {
            place(subscription, gap.position(), null);
            subscription.mode = Mode.LIVE;
        } else {
            subscription.mode = Mode.BEHIND;
        }
        return true;
    }

    void failAll(MirrorException failure, boolean asked) {
        readings.endAll(asked ? null : failure);
        List<Subscription> left = List.copyOf(all.values());
        all.clear();
        left.forEach(subscription -> subscription.fail(failure));
    }
}
