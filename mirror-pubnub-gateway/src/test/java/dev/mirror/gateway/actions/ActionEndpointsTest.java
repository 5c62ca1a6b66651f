package dev.mirror.gateway.actions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionEndpointsTest {
    private static final String ACTIONS = "/v1/message-actions/open/channel/ch";
    private static final String SMILE = "{\"type\":\"reaction\",\"value\":\"smile\"}";

    private final ServiceFixture gateway = new ServiceFixture();
    private final long message = gateway.publish("open", "ch", "\"hi\"", "uuid=ann");

    @AfterEach
    void close() {
        gateway.close();
    }

    private Reply add(String user, String body) {
        return gateway.post(ACTIONS + "/message/" + message + "?uuid=" + user, body);
    }

    private static String timetoken(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json().path("data").path("actionTimetoken").textValue();
    }

    @Test
    void anAddedActionIsAnsweredAndListed() {
        Reply reply = add("bob", SMILE);
        String timetoken = timetoken(reply);
        String shown = "{\"messageTimetoken\":\"" + message + "\",\"type\":\"reaction\",\"uuid\":\"bob\","
                + "\"value\":\"smile\",\"actionTimetoken\":\"" + timetoken + "\"}";
        assertThat(timetoken).hasSize(17);
        assertThat(reply.body()).isEqualTo("{\"status\":200,\"data\":" + shown + "}");
        assertThat(gateway.get(ACTIONS).body()).isEqualTo("{\"status\":200,\"data\":[" + shown + "]}");
        assertThat(gateway.get("/v1/message-actions/open/channel/other").body())
                .isEqualTo("{\"status\":200,\"data\":[]}");
    }

    @Test
    void oneUserDoesOneThingOnce() {
        assertThat(add("bob", SMILE).status()).isEqualTo(200);
        Reply again = add("bob", SMILE);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body())
                .isEqualTo("{\"status\":409,\"error\":{\"message\":\"Action Already Added\",\"source\":\"actions\"}}");
        assertThat(add("ann", SMILE).status()).isEqualTo(200);
        assertThat(add("bob", "{\"type\":\"reaction\",\"value\":\"frown\"}").status())
                .isEqualTo(200);
        assertThat(add("bob", "{\"type\":\"receipt\",\"value\":\"smile\"}").status())
                .isEqualTo(200);
        assertThat(gateway.get(ACTIONS).json().path("data")).hasSize(4);
    }

    /** It would be there for ever: actions go when their message goes. */
    @Test
    void onlyWhatWasSaidHasActions() {
        String missing = "404 {\"status\":404,\"error\":{\"message\":\"Requested object was not found.\","
                + "\"source\":\"actions\"}}";
        gateway.time().advance(Duration.ofMillis(1));
        long passed = gateway.publish("open", "ch", "1", "store=0");
        for (long timetoken : new long[] {1, message - 1, message + 1, passed}) {
            Reply reply = gateway.post(ACTIONS + "/message/" + timetoken + "?uuid=bob", SMILE);
            assertThat(reply.status() + " " + reply.body()).isEqualTo(missing);
        }
        gateway.signed("DELETE", "/v3/history/sub-key/open/channel/ch", "");
        Reply late = add("bob", SMILE);
        assertThat(late.status() + " " + late.body()).isEqualTo(missing);
        assertThat(gateway.get(ACTIONS).body()).isEqualTo("{\"status\":200,\"data\":[]}");
    }

    /** What is told of an action has a timetoken of its own, and is no message. */
    @Test
    void anActionHasNoActions() {
        timetoken(add("bob", SMILE));
        long event = Await.value(
                        gateway.broker().history(HistoryQuery.latest(ChannelNames.own(ServiceFixture.OPEN, "ch"), 1)))
                .publications()
                .get(0)
                .timetoken();
        assertThat(gateway.post(ACTIONS + "/message/" + event + "?uuid=bob", SMILE)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aRemovedActionIsGoneAndCanBeAddedAgain() {
        String timetoken = timetoken(add("bob", SMILE));
        String target = ACTIONS + "/message/" + message + "/action/" + timetoken + "?uuid=";
        assertThat(gateway.delete(target + "ann").status()).isEqualTo(400);
        assertThat(gateway.delete(ACTIONS + "/message/1/action/" + timetoken + "?uuid=bob")
                        .status())
                .isEqualTo(400);
        Reply removed = gateway.delete(target + "bob");
        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.body()).isEqualTo("{\"status\":200,\"data\":{}}");
        assertThat(gateway.delete(target + "bob").status()).isEqualTo(400);
        assertThat(gateway.get(ACTIONS).body()).isEqualTo("{\"status\":200,\"data\":[]}");
        assertThat(add("bob", SMILE).status()).isEqualTo(200);
    }

    @Test
    void whoListensHearsWhatIsAddedAndRemoved() {
        JsonNode begin = gateway.get("/v2/subscribe/open/ch/0").json().path("t");
        String cursor =
                "?tt=" + begin.path("t").textValue() + "&tr=" + begin.path("r").intValue();
        CompletableFuture<Reply> poll = gateway.begin("GET", "/v2/subscribe/open/ch/0" + cursor, "", null);
        String timetoken = timetoken(add("bob", SMILE));
        JsonNode event = Await.value(poll).json().path("m").get(0);
        assertThat(event.path("e").intValue()).isEqualTo(3);
        assertThat(event.path("i").textValue()).isEqualTo("bob");
        assertThat(event.path("c").textValue()).isEqualTo("ch");
        assertThat(event.path("d").toString())
                .isEqualTo("{\"source\":\"actions\",\"version\":\"1.0\",\"event\":\"added\",\"data\":{\"type\":"
                        + "\"reaction\",\"value\":\"smile\",\"actionTimetoken\":\"" + timetoken
                        + "\",\"messageTimetoken\":\"" + message + "\"}}");

        gateway.delete(ACTIONS + "/message/" + message + "/action/" + timetoken + "?uuid=bob");
        JsonNode both = gateway.get("/v2/subscribe/open/ch/0" + cursor).json().path("m");
        assertThat(both).hasSize(2);
        assertThat(both.get(1).path("d").path("event").textValue()).isEqualTo("removed");
    }

    @Test
    void actionsAreListedInPagesFromTheNewest() {
        List<String> timetokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            timetokens.add(timetoken(add("u" + i, SMILE)));
        }
        Reply newest = gateway.get(ACTIONS + "?limit=2");
        assertThat(listed(newest)).containsExactly(timetokens.get(3), timetokens.get(4));
        assertThat(newest.json().path("more").toString())
                .isEqualTo("{\"url\":\"" + ACTIONS + "?start=" + timetokens.get(3) + "&limit=2\",\"start\":\""
                        + timetokens.get(3) + "\",\"limit\":2}");
        Reply next = gateway.get(newest.json().path("more").path("url").textValue());
        assertThat(listed(next)).containsExactly(timetokens.get(1), timetokens.get(2));
        Reply rest = gateway.get(next.json().path("more").path("url").textValue());
        assertThat(listed(rest)).containsExactly(timetokens.get(0));
        assertThat(rest.json().has("more")).isFalse();

        Reply between = gateway.get(ACTIONS + "?start=" + timetokens.get(4) + "&end=" + timetokens.get(2));
        assertThat(listed(between)).containsExactly(timetokens.get(2), timetokens.get(3));
    }

    private static List<String> listed(Reply reply) {
        List<String> timetokens = new ArrayList<>();
        reply.json()
                .path("data")
                .forEach(each -> timetokens.add(each.path("actionTimetoken").textValue()));
        return timetokens;
    }

    @Test
    void aMessageHasAtMostAThousand() {
        for (int i = 0; i < MessageActions.MAX_PER_MESSAGE; i++) {
            assertThat(add("u" + i, SMILE).status()).isEqualTo(200);
        }
        assertThat(add("one-more", SMILE).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{\"type\":\"reaction\"} | Missing field | value",
                "{\"value\":\"smile\"} | Missing field | type",
                "{\"type\":\"\",\"value\":\"smile\"} | Value is invalid | type",
                "{\"type\":\"reaction\",\"value\":7} | Value is invalid | value",
            })
    void aFieldThatIsWrongIsNamed(String body, String message, String location) {
        Reply reply = add("bob", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body())
                .isEqualTo("{\"status\":400,\"error\":{\"message\":\"Request payload contained invalid input.\","
                        + "\"source\":\"actions\",\"details\":[{\"message\":\"" + message + "\",\"location\":\""
                        + location + "\",\"locationType\":\"body\"}]}}");
    }

    @Test
    void aRequestHasToMakeSense() {
        assertThat(add("bob", "{").status()).isEqualTo(415);
        assertThat(gateway.post(ACTIONS + "/message/abc?uuid=bob", SMILE).status())
                .isEqualTo(400);
        assertThat(gateway.post(ACTIONS + "/message/" + message, SMILE).status())
                .isEqualTo(400);
        assertThat(gateway.get("/v1/message-actions/open/channel/a*b").status()).isEqualTo(400);
        assertThat(gateway.get(ACTIONS + "?start=x").status()).isEqualTo(400);
    }

    /** WebSocket clients would take the event for something that was said. */
    @Test
    void onAChannelOfWebSocketClientsTheEventPassesBy() {
        String room = "/v1/message-actions/shared/channel/room";
        long said = gateway.publish("shared", "room", "{\"value\":\"hi\"}", "");
        JsonNode begin = gateway.get("/v2/subscribe/shared/room/0").json().path("t");
        CompletableFuture<Reply> poll = gateway.begin(
                "GET",
                "/v2/subscribe/shared/room/0?tt=" + begin.path("t").textValue() + "&tr="
                        + begin.path("r").intValue(),
                "",
                null);
        assertThat(gateway.post(room + "/message/" + said + "?uuid=bob", SMILE).status())
                .isEqualTo(200);
        assertThat(Await.value(poll).json().path("m").get(0).path("e").intValue())
                .isEqualTo(3);
        assertThat(gateway.get("/v2/history/sub-key/shared/channel/room").json().get(0))
                .hasSize(1);
        assertThat(gateway.get(room).json().path("data")).hasSize(1);
    }
}
