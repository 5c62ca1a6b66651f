package dev.mirror.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.identity.Credentials;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever may listen no longer is told so while a poll waits, and not only when it is over. */
class RightsTest {
    /** As long as it may take. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ServiceFixture gateway = new ServiceFixture();

    @AfterEach
    void close() {
        gateway.close();
    }

    private CompletableFuture<Reply> poll(String target, String auth) {
        JsonNode begin = gateway.get(target + auth).json().path("t");
        return gateway.begin(
                "GET",
                target + auth + "&tt=" + begin.path("t").textValue() + "&tr="
                        + begin.path("r").intValue(),
                "",
                null);
    }

    private static String refusal(CompletableFuture<Reply> poll) {
        assertThat(poll).isCompleted();
        Reply reply = Await.value(poll);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.json().path("service").textValue()).isEqualTo("Access Manager");
        return reply.json().path("message").textValue();
    }

    @Test
    void aTokenThatIsRevokedEndsThePollsThatShowIt() {
        String token = gateway.token(60, "\"resources\":{\"channels\":{\"a\":1}}");
        String other = gateway.token(60, "\"resources\":{\"channels\":{\"a\":3}}");
        CompletableFuture<Reply> poll = poll("/v2/subscribe/managed/a/0", "?auth=" + token);
        CompletableFuture<Reply> stays = poll("/v2/subscribe/managed/a/0", "?auth=" + other);
        gateway.time().advance(SOON);
        assertThat(poll).isNotDone();
        gateway.signed("DELETE", "/v3/pam/managed/grant/" + token, "");
        gateway.time().advance(SOON);
        assertThat(refusal(poll)).isEqualTo("Token is revoked.");
        assertThat(stays).isNotDone();
    }

    @Test
    void aTokenThatEndsEndsThePollsThatShowIt() {
        String token = gateway.token(1, "\"resources\":{\"channels\":{\"a\":1}}");
        CompletableFuture<Reply> poll = poll("/v2/subscribe/managed/a/0", "?auth=" + token);
        gateway.time().advance(Duration.ofSeconds(59));
        assertThat(poll).isNotDone();
        gateway.time().advance(SOON);
        assertThat(refusal(poll)).isEqualTo("Token is expired.");
    }

    /** A signature is good for a minute, and a poll waits for longer. */
    @Test
    void aPollThatIsSignedWaitsItsTime() {
        String begin = gateway.signed("GET", "/subscribe/managed/a/0/0", "")
                .json()
                .get(1)
                .textValue();
        String target = ServiceFixture.sign(
                "GET",
                "/subscribe/managed/a/0/" + begin,
                "",
                gateway.time().instant().getEpochSecond());
        CompletableFuture<Reply> poll = gateway.begin("GET", target, "", null);
        gateway.time().advance(Duration.ofSeconds(270));
        assertThat(poll).isNotDone();
        gateway.time().advance(Duration.ofSeconds(15));
        assertThat(Await.value(poll).status()).isEqualTo(200);
    }

    @Test
    void whoLogsOutIsNoLongerInTheConversation() {
        try (GatewayFixture fixture = new GatewayFixture()) {
            fixture.users().user("ann");
            fixture.users().user("bob");
            TestCall direct = pollOfAnn(fixture, "ann.bob");
            TestCall room = pollOfAnn(fixture, "room");
            fixture.time().advance(SOON);
            assertThat(direct.waits()).isTrue();
            direct.logOut();
            room.logOut();
            fixture.time().advance(SOON);
            assertThat(direct.answered()).startsWith("403 ").contains("Forbidden");
            assertThat(room.waits()).isTrue();
        }
    }

    /** Whoever named a group did not ask for what is in it. */
    @Test
    void inAGroupAConversationIsLeftOutFromThenOn() {
        try (GatewayFixture fixture = new GatewayFixture()) {
            fixture.users().user("ann");
            fixture.users().user("bob");
            fixture.text("/v1/channel-registration/sub-key/sub-c-2/channel-group/g?add=ann.bob,room");
            TestCall poll = pollOfAnn(fixture, ",?channel-group=g");
            poll.logOut();
            fixture.time().advance(SOON);
            assertThat(poll.waits()).isTrue();
            TestCall said = new TestCall("GET", "/publish/pub-c-2/sub-c-2/0/ann.bob/0/1");
            fixture.ask(by(fixture, said));
            assertThat(said.text()).contains("Sent");
            assertThat(poll.waits()).isTrue();
            fixture.text("/publish/pub-c-2/sub-c-2/0/room/0/2");
            assertThat(poll.text()).contains("\"d\":2,").doesNotContain("\"d\":1,");
        }
    }

    private static TestCall pollOfAnn(GatewayFixture fixture, String channels) {
        int mark = channels.indexOf('?');
        String path = mark < 0 ? channels : channels.substring(0, mark);
        String target = "/v2/subscribe/sub-c-2/" + path + "/0?" + (mark < 0 ? "" : channels.substring(mark + 1) + '&');
        TestCall handshake = fixture.ask(by(fixture, new TestCall("GET", target)));
        JsonNode begin = TestCall.json(handshake.text()).path("t");
        return fixture.ask(by(
                fixture,
                new TestCall(
                        "GET",
                        target + "tt=" + begin.path("t").textValue() + "&tr="
                                + begin.path("r").intValue())));
    }

    private static TestCall by(GatewayFixture fixture, TestCall call) {
        return call.by(Await.value(fixture.users()
                .authenticate(new Credentials.Token(fixture.users().token("ann")))));
    }
}
