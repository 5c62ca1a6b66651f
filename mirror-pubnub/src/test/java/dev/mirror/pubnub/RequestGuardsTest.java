package dev.mirror.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What guards requests and their answers against the SDK and the network. */
class RequestGuardsTest extends GuardFixture {
    private static final String PUBLISH = "/publish/";

    /** Two versions of one library would be two of its classes, and chance which one is meant. */
    @Test
    void p1_everyLibraryOfTheSdkIsThereOnce() throws IOException {
        for (String type : List.of("okhttp3/OkHttpClient", "okio/Buffer", "com/google/gson/Gson", "kotlin/Unit")) {
            assertThat(Collections.list(getClass().getClassLoader().getResources(type + ".class")))
                    .as(type)
                    .hasSize(1);
        }
        assertThat(okhttp3.OkHttp.VERSION).startsWith("4.12.");
    }

    @Test
    void p4_aPublishIsTriedAgainUntilItIsTaken() {
        AtomicInteger left = new AtomicInteger(2);
        origin.faults(path -> path.startsWith(PUBLISH) && left.getAndDecrement() > 0 ? 503 : 0);
        PubNubBroker broker = open();
        Broker.Receipt receipt = publish(broker, ROOM, "m");
        assertThat(receipt.duplicate()).isFalse();
        assertThat(origin.log()).hasSize(1);
        assertThat(origin.requests(PUBLISH)).hasSize(3);
    }

    @Test
    void p4_aPublishWhoseAnswerWasLostIsFoundByItsId() {
        AtomicInteger left = new AtomicInteger(1);
        origin.faults(path -> path.startsWith(PUBLISH) && left.getAndDecrement() > 0 ? FakePubNub.LOST_ANSWER : 0);
        PubNubBroker broker = open();
        Broker.Receipt receipt = publish(broker, ROOM, "m");
        assertThat(origin.log()).hasSize(1);
        assertThat(receipt.timetoken()).isEqualTo(origin.log().get(0).timetoken());
        assertThat(origin.requests(PUBLISH)).hasSize(1);
    }

    @Test
    void p4_nonsenseForAnAnswerIsNoEnd() {
        AtomicInteger left = new AtomicInteger(2);
        origin.faults(path -> left.getAndDecrement() > 0 ? FakePubNub.NONSENSE : 0);
        PubNubBroker broker = open();
        publish(broker, ROOM, "m");
        assertThat(origin.log()).hasSize(1);
    }

    @Test
    void p4_tooManyRequestsAreTriedMoreSlowly() {
        AtomicInteger left = new AtomicInteger(2);
        origin.faults(path -> path.startsWith(PUBLISH) && left.getAndDecrement() > 0 ? 429 : 0);
        publish(open(), ROOM, "m");
        assertThat(origin.log()).hasSize(1);
    }

    @Test
    void p4_whatIsNotAllowedIsNotTriedAgain() {
        origin.faults(path -> path.startsWith(PUBLISH) ? 403 : 0);
        assertFails(open().publish(draft(ROOM, "m")), ErrorCode.STORE_UNAVAILABLE);
        assertThat(origin.requests(PUBLISH)).hasSize(1);
    }

    @Test
    void p4_patienceEndsAndTheSameIdFindsOut() {
        origin.faults(path -> path.startsWith(PUBLISH) ? FakePubNub.LOST_ANSWER : path.contains("/history/") ? 500 : 0);
        PubNubBroker broker = open(options().patience(Duration.ofMillis(1)));
        assertFails(broker.publish(draft(ROOM, "m")), ErrorCode.STORE_UNAVAILABLE);
        origin.faults(path -> path.startsWith(PUBLISH) ? FakePubNub.LOST_ANSWER : 0);
        assertFails(broker.publish(draft(ROOM, "m")), ErrorCode.STORE_UNAVAILABLE);
        origin.faults(path -> 0);
        Broker.Receipt receipt = publish(broker, ROOM, "m");
        assertThat(origin.log()).hasSize(1);
        assertThat(receipt.timetoken()).isEqualTo(origin.log().get(0).timetoken());
    }

    /** Another life of the server knows the newest ids of a channel, so that a retry after a crash is no second message. */
    @Test
    void p5_theNextLifeKnowsTheIdsOfTheLastOne() {
        Broker.Receipt first = publish(open(), ROOM, "m");
        Broker.Receipt second = publish(open(), ROOM, "m");
        assertThat(second).isEqualTo(new Broker.Receipt(first.position(), first.timetoken(), true));
        assertThat(origin.log()).hasSize(1);
    }

