package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.JAVA;
import static dev.mirror.server.pubnub.Column.JS3;
import static dev.mirror.server.pubnub.Column.JS7;
import static dev.mirror.server.pubnub.Column.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.Stage.Client;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Time, publish, signal. */
final class PublishBehaviours {
    private static final Service TIME = new Service("Time");
    private static final Service PUBLISH = new Service("Publish");
    private static final Service SIGNAL = new Service("Signal");
    private static final Set<Column> ALL = Set.of(JAVA, JS7, JS3);
    private static final Set<Column> NEWER = Set.of(JAVA, JS7);
    private static final String GET = "`GET /publish/…/{json}`";

    private PublishBehaviours() {}

    static List<Behaviour> all() {
        return List.of(
                TIME.works(
                        "the time, as a timetoken",
                        "`GET /time/0`",
                        Set.of(JAVA, JS7, JS3, RAW),
                        PublishBehaviours::time),
                PUBLISH.works("a message in the path", GET, ALL, PublishBehaviours::inPath),
                PUBLISH.works("a message in the body", "`POST /publish/…`", NEWER, PublishBehaviours::inBody),
                PUBLISH.works("texts, numbers, arrays, objects", GET, ALL, PublishBehaviours::anyValue),
                PUBLISH.works("meta data beside the message", "`meta=`", NEWER, PublishBehaviours::meta),
                PUBLISH.works("a message that history does not keep", "`store=0`", ALL, PublishBehaviours::notStored),
                PUBLISH.works("fire: no subscriber hears it", "`store=0&norep=true`", ALL, PublishBehaviours::fire),
                PUBLISH.differs(
                        "a time to live for one message",
                        "`ttl=`",
                        "taken and ignored: how long messages are kept is a setting of the server (`--room-days` and"
                                + " so on), since every channel has one log",
                        NEWER,
                        PublishBehaviours::hours),
                PUBLISH.works("32 KiB of path", GET, Set.of(JAVA, RAW), PublishBehaviours::longPath),
                PUBLISH.works("more than 32 KiB is refused", "413", NEWER, PublishBehaviours::tooLarge),
                PUBLISH.works("a wrong publish key is refused", "400 `Invalid Key`", ALL, PublishBehaviours::wrongKey),
                PUBLISH.works(
                        "messages that clients encrypted",
                        "a JSON text in place of the message",
                        ALL,
                        PublishBehaviours::encrypted),
                PUBLISH.works(
                        "custom message types, and which are none",
                        "`custom_message_type=`",
                        Set.of(RAW),
                        PublishBehaviours::customType),
                PUBLISH.works("2 MiB", "`POST /v2/publish/…`", Set.of(RAW), PublishBehaviours::large),
                SIGNAL.works(
                        "is heard as one, and not kept", "`GET /signal/…/{json}`", NEWER, PublishBehaviours::signal),
                SIGNAL.works(
                        "more than 64 bytes are refused",
                        "400 `Signal size too large`",
                        NEWER,
                        PublishBehaviours::longSignal));
    }

    private static void time(Stage stage) {
        if (stage.isByHand()) {
            assertThat(stage.raw().get("/time/0").toString()).matches("200 \\[\\d{17}]");
        } else {
            long now = Long.parseLong(
                    stage.client("ann").ask("time").get("timetoken").textValue());
            assertThat(now).isBetween(15_000_000_000_000_000L, 99_999_999_999_999_999L);
        }
    }

    private static void inPath(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        Map<String, Object> message = Map.of("text", "héllo / ?&=+%;[]'\"\\ 漢😀", "n", 1);
        String first = ann.publish(channel, message);
        String second = ann.publish(channel, "again");
        assertThat(first).matches("\\d{17}").isLessThan(second);
        bob.hearsExactly(message, "again");
        if (bob.hears("message", 1).get(0).has("publisher")) {
            JsonNode heard = bob.hears("message", 1).get(0);
            assertThat(heard.get("publisher").textValue()).isEqualTo(ann.user());
            assertThat(heard.get("timetoken").textValue()).isEqualTo(first);
            assertThat(heard.get("channel").textValue()).isEqualTo(channel);
        }
    }

    private static void inBody(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Map<String, Object> message = Map.of("text", "héllo / ?&=+%;[]");
        stage.client("ann").ask("publish", "channel", channel, "message", message, "post", true);
        bob.hearsExactly(message);
    }

    private static void anyValue(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        Object[] values = {"text", 7, List.of(1, "a;b=c|d"), Map.of("a", Map.of("b", List.of()))};
        for (Object value : values) {
            ann.publish(channel, value);
        }
        bob.hearsExactly(values);
    }

    private static void meta(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        ann.ask("publish", "channel", channel, "message", "m", "meta", Map.of("k", "v"));
        assertThat(bob.hears("message", 1).get(0).at("/meta/k").textValue()).isEqualTo("v");
    }

