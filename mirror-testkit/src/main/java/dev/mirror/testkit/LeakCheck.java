package dev.mirror.testkit;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something open: a thread that it started, or what it asked to have watched. A JUnit
 * extension; register it with {@code @RegisterExtension} or, for threads alone, with {@code @ExtendWith}. It looks after
 * the test's own {@code @AfterEach} methods.
 *
 * <p>A thread counts if it is no daemon, or if its name begins with {@code mirror}. Whatever ends late is given
 * {@linkplain #GRACE some time}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    /** How long threads and sessions may take to end. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    private static final String OUR_THREADS = "mirror";

    private final Duration grace;
    private final List<Supplier<List<String>>> watched = new CopyOnWriteArrayList<>();
    private Set<Thread> threadsBefore = Set.of(); // only JUnit's thread

    /** Watches threads; more on request. */
    public LeakCheck() {
        this(GRACE);
    }

    LeakCheck(Duration grace) {
        this.grace = grace;
    }

    /** Fails if the clock has a timer or a lane has a task at the end. */
    public void watch(VirtualTime time) {
        watched.add(() -> counted(time.timers(), "timers", time.tasks(), "tasks in lanes"));
    }

    /** Fails if the mirror has a session, a subscription or a publish under way at the end. */
    public void watch(Mirror mirror) {
        watched.add(() -> {
            Mirror.Stats.Now now = mirror.stats().now();
            List<String> left = counted(now.sessions(), "sessions", now.channels(), "subscribed channels");
            left.addAll(counted(now.publishing(), "publishes under way", now.backlog(), "publications in fan-out"));
            return left;
        });
    }

    /** Returns a broker in place of this one; fails if a subscription made through it is open at the end. */
    public Broker watch(Broker broker) {
        WatchedBroker between = new WatchedBroker(broker);
        watched.add(() -> between.open.stream()
                .map(channel -> "a subscription to " + channel)
                .sorted()
                .collect(Collectors.toCollection(ArrayList::new)));
        return between;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        threadsBefore = Thread.getAllStackTraces().keySet();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
        Await.until(
                "the test's threads end: " + threadsLeft(),
                grace,
                () -> threadsLeft().isEmpty());
    }

    /**
     * Looks now at what is watched, threads excepted.
     *
     * @throws AssertionError if something is left open; it names what
     */
    public void check() {
        for (Supplier<List<String>> left : watched) {
            try {
                Await.until("nothing is left open", grace, () -> left.get().isEmpty());
            } catch (AssertionError tooLate) {
                throw new AssertionError("left open: " + String.join(", ", left.get()), tooLate);
            }
        }
    }

    private List<String> threadsLeft() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread) && thread.isAlive())
                .filter(thread -> !thread.isDaemon() || thread.getName().startsWith(OUR_THREADS))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private static List<String> counted(int one, String oneName, int two, String twoName) {
        List<String> left = new ArrayList<>();
        if (one != 0) {
            left.add(one + " " + oneName);
        }
        if (two != 0) {
            left.add(two + " " + twoName);
        }
        return left;
    }

    /** Knows which subscriptions are open. */
    private static final class WatchedBroker implements Broker {
        private final Broker broker;
        private final Set<WatchedSubscription> open = ConcurrentHashMap.newKeySet();

        WatchedBroker(Broker broker) {
            this.broker = broker;
        }

        @Override
        public CompletionStage<Receipt> publish(Draft draft) {
            return broker.publish(draft);
        }

        @Override
        public CompletionStage<Subscription> subscribe(
                ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
            return broker.subscribe(channel, after, listener).thenApply(subscription -> {
                WatchedSubscription watched = new WatchedSubscription(channel, subscription, open);
                open.add(watched);
                return watched;
            });
        }

        @Override
        public CompletionStage<History> history(HistoryQuery query) {
            return broker.history(query);
        }

        @Override
        public Guarantees guarantees() {
            return broker.guarantees();
        }

        @Override
        public void close() {
            open.clear();
            broker.close();
        }
    }

    private static final class WatchedSubscription implements Broker.Subscription {
        private final ChannelName channel;
        private final Broker.Subscription subscription;
        private final Set<WatchedSubscription> open;

        WatchedSubscription(ChannelName channel, Broker.Subscription subscription, Set<WatchedSubscription> open) {
            this.channel = channel;
            this.subscription = subscription;
            this.open = open;
        }

        @Override
        public Position position() {
            return subscription.position();
        }

        @Override
        public boolean recovered() {
            return subscription.recovered();
        }

        @Override
        public void close() {
            open.remove(this);
            subscription.close();
        }

        @Override
        public String toString() {
            return channel.toString();
        }
    }
}