    /** What fails half way is completed by the same publish, and nothing stands twice. */
    @Test
    void p5_copiesThatAreMissingAreMadeUpFor() {
        ChannelName direct = ChannelName.parse("ann.bob").orElseThrow();
        List<ChannelName> inboxes =
                List.of(ChannelName.inbox(ANN), ChannelName.parse("@bob").orElseThrow());
        Draft draft = new Draft(direct, inboxes, draft(direct, "m").entry());
        origin.faults(path -> path.startsWith(PUBLISH) && path.contains("@bob") ? 403 : 0);
        PubNubBroker broker = open();
        assertFails(broker.publish(draft), ErrorCode.STORE_UNAVAILABLE);
        assertThat(origin.log()).hasSize(2);
        origin.faults(path -> 0);
        assertThat(Await.value(broker.publish(draft)).duplicate()).isTrue();
        assertThat(origin.log())
                .extracting(FakePubNub.Message::channel)
                .containsExactlyInAnyOrder("ann.bob", "@ann", "@bob");
    }

    /** A hundred publishes that hang hold up no poll. */
    @Test
    void p9_publishesAndPollsHaveInstancesOfTheirOwn() {
        PubNubBroker broker = open(options().request(Duration.ofSeconds(60)));
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.faults(path -> path.startsWith(PUBLISH) ? FakePubNub.SILENCE : 0);
        IntStream.range(0, 100).forEach(i -> broker.publish(draft(ChannelName.room("slow-" + i), "m-" + i)));
        Await.until("publishes hang", () -> origin.requests(PUBLISH).size() >= 8);
        origin.say(from("n", 1, "live"));
        notes.awaits(1);
        Await.value(broker.history(HistoryQuery.latest(ROOM, 1)));
        assertThat(notes.ids()).containsExactly("live");
    }

    @Test
    void p11_namesAndSizesAreCheckedBeforeAnythingIsSent() {
        PubNubBroker broker = open();
        ChannelName external = ChannelName.parse("space:name").orElseThrow();
        assertFails(broker.publish(draft(external, "m")), ErrorCode.BAD_CHANNEL);
        assertFails(broker.subscribe(external, null, heard -> {}), ErrorCode.BAD_CHANNEL);
        assertFails(broker.history(HistoryQuery.latest(external, 1)), ErrorCode.BAD_CHANNEL);
        Draft copied = new Draft(ROOM, List.of(external), draft(ROOM, "m").entry());
        assertFails(broker.publish(copied), ErrorCode.BAD_CHANNEL);
        String large = '"' + "x".repeat(broker.guarantees().maxBodyBytes()) + '"';
        Draft tooLarge = new Draft(ROOM, List.of(), new Publication.Entry(ANN, "m", large));
        assertFails(broker.publish(tooLarge), ErrorCode.TOO_LARGE);
        assertThat(origin.requests("/")).isEmpty();
    }

    /** A body that fits, but not as a string with its quotes escaped, is refused by name. */
    @Test
    void p11_whatDoesNotFitAsItTravelsIsTooLarge() {
        String quotes = '[' + "\"\",".repeat(10_000) + "0]";
        Draft draft = new Draft(ROOM, List.of(), new Publication.Entry(ANN, "m", quotes));
        assertFails(open().publish(draft), ErrorCode.TOO_LARGE);
        assertThat(origin.requests(PUBLISH)).isEmpty();
    }

    @Test
    void p12_everyRequestIsOfOneUser() {
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        publish(broker, ROOM, "m");
        notes.awaits(1);
        assertThat(origin.requests("/")).isNotEmpty().allMatch(request -> request.contains("uuid=mirror"));
    }

