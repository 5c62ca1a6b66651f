package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.models.consumer.PNStatus;
import com.pubnub.api.models.consumer.pubsub.PNMessageResult;
import com.pubnub.api.models.consumer.pubsub.PNSignalResult;
import dev.mirror.server.pubnub.SdkListener;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PubNub's own Java SDK, unmodified, against a whole server on SQLite. */
class PubNubSdkTest {
    private static final int CHANNELS = 50;
    private static final int PUBLISHERS = 100;
    private static final int EACH = 20;

    @TempDir
    Path data;

    private final List<PubNub> clients = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                data, "--pubnub-keysets=subscribe=sub-1,publish=pub-1", "--pubnub-publish-per-second=0");
    }

    @AfterEach
    void stop() {
        clients.forEach(PubNub::forceDestroy);
        server.close();
    }

    private PubNub client(String user) throws PubNubException {
        PubNub client = SdkListener.client(server.port(), 1, user);
        clients.add(client);
        return client;
    }

    /** Notes what it hears. */
    private static final class Listener extends SdkListener {
        final List<PNMessageResult> messages = Collections.synchronizedList(new ArrayList<>());
        final List<PNSignalResult> signals = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<Boolean> connected = new CompletableFuture<>();

        @Override
        public void status(PubNub client, PNStatus status) {
            if (!status.isError()) {
                connected.complete(true);
            }
        }

        @Override
        public void message(PubNub client, PNMessageResult message) {
            messages.add(message);
        }

        @Override
        public void signal(PubNub client, PNSignalResult signal) {
            signals.add(signal);
        }
    }

    private static Listener subscribe(PubNub client, List<String> channels) {
        Listener listener = new Listener();
        client.addListener(listener);
        client.subscribe().channels(channels).execute();
        Await.value(listener.connected);
        return listener;
    }

    @Test
    void itPublishesAndSubscribesAndSignals() throws PubNubException {
        Listener listener = subscribe(client("bob"), List.of("ch", "wild.*"));
        PubNub ann = client("ann");
        long first = ann.publish()
                .channel("ch")
                .message(Map.of("text", "héllo / ?&=+%;[]", "n", 1))
                .meta(Map.of("k", "v"))
                .sync()
                .getTimetoken();
        long second = ann.publish()
                .channel("wild.x")
                .message(List.of(1, "a;b=c|d"))
                .usePOST(true)
                .sync()
                .getTimetoken();
        assertThat(second).isGreaterThan(first);
        ann.signal().channel("ch").message("typing").sync();
        Await.until("everything is heard", () -> listener.messages.size() == 2 && listener.signals.size() == 1);
        PNMessageResult message = listener.messages.get(0);
        assertThat(message.getChannel()).isEqualTo("ch");
        assertThat(message.getPublisher()).isEqualTo("ann");
        assertThat(message.getTimetoken()).isEqualTo(first);
        assertThat(message.getMessage().getAsJsonObject().get("text").getAsString())
                .isEqualTo("héllo / ?&=+%;[]");
        assertThat(message.getUserMetadata().getAsJsonObject().get("k").getAsString())
                .isEqualTo("v");
        assertThat(listener.messages.get(1).getSubscription()).isEqualTo("wild.*");
        assertThat(listener.signals.get(0).getMessage()).isEqualTo(new JsonPrimitive("typing"));
        assertThat(ann.time().sync().getTimetoken()).isGreaterThan(second);
    }

    @Test
    void whatItIsRefusedItSays() throws PubNubException {
        PubNub stranger = client("eve");
        stranger.getConfiguration().setPublishKey("wrong");
        PubNubException refused = assertThrows(
                PubNubException.class,
                () -> stranger.publish().channel("ch").message("x").sync());
        assertThat(refused.getStatusCode()).isEqualTo(400);
        assertThat(String.valueOf(refused.getResponse()) + refused.getErrormsg())
                .contains("Invalid Key");
    }

    /** One cursor for fifty channels, a hundred publishers at full speed: nothing skipped, nothing twice, in order. */
    @Test
    void i2_nothingIsSkippedOrDoubledOnManyChannelsOfOneSubscription() throws PubNubException {
        List<String> channels =
                IntStream.range(0, CHANNELS).mapToObj(i -> "room-" + i).toList();
        Listener listener = subscribe(client("reader"), channels);
        // A client has at most 5 connections at a time, so a few of them stand for many publishers.
        List<PubNub> publishers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publishers.add(client("writer-" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
        List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
        try {
            List<CompletableFuture<Void>> all = IntStream.range(0, PUBLISHERS)
                    .mapToObj(number -> CompletableFuture.runAsync(
                            () -> publish(publishers.get(number % publishers.size()), number, sent), threads))
                    .toList();
            all.forEach(Await::value);
        } finally {
            threads.shutdown();
        }
        assertThat(sent).hasSize(PUBLISHERS * EACH);
        Await.until("all are heard", Duration.ofSeconds(60), () -> listener.messages.size() >= sent.size());
        Map<String, List<Long>> heard = byChannel(listener.messages.stream()
                .map(message -> new Sent(message.getChannel(), message.getTimetoken()))
                .toList());
        sent.sort((one, other) -> Long.compare(one.timetoken, other.timetoken));
        assertThat(heard).isEqualTo(byChannel(sent));
    }

    private record Sent(String channel, long timetoken) {}

    private static Map<String, List<Long>> byChannel(List<Sent> all) {
        return all.stream()
                .collect(
                        Collectors.groupingBy(Sent::channel, Collectors.mapping(Sent::timetoken, Collectors.toList())));
    }

    private static void publish(PubNub client, int number, List<Sent> sent) {
        for (int i = 0; i < EACH; i++) {
            String channel = "room-" + (number * 7 + i) % CHANNELS;
            try {
                JsonElement message = new JsonPrimitive(number + "-" + i);
                sent.add(new Sent(
                        channel,
                        client.publish()
                                .channel(channel)
                                .message(message)
                                .sync()
                                .getTimetoken()));
            } catch (PubNubException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
