package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Broker}, rules B1 to B13, as tests. A subclass hands in the adapter; what the adapter cannot do
 * it says in its {@link Broker.Guarantees}, and the rules that need it are skipped with the reason.
 *
 * <p>This class has the rules about delivery (B3, B4, B9, B10) itself and inherits the others. Each test gets a broker of
 * its own, and the kit closes it.
 */
public abstract class BrokerContract extends BrokerHistoryRules {
    private static final int PUBLISHERS = 4;

    /** Opens a broker over a new, empty store, with an epoch that no other store has. */
    @Override
    protected abstract Broker open() throws Exception;

    /** Opens one that keeps at most so many publications of a channel; empty if the adapter has no such bound. */
    @Override
    protected Optional<Broker> openKeeping(int publicationsPerChannel) throws Exception {
        return Optional.empty();
    }

    /** Opens the store of a closed broker again, as after a restart; empty if the adapter keeps nothing. */
    @Override
    protected Optional<Broker> reopen(Broker ended) throws Exception {
        return Optional.empty();
    }

    /** The channel with this name; the same for the same name, and used by no other test that shares the store. */
    @Override
    protected ChannelName channel(String name) {
        return ChannelName.room(name);
    }

    /** How long to wait for a listener to be called. */
    @Override
    protected Duration deadline() {
        return Await.DEADLINE;
    }

