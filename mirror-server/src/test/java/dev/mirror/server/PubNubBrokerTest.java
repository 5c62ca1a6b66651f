package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication;
import dev.mirror.pubnub.PubNubBroker;
import dev.mirror.pubnub.PubNubBrokerOptions;
import dev.mirror.server.config.StartException;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.LeakCheck;
import dev.mirror.testkit.net.FaultProxy;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Channels that live in PubNub, with the gateway of another server as PubNub, and a bad network between. */
class PubNubBrokerTest {
    private static final UserId ANN = new UserId("ann");
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final String SUBSCRIBE = "MIRROR_PUBNUB_SUBSCRIBE_KEY";
    private static final String PUBLISH = "MIRROR_PUBNUB_PUBLISH_KEY";

    @RegisterExtension
    final LeakCheck leaks = new LeakCheck();

    @TempDir
    Path data;

    @TempDir
    Path more;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestServer pubnub;
    private Threads threads;

    @BeforeEach
    void start() {
        threads = new Threads();
        pubnub = TestServer.start(
                data, "--pubnub-keysets=subscribe=sub,publish=pub;subscribe=m,publish=pm,secret=top,access=managed");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        pubnub.close();
        threads.close();
    }

    private PubNubBroker open(PubNubBrokerOptions.Builder options, int port) {
        PubNubBrokerOptions there = options.origin("127.0.0.1:" + port)
                .secure(false)
                .request(Duration.ofSeconds(2))
                .patience(Duration.ofMinutes(1))
                .reconnect(Duration.ofMillis(50))
                .audit(Duration.ofMillis(500))
                .build();
        PubNubBroker broker = new PubNubBroker(there, InstantSource.system(), new SecureRandom(), threads);
        opened.add(0, broker);
        return broker;
    }

    private static List<Publication> subscribe(Broker broker, ChannelName channel) {
        List<Publication> heard = Collections.synchronizedList(new ArrayList<>());
        Await.value(broker.subscribe(channel, null, heard::add));
        return heard;
    }

    private static Draft draft(ChannelName channel, String id) {
        return new Draft(channel, List.of(), new Publication.Entry(ANN, id, "{\"value\":\"" + id + "\"}"));
    }

    /** Cut, reset, refused, slow, in pieces: what was answered is heard once, in order, and stands once in the log. */
    @Test
    void i1_aBadNetworkLosesAndDoublesNothing() throws IOException {
        try (FaultProxy proxy = FaultProxy.to(pubnub.port(), SeededRandom.of(4))) {
            PubNubBroker reader = open(PubNubBrokerOptions.builder("pub", "sub"), proxy.port());
            PubNubBroker writer = open(PubNubBrokerOptions.builder("pub", "sub"), proxy.port());
            List<Publication> heard = subscribe(reader, ROOM);
            List<CompletionStage<Broker.Receipt>> answers = new ArrayList<>();
            List<Runnable> faults = List.of(
                    proxy::reset,
                    () -> proxy.toClient().slice(7),
                    () -> proxy.refuse(true),
                    () -> proxy.toClient().cut(),
                    proxy::heal,
                    () -> proxy.toServer().latency(Duration.ofMillis(30), Duration.ofMillis(20)),
                    () -> proxy.toClient().limit(900),
                    proxy::reset,
                    () -> proxy.toClient().bandwidth(4_000));
            for (int i = 0; i < 90; i++) {
                if (i % 10 == 5) {
                    proxy.heal();
                    faults.get(i / 10 % faults.size()).run();
                }
                answers.add(writer.publish(draft(ROOM, "m-" + i)));
                if (i % 10 == 9) {
                    proxy.heal();
                    answers.forEach(Await::value);
                }
            }
            Await.until("all are heard", Duration.ofSeconds(60), () -> heard.size() >= 90);
            List<String> sent = IntStream.range(0, 90).mapToObj(i -> "m-" + i).toList();
            assertThat(heard).extracting(each -> each.entry().id()).containsExactlyElementsOf(sent);
        }
    }

    /** A connection that died while nobody used it costs no publish. */
    @Test
    void p4_aStaleConnectionIsNotNoticed() throws IOException {
        try (FaultProxy proxy = FaultProxy.to(pubnub.port(), SeededRandom.of(4))) {
            PubNubBroker broker = open(PubNubBrokerOptions.builder("pub", "sub"), proxy.port());
            for (int i = 0; i < 5; i++) {
                assertThat(Await.value(broker.publish(draft(ROOM, "m-" + i))).duplicate())
                        .isFalse();
                proxy.reset();
            }
        }
        PubNubBroker direct = open(PubNubBrokerOptions.builder("pub", "sub"), pubnub.port());
        List<Publication> log =
                Await.value(direct.history(HistoryQuery.latest(ROOM, 10))).publications();
        assertThat(log).extracting(each -> each.entry().id()).containsExactly("m-0", "m-1", "m-2", "m-3", "m-4");
    }