    private static void notStored(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        ann.ask("publish", "channel", channel, "message", "passes", "store", false);
        ann.publish(channel, "stays");
        bob.hearsExactly("passes", "stays");
        assertThat(ann.ask("history", "channel", channel).get("messages"))
                .extracting(item -> item.get("message").textValue())
                .containsExactly("stays");
    }

    private static void fire(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        ann.ask("fire", "channel", channel, "message", "for functions only");
        ann.publish(channel, "for all");
        bob.hearsExactly("for all");
    }

    private static void hours(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann");
        ann.ask("publish", "channel", channel, "message", "m", "hours", 1);
        assertThat(ann.ask("history", "channel", channel).get("messages")).hasSize(1);
    }

    private static void longPath(Stage stage) {
        String channel = stage.name("ch");
        String message = "x".repeat(32_000);
        if (stage.isByHand()) {
            assertThat(stage.raw()
                            .get("/publish/pub-open/sub-open/0/" + channel + "/0/%22" + message + "%22")
                            .body())
                    .startsWith("[1,\"Sent\",\"");
            assertThat(stage.raw().get("/publish/pub-open/sub-open/0/" + channel + "/0/%22" + "x".repeat(42_000)))
                    .hasToString("414 {\"status\":414,\"service\":\"Balancer\",\"error\":true,"
                            + "\"message\":\"Request URI Too Long\"}");
        } else {
            Client ann = stage.client("ann");
            ann.publish(channel, message);
            assertThat(ann.ask("history", "channel", channel)
                            .at("/messages/0/message")
                            .textValue())
                    .isEqualTo(message);
        }
    }

    private static void tooLarge(Stage stage) {
        SdkRefusal refusal = stage.client("ann")
                .refused("publish", "channel", stage.name("ch"), "message", "x".repeat(33_000), "post", true);
        assertThat(refusal.status()).isEqualTo(413);
    }

    private static void wrongKey(Stage stage) {
        Client eve = stage.client("eve", Map.of("subscribe", "sub-open", "publish", "another"));
        SdkRefusal refusal = eve.refused("publish", "channel", stage.name("ch"), "message", "m");
        assertThat(refusal.status()).isIn(400, 0);
        assertThat(refusal).hasMessageContaining("Invalid Key");
    }

    private static void encrypted(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob", Stage.OPEN, "cipher", "enigma");
        bob.subscribe(channel);
        Client eve = stage.client("eve");
        eve.subscribe(channel);
        Map<String, Object> message = Map.of("secret", "dawn");
        stage.client("ann", Stage.OPEN, "cipher", "enigma").publish(channel, message);
        bob.hearsExactly(message);
        assertThat(eve.hears("message", 1).get(0).get("message").isTextual()).isTrue();
    }

    private static void customType(Stage stage) {
        String channel = stage.name("ch");
        RawConnection raw = stage.raw();
        String cursor = raw.get("/v2/subscribe/sub-open/" + channel + "/0").cursor();
        String publish = "/publish/pub-open/sub-open/0/" + channel + "/0/1?custom_message_type=";
        for (String wrong : List.of("ab", "x".repeat(51), "_abc", "-abc", "pn_abc", "pn-abc", "a%20b", "a!b")) {
            assertThat(raw.get(publish + wrong).status()).as(wrong).isEqualTo(400);
            assertThat(raw.get(publish.replace("/publish", "/signal") + wrong).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
        for (String right : List.of("abc", "x".repeat(50), "a-b_C9")) {
            assertThat(raw.get(publish + right).status()).as(right).isEqualTo(200);
        }
        assertThat(raw.get("/v2/subscribe/sub-open/" + channel + "/0?" + cursor).body())
                .contains("\"cmt\":\"abc\"", "\"cmt\":\"a-b_C9\"");
        assertThat(raw.get("/v3/history/sub-key/sub-open/channel/" + channel + "?include_custom_message_type=true")
                        .body())
                .contains("\"custom_message_type\":\"abc\"");
    }

    private static void large(Stage stage) {
        RawConnection raw = stage.raw();
        String channel = stage.name("ch");
        String message = '"' + "x".repeat(2_000_000) + '"';
        assertThat(raw.ask("POST", "/v2/publish/pub-open/sub-open/0/" + channel + "/0", message)
                        .body())
                .startsWith("[1,\"Sent\",\"");
        assertThat(raw.get("/v2/history/sub-key/sub-open/channel/" + channel).body())
                .contains(message);
    }

    private static void signal(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        ann.ask("signal", "channel", channel, "message", "typing");
        assertThat(bob.hears("signal", 1).get(0).get("message").textValue()).isEqualTo("typing");
        assertThat(ann.ask("history", "channel", channel).get("messages")).isEmpty();
    }

    private static void longSignal(Stage stage) {
        SdkRefusal refusal =
                stage.client("ann").refused("signal", "channel", stage.name("ch"), "message", "x".repeat(70));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal).hasMessageContaining("Signal size too large");
    }
}