    /** One publisher, one listener: what was said, in the order in which it was said. */
    @Test
    void b3_deliversInPositionOrder() {
        ChannelName channel = channel("b3");
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(channel, null, observer)) {
            publishMany(channel, "m", 100);
            observer.awaits("m-100");
        }
        assertThat(observer.ids()).containsExactlyElementsOf(numbered("m", 1, 100));
        observer.heardInOrderOneCallAtATime();
    }

    /** Many publishers: all listeners and the log agree on one order, which keeps the order of each publisher. */
    @Test
    void b3_allObserversOfManyPublishersAgree() {
        assumeHistory(PUBLISHERS * 50);
        ChannelName channel = channel("b3");
        List<Observer> observers = List.of(observer(), observer(), observer());
        List<Broker.Subscription> subscriptions = new ArrayList<>();
        observers.forEach(observer -> subscriptions.add(subscribe(channel, null, observer)));
        new Crowd(PUBLISHERS, thread -> publishMany(channel, "p" + thread, 50)).close();

        List<String> log = ids(log(channel));
        assertThat(log).hasSize(PUBLISHERS * 50);
        for (Observer observer : observers) {
            observer.awaits(PUBLISHERS * 50).heardInOrderOneCallAtATime();
            assertThat(observer.ids()).isEqualTo(log);
        }
        for (int thread = 0; thread < PUBLISHERS; thread++) {
            String prefix = "p" + thread + '-';
            assertThat(log.stream().filter(id -> id.startsWith(prefix)))
                    .containsExactlyElementsOf(numbered("p" + thread, 1, 50));
        }
        subscriptions.forEach(Broker.Subscription::close);
    }

    /** A listener may publish; what it says comes after what it heard, and no call is nested in another. */
    @Test
    void b3_aListenerMayPublish() {
        ChannelName channel = channel("b3");
        Observer observer = new Observer(deadline(), heard -> {
            String id = heard.entry().id();
            if (id.startsWith("ping")) {
                broker.publish(draft(BOB, channel, "pong" + id.substring(4)));
            }
        });
        try (Broker.Subscription subscription = subscribe(channel, null, observer)) {
            publishMany(channel, "ping", 10);
            observer.awaits(20);
        }
        assertThat(observer.ids()).containsAll(numbered("pong", 1, 10)).hasSize(20);
        observer.heardInOrderOneCallAtATime();
    }

    /** Without a position a subscription begins with what comes next, and its own position says where that is. */
    @Test
    void b4_withoutAPositionComesWhatIsPublishedNext() {
        ChannelName channel = channel("b4");
        Position last = publishMany(channel, "old", 3);
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(channel, null, observer)) {
            assertThat(subscription.recovered()).isTrue();
            assertThat(subscription.position()).isEqualTo(last);
            publish(channel, "new");
            observer.awaits("new");
        }
        assertThat(observer.ids()).containsExactly("new");
    }

    /** From a position comes everything after it, kept first, then live. */
    @Test
    void b4_fromAPositionComesEverythingAfterIt() {
        assumeHistory(10);
        ChannelName channel = channel("b4");
        Position third = publishMany(channel, "m", 3);
        Position last = publishManyAfter(channel, 3, 10);
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(channel, third, observer)) {
            assertThat(subscription.recovered()).isTrue();
            assertThat(subscription.position()).isEqualTo(last);
            publish(channel, "m-11");
            observer.awaits("m-11");
        }
        assertThat(observer.ids()).containsExactlyElementsOf(numbered("m", 4, 11));
        observer.heardInOrderOneCallAtATime();
    }

    /** The end of an empty log is a position like any other. */
    @Test
    void b4_thePositionBeforeTheFirstIsRecovered() {
        ChannelName channel = channel("b4");
        Position empty = tail(channel);
        try (Broker.Subscription earlier = subscribe(channel, null, observer())) {
            assertThat(earlier.position()).isEqualTo(empty);
        }
        publish(channel, "m-1");
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(channel, empty, observer)) {
            assertThat(subscription.recovered()).isTrue();
            publish(channel, "m-2");
            observer.awaits("m-2");
        }
        assertThat(observer.ids()).containsExactly("m-1", "m-2");
    }

    /** While others publish as fast as they can, the seam between kept and live shows neither hole nor double. */
    @Test
    void b4_noHoleBetweenKeptAndLiveAtFullSpeed() {
        assumeHistory(PUBLISHERS * 200);
        ChannelName channel = channel("b4");
        Position start = tail(channel);
        List<Observer> observers = new ArrayList<>();
        List<Broker.Subscription> subscriptions = new ArrayList<>();
        try (Crowd publishers = new Crowd(PUBLISHERS, thread -> publishMany(channel, "p" + thread, 200))) {
            do {
                Observer observer = observer();
                observers.add(observer);
                subscriptions.add(subscribe(channel, start, observer));
            } while (!publishers.isDone() && observers.size() < 50);
        }
        List<String> log = ids(log(channel));
        for (Observer observer : observers) {
            observer.awaits(log.size()).heardInOrderOneCallAtATime();
            assertThat(observer.ids()).isEqualTo(log);
        }
        assertThat(subscriptions).allMatch(Broker.Subscription::recovered);
        subscriptions.forEach(Broker.Subscription::close);
    }

    /** A reader that goes and comes back, again and again, has in the end the whole log, once. */
    @Test
    void b4_aReaderThatComesBackMissesNothing() {
        assumeHistory(PUBLISHERS * 50 + 1);
        ChannelName channel = channel("b4");
        List<Publication> read = new ArrayList<>();
        Position position = tail(channel);
        try (Crowd publishers = new Crowd(PUBLISHERS, thread -> publishMany(channel, "p" + thread, 50))) {
            while (read.size() < PUBLISHERS * 50) {
                Observer observer = observer();
                try (Broker.Subscription subscription = subscribe(channel, position, observer)) {
                    assertThat(subscription.recovered()).isTrue();
                    observer.awaits(1);
                }
                read.addAll(observer.seen());
                position = read.get(read.size() - 1).position();
            }
        }
        Observer last = observer();
        try (Broker.Subscription subscription = subscribe(channel, position, last)) {
            publish(channel, "last");
            last.awaits("last");
        }
        read.addAll(last.seen());
        assertThat(ids(read)).isEqualTo(ids(log(channel)));
    }

    /** What was forgotten is said to be missing, and what is left comes, then what is new. */
    @Test
    void b4_whatWasForgottenIsAdmitted() throws Exception {
        keepOnly(10);
        assumeContiguous();
        ChannelName channel = channel("b4");
        Position last = publishMany(channel, "m", 30);
        List<String> kept = ids(log(channel));
        assertThat(kept).hasSizeLessThan(25).endsWith("m-30");

        Observer late = observer();
        try (Broker.Subscription subscription = subscribe(channel, new Position(last.epoch(), 5), late)) {
            assertThat(subscription.recovered()).isFalse();
            late.awaits("m-30");
        }
        assertThat(late.ids()).isEqualTo(kept);

        Observer inTime = observer();
        Position oldest = new Position(last.epoch(), 30 - kept.size());
        try (Broker.Subscription subscription = subscribe(channel, oldest, inTime)) {
            assertThat(subscription.recovered()).isTrue();
            inTime.awaits("m-30");
        }
        assertThat(inTime.ids()).isEqualTo(kept);
    }

    /** A position that this log never reached proves that the reader had another one. */
    @Test
    void b4_aPositionFromTheFutureIsNotRecovered() {
        ChannelName channel = channel("b4");
        Position last = publishMany(channel, "m", 3);
        try (Broker.Subscription subscription =
                subscribe(channel, new Position(last.epoch(), last.offset() + 1_000), observer())) {
            assertThat(subscription.recovered()).isFalse();
        }
    }

    /** After the close nothing comes, except what was on its way into the listener. */
    @Test
    void b9_afterTheCloseNothingComes() {
        ChannelName channel = channel("b9");
        Observer closed = observer();
        Observer other = observer();
        try (Broker.Subscription stays = subscribe(channel, null, other)) {
            Broker.Subscription goes = subscribe(channel, null, closed);
            publish(channel, "before");
            closed.awaits("before");
            goes.close();
            goes.close();
            publishMany(channel, "after", 5);
            other.awaits("after-5");
        }
        assertThat(closed.ids()).containsExactly("before");
        assertThat(other.size()).isEqualTo(6);
    }

    /** What had queued up behind a slow call is not delivered after the close. */
    @Test
    void b9_whatWaitedForAListenerIsNotDelivered() {
        ChannelName channel = channel("b9");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Observer slow = new Observer(deadline(), heard -> {
            entered.countDown();
            Await.open("the test lets the listener go on", leave);
        });
        Observer other = observer();
        Broker.Subscription goes = subscribe(channel, null, slow);
        try (Broker.Subscription stays = subscribe(channel, null, other);
                Crowd publisher = new Crowd(1, thread -> publish(channel, "first"))) {
            Await.open("the listener is called", entered);
            new Crowd(1, thread -> broker.publish(draft(ANN, channel, "second"))).close();
            goes.close();
            leave.countDown();
            other.awaits("second");
        }
        assertThat(slow.ids()).containsExactly("first");
    }

    /** A listener may end its own subscription while it is called. */
    @Test
    void b9_aListenerMayCloseItsOwnSubscription() {
        ChannelName channel = channel("b9");
        CompletableFuture<Broker.Subscription> own = new CompletableFuture<>();
        Observer once = new Observer(deadline(), heard -> {
            Await.value(own).close();
        });
        Observer other = observer();
        try (Broker.Subscription stays = subscribe(channel, null, other)) {
            own.complete(subscribe(channel, null, once));
            publishMany(channel, "m", 3);
            other.awaits(3);
        }
        assertThat(once.ids()).containsExactly("m-1");
    }

    /** A fault in one listener is nobody else's, and not the end for that one either. */
    @Test
    void b10_aListenerThatThrowsLosesNothing() {
        ChannelName channel = channel("b10");
        Observer broken = new Observer(deadline(), heard -> {
            throw new IllegalStateException("on purpose");
        });
        Observer sound = observer();
        try (Broker.Subscription one = subscribe(channel, null, broken);
                Broker.Subscription two = subscribe(channel, null, sound)) {
            publishMany(channel, "m", 5);
            sound.awaits("m-5");
            broken.awaits("m-5");
        }
        assertThat(sound.ids()).containsExactlyElementsOf(numbered("m", 1, 5));
        assertThat(broken.ids()).containsExactlyElementsOf(numbered("m", 1, 5));
    }

    private Position publishManyAfter(ChannelName channel, int first, int last) {
        Position position = new Position("none", 0);
        for (int i = first + 1; i <= last; i++) {
            position = publish(channel, "m-" + i).position();
        }
        return position;
    }
}