    @Test
    void p13_nothingThatIsSaidIsInALog() {
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record.getMessage() + record.getThrown() + Arrays.toString(record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(Level.ALL);
        try {
            PubNubBroker broker = open();
            Notes notes = subscribe(broker, ROOM, null);
            publish(broker, ROOM, "canary");
            notes.awaits(1);
            AtomicInteger left = new AtomicInteger(1);
            origin.faults(path -> left.getAndDecrement() > 0 ? FakePubNub.NONSENSE : 403);
            MirrorException failure = Await.failure(broker.publish(draft(ROOM, "canary-2")));
            assertThat(failure.getMessage()).doesNotContain("canary");
        } finally {
            root.setLevel(before);
            root.removeHandler(handler);
        }
        assertThat(logged).isNotEmpty().noneMatch(line -> line.contains("canary"));
    }

    /** What was said past mirror is heard as a stranger's, and says so; an envelope with nonsense in it is no envelope. */
    @Test
    void p14_whatIsNoEnvelopeIsAStrangers() {
        Envelope plain = Envelope.of(JsonParser.parseString("{\"value\":\"hi\",\"userId\":\"bob\"}"), 7);
        assertThat(plain.entry())
                .isEqualTo(new Publication.Entry(
                        Envelope.STRANGER, "pubnub-7", "{\"value\":\"hi\",\"userId\":\"bob\",\"unverified\":true}"));
        for (String broken : List.of(
                "{\"mirror\":1}",
                envelope("\"by\":\"no id!\"", "1"),
                envelope("\"number\":\"x\"", "1"),
                envelope("\"id\":\"" + "i".repeat(37) + '"', "1"),
                envelope("\"id\":\"\\ud800\"", "1"),
                envelope("\"node\":\"" + "n".repeat(37) + '"', "1"),
                envelope("\"body\":{}", ""),
                envelope("\"from\":\"room\"", "1"),
                "[1]",
                "null",
                "\"text\"")) {
            assertThat(publisher(broken)).as(broken).isEqualTo(Envelope.STRANGER);
        }
        assertThat(publisher(envelope("\"id\":\"" + "i".repeat(36) + '"', "{\"value\":1}")))
                .isEqualTo(ANN);
    }

    /** A body stands in frames as it is: with more than one value it would add keys to them, or break them. */
    @Test
    void p14_aBodyThatIsMoreThanOneValueIsAStrangers() {
        String deep = "[".repeat(60) + "]".repeat(60);
        for (String body : List.of(
                "1,\"userId\":\"bob\"",
                "1}{",
                "1 2",
                "",
                " ",
                "{",
                "{\"a\":1",
                "{a:1}",
                "'text'",
                "NaN",
                "1 // note",
                "{\"a\":1,\"a\":2}",
                "\"\ud800\"",
                deep)) {
            assertThat(publisher(envelope("", body))).as(body).isEqualTo(Envelope.STRANGER);
        }
        for (String body : List.of("1", " [1, 2] ", "null", "{\"value\":\"\\u0000 \\\" é 😀\"}")) {
            Envelope read = Envelope.of(JsonParser.parseString(envelope("", body)), 7);
            assertThat(read.entry()).isEqualTo(new Publication.Entry(ANN, "i", body));
        }
    }

    /** What no client could read would cost them the page of history that it is in. */
    @Test
    void p14_whatNobodyCouldReadOfAStrangerIsLeftOut() {
        String deep = "[".repeat(60) + "]".repeat(60);
        for (String message : List.of(deep, "\"\\ud800\"", "{\"a\":" + deep + '}')) {
            assertThat(Envelope.of(JsonParser.parseString(message), 7).entry())
                    .isEqualTo(new Publication.Entry(Envelope.STRANGER, "pubnub-7", "{\"unverified\":true}"));
        }
    }

    /** All strangers are one publisher, so one could edit and delete what another said (W57). */
    @Test
    void p14_aStrangerAmendsNothing() {
        String amendment = "{\"amend\":{\"epoch\":\"e\",\"offset\":5,\"delete\":true},\"userId\":\"bob\"}";
        assertThat(Envelope.of(JsonParser.parseString(amendment), 7).entry().body())
                .isEqualTo("{\"userId\":\"bob\",\"unverified\":true}");
        String chat = "{\"amend\":1,\"value\":\"hi\"}";
        assertThat(Envelope.of(JsonParser.parseString(chat), 7).entry().body())
                .isEqualTo("{\"amend\":1,\"value\":\"hi\",\"unverified\":true}");
    }

    /** An envelope of Ann's, with one field that is different, as JSON. */
    private static String envelope(String different, String body) {
        JsonObject json = new Envelope(new Publication.Entry(ANN, "i", body), null, "n", 1).toJson();
        JsonParser.parseString('{' + different + '}').getAsJsonObject().asMap().forEach(json::add);
        return json.toString();
    }

    private static UserId publisher(String message) {
        return Envelope.of(JsonParser.parseString(message), 7).entry().publisher();
    }

    private static void assertFails(CompletionStage<?> stage, ErrorCode code) {
        assertThat(Await.failure(stage).code()).isEqualTo(code);
    }
}
