package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that PubNub clients and WebSocket clients share, on the port of a whole server: who hears whom, and as whom. */
class PubNubSharedTest {
    private static final String SHARED = "subscribe=sub-2,publish=pub-2,names=shared";
    private static final String PUBLISH = "/publish/pub-2/sub-2/0/";
    private static final String HI = "/0/%7B%22value%22:%22hi%22,%22username%22:%22Bob%22%7D";

    @TempDir
    Path data;

    private TestServer server;
    private TestServer.User ann;
    private TestServer.User bob;

    @BeforeEach
    void start() {
        start("--pubnub-keysets=" + SHARED);
        ann = server.signUp("ann");
        bob = server.signUp("bob");
    }

    private void start(String... options) {
        server = TestServer.start(data, options);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String direct() {
        return ann.id() + '.' + bob.id();
    }

    private String[] bearer(TestServer.User user) {
        return new String[] {"Authorization", "Bearer " + user.token()};
    }

    /** Opens a WebSocket, and listens to a room. */
    private TestSocket listening(TestServer.User user, String room) {
        TestSocket socket = server.socket("mirror.v2", bearer(user));
        socket.next(); // the hello
        socket.say("{\"code\":\"channel.subscribe\",\"id\":\"1\",\"channel\":\"" + room + "\"}");
        assertThat(socket.nextJson().path("code").asText()).isEqualTo("reply.ok");
        return socket;
    }

    private static JsonNode event(TestSocket socket) {
        JsonNode frame = socket.nextJson();
        assertThat(frame.path("code").asText()).as(frame.toString()).isEqualTo("channel.event");
        return frame;
    }

    @Test
    void w57_whatAnSdkSaysReachesWebSocketClientsAndIsMarked() {
        try (TestSocket socket = listening(ann, "lobby")) {
            assertThat(server.get(PUBLISH + "lobby" + HI).body()).startsWith("[1,");
            JsonNode event = event(socket);
            assertThat(event.path("userId").asText()).isEqualTo("pubnub-gateway");
            assertThat(event.path("data").toString())
                    .isEqualTo("{\"value\":\"hi\",\"username\":\"Bob\",\"unverified\":true}");
        }
    }

    @Test
    void w37_whoShowsALogInIsThatUserForEverybody() {
        String cursor = server.get("/subscribe/sub-2/lobby/0/0").body().replaceAll("\\D", "");
        try (TestSocket socket = listening(ann, "lobby")) {
            server.get(PUBLISH + "lobby" + HI.replace("Bob", "Ann"), bearer(bob));
            JsonNode event = event(socket);
            assertThat(event.path("userId").asText()).isEqualTo(bob.id());
            assertThat(event.path("data").toString())
                    .isEqualTo("{\"value\":\"hi\",\"username\":\"bob\",\"userId\":\"" + bob.id() + "\",\"channel\":\""
                            + bob.channel() + "\"}");
            assertThat(server.get("/subscribe/sub-2/lobby/0/" + cursor).body())
                    .startsWith("[[" + event.path("data") + "],");
        }
    }

    @Test
    void w37_whatAWebSocketClientSaysReachesSdks() {
        String cursor = server.get("/subscribe/sub-2/lobby/0/0").body().replaceAll("\\D", "");
        try (TestSocket socket = listening(ann, "lobby")) {
            socket.say("{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\":{\"value\":\"ho\"}}");
            assertThat(server.get("/subscribe/sub-2/lobby/0/" + cursor).body())
                    .startsWith("[[{\"value\":\"ho\",\"userId\":\"" + ann.id()
                            + "\",\"username\":\"ann\",\"channel\":\"" + ann.channel() + "\"}],");
        }
    }

    private String granted(String body) {
        String path = "/v3/pam/sub-2/grant";
        String query = "timestamp=" + Instant.now().getEpochSecond();
        String text = "POST\npub-2\n" + path + '\n' + query + '\n' + body;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("sec-2".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String signature = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
            HttpRequest request = server.request(path + '?' + query + "&signature=v2." + signature)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return TestServer.json(server.send(request))
                    .path("data")
                    .path("token")
                    .asText();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The token of a managed keyset proves an id; the name comes from the account that has it. */
    @Test
    void w37_aTokenOfTheKeysetProvesItsUserToo() {
        server.close();
        start("--pubnub-keysets=" + SHARED + ",access=managed,secret=sec-2");
        String token = granted("{\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{\"lobby\":3}},\"uuid\":\""
                + bob.id() + "\"}}");
        try (TestSocket socket = listening(ann, "lobby")) {
            String auth = "?uuid=" + bob.id() + "&auth=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
            assertThat(server.get(PUBLISH + "lobby" + HI + auth).body()).startsWith("[1,");
            JsonNode event = event(socket);
            assertThat(event.path("userId").asText()).isEqualTo(bob.id());
            assertThat(event.path("data").path("username").asText()).isEqualTo("bob");
            assertThat(event.path("data").has("unverified")).isFalse();
        }
    }

    @Test
    void o42_aConversationIsOpenToItsTwoUsersOnly() {
        String target = PUBLISH + direct() + HI;
        assertThat(server.get(target).statusCode()).isEqualTo(403);
        assertThat(server.get("/subscribe/sub-2/" + direct() + "/0/0").statusCode())
                .isEqualTo(403);
        TestServer.User eve = server.signUp("eve");
        assertThat(server.get(target, bearer(eve)).statusCode()).isEqualTo(403);
        assertThat(server.get(target, bearer(bob)).statusCode()).isEqualTo(200);
    }

    /**
     * Browsers add the password that somebody once typed for a proxy to whatever a page of another site asks for: it is no
     * sign of a program, and the cookie beside it still is the user's own.
     */
    @Test
    void o17_anotherSiteDoesNotSpeakWithTheCookieBehindAPasswordOfAProxy() {
        String target = PUBLISH + direct() + HI;
        String[] foreign = {
            "Cookie", bob.cookie(), "Authorization", "Basic cHJveHk6cGFzcw==", "Sec-Fetch-Site", "cross-site"
        };
        assertThat(server.get(target, foreign).statusCode()).isEqualTo(403);
        String[] own = {
            "Cookie", bob.cookie(), "Authorization", "Basic cHJveHk6cGFzcw==", "Sec-Fetch-Site", "same-origin"
        };
        assertThat(server.get(target, own).statusCode()).isEqualTo(200);
    }

    @Test
    void legacy_aConversationIsOpenToWhoeverKnowsBothIds() {
        server.close();
        start("--legacy-2018");
        String cursor = server.get("/subscribe/any/" + direct() + "/0/0").body().replaceAll("\\D", "");
        try (TestSocket socket = server.socket("mirror.v2", bearer(bob))) {
            socket.next(); // the hello
            assertThat(server.get("/publish/what/ever/0/" + direct() + HI).body())
                    .startsWith("[1,");
            JsonNode event = event(socket);
            assertThat(event.path("channel").asText()).isEqualTo("@" + bob.id());
            assertThat(event.path("userId").asText()).isEqualTo("pubnub-gateway");
            assertThat(event.path("data").path("data").path("unverified").asBoolean())
                    .isTrue();
            assertThat(server.get("/subscribe/any/" + direct() + "/0/" + cursor).body())
                    .startsWith("[[{\"value\":\"hi\"");
        }
    }
}
