package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.LeakCheck;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker and a PubNub that does as it is told. Every test fails that leaves a thread. */
abstract class GuardFixture {
    static final UserId ANN = new UserId("ann");
    static final ChannelName ROOM = ChannelName.room("room");

    @RegisterExtension
    final LeakCheck leaks = new LeakCheck();

    final FakePubNub origin = start();
    private final List<Broker> brokers = new ArrayList<>();
    private ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    private static FakePubNub start() {
        try {
            return new FakePubNub();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @BeforeEach
    void startTimer() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "test-timer");
            thread.setDaemon(true);
            return thread;
        });
    }

    @AfterEach
    void stop() {
        brokers.forEach(Broker::close);
        origin.close();
        timer.shutdownNow();
    }

    /** Short pauses, and an audit only where a test asks for one. */
    PubNubBrokerOptions.Builder options() {
        return origin.options()
                .reorder(Duration.ofMillis(1))
                .reconnect(Duration.ofMillis(20))
                .patience(Duration.ofSeconds(20))
                .audit(Duration.ofHours(1));
    }

    PubNubBroker open() {
        return open(options());
    }

    PubNubBroker open(PubNubBrokerOptions.Builder options) {
        Scheduler scheduler = (delay, task) -> {
            Future<?> rings = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> rings.cancel(false);
        };
        PubNubBroker broker = new PubNubBroker(options.build(), InstantSource.system(), new SecureRandom(), scheduler);
        brokers.add(broker);
        return broker;
    }

    /** Notes what it hears. */
    static final class Notes {
        final List<Publication> heard = Collections.synchronizedList(new ArrayList<>());

        List<String> ids() {
            synchronized (heard) {
                return heard.stream().map(each -> each.entry().id()).toList();
            }
        }

        void awaits(int count) {
            Await.until("publications are heard: " + count, () -> heard.size() >= count);
        }
    }

    static Notes subscribe(Broker broker, ChannelName channel, @Nullable Position after) {
        Notes notes = new Notes();
        Await.value(broker.subscribe(channel, after, notes.heard::add));
        return notes;
    }

    static Draft draft(ChannelName channel, String id) {
        return new Draft(channel, List.of(), new Publication.Entry(ANN, id, "{\"value\":\"" + id + "\"}"));
    }

    static Broker.Receipt publish(Broker broker, ChannelName channel, String id) {
        return Await.value(broker.publish(draft(channel, id)));
    }

    /** As another broker would have published it, as its how manieth. */
    FakePubNub.Message from(String node, long number, String id) {
        Envelope envelope = new Envelope(draft(ROOM, id).entry(), null, node, number);
        return new FakePubNub.Message(
                origin.next(), ROOM.canonical(), envelope.toJson().toString());
    }

    /** Waits until a poll stands open that has the name. */
    void awaitPoll(String name) {
        Await.until(
                "a poll is open",
                () -> origin.requests("/v2/subscribe/").stream()
                        .anyMatch(request -> request.contains(name) && !request.contains("tt=0")));
    }
}
