package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Grant, revoke, and what tokens and signatures open, with the exact bodies. */
class AccessManagerTest {
    private static final String GRANT = "/v3/pam/managed/grant";
    private static final String READ_A = "\"resources\":{\"channels\":{\"a\":1}}";

    private final ServiceFixture gateway = new ServiceFixture();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static void assertSaid(Reply reply, int status, String body) {
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.status()).isEqualTo(status);
    }

    private Reply publish(String channel, String query) {
        return gateway.get("/publish/pub/managed/0/" + channel + "/0/1?" + query);
    }

    private static String forbidden(String payload) {
        return "{\"message\":\"Forbidden\",\"payload\":{" + payload
                + "},\"error\":true,\"service\":\"Access Manager\",\"status\":403}";
    }

    @Test
    void aGrantIsAnsweredWithAToken() {
        Reply reply = gateway.signed("POST", GRANT, "{\"ttl\":60,\"permissions\":{" + READ_A + "}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .matches("\\{\"data\":\\{\"message\":\"Success\",\"token\":\"p0F2[A-Za-z0-9_-]+\"\\},"
                        + "\"service\":\"Access Manager\",\"status\":200\\}");
    }

    @Test
    void aGrantHasToBeSigned() {
        String body = "{\"ttl\":60,\"permissions\":{" + READ_A + "}}";
        String plain = "{\"message\":\"Forbidden\",\"error\":true,\"service\":\"Access Manager\",\"status\":403}";
        assertSaid(gateway.post(GRANT, body), 403, plain);
        String token = gateway.token(60, READ_A);
        assertSaid(gateway.post(GRANT + "?auth=" + token, body), 403, plain);
        assertSaid(
                gateway.post(
                        ServiceFixture.sign(
                                "POST",
                                GRANT,
                                body + ' ',
                                gateway.time().instant().getEpochSecond()),
                        body),
                403,
                "{\"message\":\"Invalid Signature\",\"error\":true,\"service\":\"Access Manager\",\"status\":403}");
        assertSaid(
                gateway.post(
                        ServiceFixture.sign(
                                "POST", GRANT, body, gateway.time().instant().getEpochSecond() - 61),
                        body),
                400,
                "{\"message\":\"Invalid Timestamp\",\"error\":true,\"service\":\"Access Manager\",\"status\":400}");
    }

    @Test
    void aWrongGrantIsAnsweredWithWhatIsWrongAndWhere() {
        assertSaid(
                gateway.signed(
                        "POST", GRANT, "{\"ttl\":60,\"permissions\":{\"resources\":{\"uuids\":{\"uuid-1\":0}}}}"),
                400,
                "{\"error\":{\"message\":\"Invalid permissions\",\"source\":\"grant\",\"details\":[{\"message\":"
                        + "\"Unexpected value: `permissions.resources.uuids.uuid-1` must be positive and non-zero.\","
                        + "\"location\":\"permissions.resources.uuids.uuid-1\",\"locationType\":\"body\"}]},"
                        + "\"service\":\"Access Manager\",\"status\":400}");
        assertSaid(
                gateway.signed("POST", GRANT, "{\"ttl\":60,\"permissions\":{}}"),
                400,
                "{\"error\":{\"message\":\"This grant contains no permissions\",\"source\":\"grant\"},"
                        + "\"service\":\"Access Manager\",\"status\":400}");
    }

    @Test
    void aTokenOpensWhatItAllows() {
        String token =
                gateway.token(60, "\"resources\":{\"channels\":{\"a\":2}},\"patterns\":{\"channels\":{\"^b-.*$\":3}}");
        assertThat(publish("a", "auth=" + token).status()).isEqualTo(200);
        assertThat(publish("b-1", "auth=" + token).status()).isEqualTo(200);
        assertSaid(publish("c", "auth=" + token), 403, forbidden("\"channels\":[\"c\"]"));
        assertSaid(
                gateway.get("/v3/history/sub-key/managed/channel/a,b-1,c?auth=" + token),
                403,
                forbidden("\"channels\":[\"a\",\"c\"]"));
        assertThat(gateway.get("/v3/history/sub-key/managed/channel/b-1?auth=" + token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withoutATokenAManagedKeysetIsClosed() {
        assertSaid(publish("a", ""), 403, forbidden("\"channels\":[\"a\"]"));
        assertSaid(publish("a", "auth=an-old-auth-key"), 403, forbidden("\"channels\":[\"a\"]"));
        assertSaid(
                gateway.get("/v2/subscribe/managed/a,a-pnpres/0?channel-group=g"),
                403,
                forbidden("\"channels\":[\"a\",\"a-pnpres\"],\"channel-groups\":[\":g\"]"));
    }

    @Test
    void aTokenThatAllowsToReadAllowsToReadPresence() {
        String token = gateway.token(60, "\"resources\":{\"channels\":{\"a\":1,\"b-pnpres\":1},\"groups\":{\"g\":1}}");
        assertThat(gateway.get("/v2/subscribe/managed/a,a-pnpres,b-pnpres/0?channel-group=g,g-pnpres&auth=" + token)
                        .status())
                .isEqualTo(200);
        assertSaid(gateway.get("/v2/subscribe/managed/b/0?auth=" + token), 403, forbidden("\"channels\":[\"b\"]"));
    }

    @Test
    void aTokenOfOneUserIsForNobodyElse() {
        String token = gateway.token(60, "\"uuid\":\"ann\",\"resources\":{\"channels\":{\"a\":2}}");
        assertThat(publish("a", "uuid=ann&auth=" + token).status()).isEqualTo(200);
        assertSaid(publish("a", "uuid=bob&auth=" + token), 403, forbidden("\"channels\":[\"a\"]"));
        assertSaid(publish("a", "auth=" + token), 403, forbidden("\"channels\":[\"a\"]"));
    }

    @Test
    void aTokenEnds() {
        String token = gateway.token(1, "\"resources\":{\"channels\":{\"a\":2}}");
        gateway.time().advance(Duration.ofSeconds(59));
        assertThat(publish("a", "auth=" + token).status()).isEqualTo(200);
        gateway.time().advance(Duration.ofSeconds(1));
        assertSaid(
                publish("a", "auth=" + token),
                403,
                "{\"message\":\"Token is expired.\",\"error\":true,\"service\":\"Access Manager\",\"status\":403}");
    }

    @Test
    void aTokenCanBeRevoked() {
        String token = gateway.token(60, "\"resources\":{\"channels\":{\"a\":2}}");
        String other = gateway.token(61, "\"resources\":{\"channels\":{\"a\":2}}");
        assertSaid(
                gateway.signed("DELETE", GRANT + '/' + token, ""),
                200,
                "{\"data\":{\"message\":\"Success\"},\"service\":\"Access Manager\",\"status\":200}");
        assertSaid(
                publish("a", "auth=" + token),
                403,
                "{\"message\":\"Token is revoked.\",\"error\":true,\"service\":\"Access Manager\",\"status\":403}");
        assertThat(publish("a", "auth=" + other).status()).isEqualTo(200);
    }

    @Test
    void onlyATokenThatStillCountsCanBeRevoked() {
        String token = gateway.token(1, READ_A);
        assertThat(gateway.delete(GRANT + '/' + token).status()).isEqualTo(403);
        assertSaid(
                gateway.signed("DELETE", GRANT + "/nonsense", ""),
                400,
                "{\"error\":{\"message\":\"Invalid token\",\"source\":\"revoke\",\"details\":[{\"message\":"
                        + "\"Token is invalid.\",\"location\":\"token\",\"locationType\":\"path\"}]},"
                        + "\"service\":\"Access Manager\",\"status\":400}");
        gateway.time().advance(Duration.ofMinutes(1));
        assertSaid(
                gateway.signed("DELETE", GRANT + '/' + token, ""),
                400,
                "{\"error\":{\"message\":\"Invalid token\",\"source\":\"revoke\",\"details\":[{\"message\":"
                        + "\"Token is expired.\",\"location\":\"token\",\"locationType\":\"path\"}]},"
                        + "\"service\":\"Access Manager\",\"status\":400}");
    }

    @Test
    void whoHasTheSecretKeyNeedsNoToken() {
        assertThat(gateway.signed("GET", "/publish/pub/managed/0/a/0/1", "").status())
                .isEqualTo(200);
        assertThat(gateway.signed("GET", "/v1/channel-registration/sub-key/managed/channel-group", "")
                        .status())
                .isEqualTo(200);
        assertThat(gateway.get("/v1/channel-registration/sub-key/managed/channel-group?auth="
                                + gateway.token(60, "\"patterns\":{\"groups\":{\".*\":255}}"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aTokenOfAUserOpensTheConversationsOfThatUser() {
        gateway.user("ann");
        gateway.user("bob");
        String body = "{\"ttl\":60,\"permissions\":{\"uuid\":\"bob\",\"resources\":{\"channels\":{\"ann.bob\":3}}}}";
        String bobs = gateway.signed("POST", "/v3/pam/shared/grant", body)
                .json()
                .path("data")
                .path("token")
                .textValue();
        String anybodys = gateway.signed("POST", "/v3/pam/shared/grant", body.replace("\"uuid\":\"bob\",", ""))
                .json()
                .path("data")
                .path("token")
                .textValue();
        String history = "/v2/history/sub-key/shared/channel/ann.bob?uuid=";
        assertThat(gateway.get(history + "bob").status()).isEqualTo(403);
        assertThat(gateway.get(history + "bob&auth=" + bobs).status()).isEqualTo(200);
        assertThat(gateway.get(history + "ann&auth=" + bobs).status()).isEqualTo(403);
        assertThat(gateway.get(history + "bob&auth=" + anybodys).status()).isEqualTo(403);
        assertThat(gateway.get("/publish/pub/shared/0/ann.bob/0/%7B%22value%22:1%7D?uuid=bob&auth=" + bobs)
                        .status())
                .isEqualTo(200);
        assertThat(gateway.get("/v3/history/sub-key/shared/channel/bob.ann?include_uuid=true&uuid=bob&auth=" + bobs)
                        .body())
                .as("the speaker is whoever the token proves, and nothing else is known of a user without an account")
                .contains("{\"message\":{\"value\":1,\"userId\":\"bob\",\"username\":\"bob\",\"channel\":\"bob\"},")
                .contains("\"uuid\":\"bob\"");

        gateway.signed("DELETE", "/v3/pam/shared/grant/" + bobs, "");
        assertThat(gateway.get(history + "bob&auth=" + bobs).status()).isEqualTo(403);
    }

    /** Each operation asks for its own permission, and no other one will do. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2  | GET    | /publish/pub/managed/0/a/0/1",
                "2  | POST   | /publish/pub/managed/0/a/0",
                "2  | GET    | /signal/pub/managed/0/a/0/1",
                "1  | GET    | /v2/subscribe/managed/a/0",
                "1  | GET    | /subscribe/managed/a/0/0",
                "1  | GET    | /v2/history/sub-key/managed/channel/a",
                "1  | GET    | /v3/history/sub-key/managed/channel/a",
                "1  | GET    | /v3/history-with-actions/sub-key/managed/channel/a",
                "1  | GET    | /v3/history/sub-key/managed/message-counts/a?timetoken=1",
                "8  | DELETE | /v3/history/sub-key/managed/channel/a",
                "2  | POST   | /v1/message-actions/managed/channel/a/message/17000000000000000?uuid=u",
                "1  | GET    | /v1/message-actions/managed/channel/a",
                "8  | DELETE | /v1/message-actions/managed/channel/a/message/17/action/17?uuid=u",
                "4  | GET    | /v1/channel-registration/sub-key/managed/channel-group/g",
                "4  | GET    | /v1/channel-registration/sub-key/managed/channel-group/g?add=a",
                "4  | GET    | /v1/channel-registration/sub-key/managed/channel-group/g?remove=a",
                "4  | GET    | /v1/channel-registration/sub-key/managed/channel-group/g/remove",
            })
    void everyOperationAsksForItsPermission(int bit, String method, String target) {
        String body = method.equals("POST") ? "{\"type\":\"t\",\"value\":\"v\"}" : "";
        String auth = (target.contains("?") ? "&" : "?") + "auth=";
        for (int one = 1; one < 256; one <<= 1) {
            String token = gateway.token(
                    60, "\"resources\":{\"channels\":{\"a\":" + one + "},\"groups\":{\"g\":" + one + "}}");
            Reply reply = Await.value(gateway.begin(method, target + auth + token, body, null));
            if (one == bit) {
                assertThat(reply.status()).as("%s with %s", target, one).isNotEqualTo(403);
            } else {
                assertThat(reply.status()).as("%s with %s", target, one).isEqualTo(403);
                assertThat(reply.json().path("payload").size()).isEqualTo(1);
            }
        }
    }
}