    /** With the secret key a keyset with Access Manager is usable, and only with it. */
    @Test
    void p12_withASecretKeyGrantsNameExactChannels() {
        PubNubBroker broker = open(PubNubBrokerOptions.builder("pm", "m").secretKey("top"), pubnub.port());
        List<Publication> room = subscribe(broker, ROOM);
        ChannelName inbox = ChannelName.inbox(ANN);
        List<Publication> mine = subscribe(broker, inbox);
        Await.value(broker.publish(draft(ROOM, "m-1")));
        Await.value(broker.publish(draft(inbox, "m-2")));
        Await.until("both are heard", () -> room.size() == 1 && mine.size() == 1);

        PubNubBroker stranger = open(PubNubBrokerOptions.builder("pm", "m"), pubnub.port());
        assertThat(Await.failure(stranger.publish(draft(ROOM, "m-3"))).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(Await.failure(stranger.subscribe(inbox, null, heard -> {})).code())
                .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }

    private static JsonNode until(TestSocket socket, String code) {
        JsonNode message = socket.nextJson();
        while (!message.get("code").textValue().equals(code)) {
            message = socket.nextJson();
        }
        return message;
    }

    /** A whole server whose channels live there: two nodes of it are one chat, and what cannot be kept is refused. */
    @Test
    void aServerKeepsItsChannelsThere() {
        String[] options = {
            "--broker=pubnub",
            "--pubnub-publish-key=pub",
            "--pubnub-subscribe-key=sub",
            "--pubnub-insecure",
            "--pubnub-origin=127.0.0.1:" + pubnub.port()
        };
        try (TestServer server = TestServer.start(more, options)) {
            TestServer.User ann = server.signUp("ann");
            TestServer.User bob = server.signUp("bob");
            try (TestSocket a = server.socket("mirror.v2", "Cookie", ann.cookie());
                    TestSocket b = server.socket("mirror.v2", "Cookie", bob.cookie())) {
                until(a, "registered.success");
                until(b, "registered.success");
                b.say("{\"code\":\"channel.subscribe\",\"id\":\"1\",\"channel\":\"lobby\"}");
                until(b, "reply.ok");
                a.say("{\"code\":\"channel.publish\",\"id\":\"2\",\"channel\":\"lobby\",\"data\":{\"value\":\"hi\"}}");
                assertThat(until(a, "reply.ok").get("offset").longValue()).isGreaterThan(0);
                assertThat(until(b, "channel.event").get("data").get("value").textValue())
                        .isEqualTo("hi");
                b.say("{\"code\":\"direct.list\",\"id\":\"3\"}");
                JsonNode refused = until(b, "reply.error");
                assertThat(refused.get("error").get("name").textValue()).isEqualTo("unknown.code");
            }
        }
        PubNubBroker there = open(PubNubBrokerOptions.builder("pub", "sub"), pubnub.port());
        assertThat(Await.value(there.history(HistoryQuery.latest(ChannelName.room("lobby"), 10)))
                        .publications())
                .hasSize(1);
    }

    @Test
    void settingsThatDoNotFitAreNamed() {
        assertRefused("--pubnub-publish-key", "--broker=pubnub");
        assertRefused("--broker pubnub", "--pubnub-insecure");
        assertRefused("store or pubnub", "--broker=redis");
        assertRefused(
                "leave out --broker pubnub",
                "--broker=pubnub",
                "--pubnub-publish-key=p",
                "--pubnub-subscribe-key=s",
                "--pubnub-keysets=subscribe=s,publish=p");
        assertRefused(
                "host:port",
                "--broker=pubnub",
                "--pubnub-publish-key=p",
                "--pubnub-subscribe-key=s",
                "--pubnub-origin=http://a/");
        assertRefused(
                "--pubnub-origin",
                "--broker=pubnub",
                "--pubnub-publish-key=p",
                "--pubnub-subscribe-key=s",
                "--pubnub-insecure");
    }

    @Test
    void aSecretKeyIsNotEmptyAndDaysAreNotNegative() {
        String[] there = {"--broker=pubnub", "--pubnub-publish-key=p", "--pubnub-subscribe-key=s"};
        assertRefused("--pubnub-secret-key is empty", with(there, "--pubnub-secret-key= "));
        assertRefused("--pubnub-secret-key is empty", with(there, "--pubnub-secret-key="));
        assertRefused("--pubnub-retention-days is -1", with(there, "--pubnub-retention-days=-1"));
        assertRefused("--pubnub-retention-days is 40000", with(there, "--pubnub-retention-days=40000"));
        assertRefused("need --broker pubnub", "--pubnub-retention-days=7");
        assertThat(TestServer.options(data, with(there, "--pubnub-retention-days=7"))
                        .broker()
                        .pubnub())
                .isPresent();
    }

    private static String[] with(String[] options, String more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private void assertRefused(String named, String... options) {
        assertThatThrownBy(() -> TestServer.options(data, options))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(named);
    }

    /** Against PubNub itself, with the keys of whoever runs this. */
    @Test
    void pubnubItselfDelivers() {
        String publish = System.getenv(PUBLISH);
        String subscribe = System.getenv(SUBSCRIBE);
        assumeTrue(
                publish != null && subscribe != null,
                "skipped: " + PUBLISH + " and " + SUBSCRIBE + " are not in the environment");
        PubNubBrokerOptions options =
                PubNubBrokerOptions.builder(publish, subscribe).build();
        PubNubBroker broker = new PubNubBroker(options, InstantSource.system(), new SecureRandom(), threads);
        opened.add(0, broker);
        ChannelName channel = ChannelName.room("mirror-" + Long.toUnsignedString(new SecureRandom().nextLong(), 36));
        List<Publication> heard = subscribe(broker, channel);
        List<String> sent = IntStream.range(0, 20).mapToObj(i -> "m-" + i).toList();
        sent.forEach(id -> Await.value(broker.publish(draft(channel, id))));
        Await.until("all are heard", () -> heard.size() >= sent.size());
        assertThat(heard).extracting(each -> each.entry().id()).containsExactlyElementsOf(sent);
    }
}
