package dev.mirror.gateway.groups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.testkit.time.Await;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupEndpointsTest {
    private static final String GROUPS = "/v1/channel-registration/sub-key/open/channel-group";
    private static final String DONE =
            "{\"status\":200,\"message\":\"OK\",\"service\":\"channel-registry\",\"error\":false}";

    private final ServiceFixture gateway = new ServiceFixture();

    @AfterEach
    void close() {
        gateway.close();
    }

    private void assertSaid(String target, int status, String body) {
        Reply reply = gateway.get(target);
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static String list(String group, String channels) {
        return "{\"status\":200,\"payload\":{\"channels\":[" + channels + "],\"group\":\"" + group
                + "\"},\"service\":\"channel-registry\",\"error\":false}";
    }

    private static String groups(String names) {
        return "{\"status\":200,\"payload\":{\"namespace\":\"\",\"groups\":[" + names
                + "]},\"service\":\"channel-registry\",\"error\":false}";
    }

    @Test
    void channelsAreAddedListedAndRemoved() {
        assertSaid(GROUPS + "/g?add=b,a%2Cc", 200, DONE);
        assertSaid(GROUPS + "/g", 200, list("g", "\"a\",\"b\",\"c\""));
        assertSaid(GROUPS + "/g?remove=b,x", 200, DONE);
        assertSaid(GROUPS + "/g?add=a&cloak=true", 200, DONE);
        assertSaid(GROUPS + "/g", 200, list("g", "\"a\",\"c\""));
    }

    @Test
    void aGroupIsThereAsLongAsItHasChannels() {
        assertSaid(GROUPS, 200, groups(""));
        gateway.get(GROUPS + "/g2?add=a");
        gateway.get(GROUPS + "/g1?add=a,b");
        assertSaid(GROUPS, 200, groups("\"g1\",\"g2\""));
        gateway.get(GROUPS + "/g1?remove=a,b");
        assertSaid(GROUPS, 200, groups("\"g2\""));
        assertSaid(GROUPS + "/g2/remove", 200, DONE);
        assertSaid(GROUPS, 200, groups(""));
        assertSaid(GROUPS + "/g2", 200, list("g2", ""));
    }

    @Test
    void groupsOfANamespaceStandApart() {
        String root = GROUPS.substring(0, GROUPS.lastIndexOf('/'));
        gateway.get(GROUPS + "/g?add=a");
        assertSaid(root + "/namespace/n/channel-group/g?add=b", 200, DONE);
        assertSaid(root + "/namespace/n/channel-group/g", 200, list("g", "\"b\""));
        assertSaid(GROUPS, 200, groups("\"g\""));
        assertSaid(root + "/namespace/n/channel-group", 200, groups("\"g\"").replace("\"\"", "\"n\""));
        assertSaid(
                root + "/namespace",
                200,
                "{\"status\":200,\"payload\":{\"sub_key\":\"open\",\"namespaces\":[\"n\"]},"
                        + "\"service\":\"channel-registry\",\"error\":false}");
        assertThat(gateway.get(root + "/namespace/n%3Am/channel-group/g").status())
                .isEqualTo(400);
        assertSaid(root + "/namespace/n/remove", 200, DONE);
        assertSaid(root + "/namespace/n/channel-group", 200, groups("").replace("\"\"", "\"n\""));
        assertSaid(GROUPS + "/g", 200, list("g", "\"a\""));
    }

    @Test
    void keysetsHaveGroupsOfTheirOwn() {
        gateway.get(GROUPS + "/g?add=a");
        assertSaid("/v1/channel-registration/sub_key/shared/channel-group/g", 200, list("g", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/g?add=a*",
                "/g?add=a:b",
                "/g?add=a%20b",
                "/g?remove=a%2Fb",
                "/g*?add=a",
                "/a%3Ab",
                "/g%5C/remove"
            })
    void reservedCharactersAreRefused(String call) {
        assertSaid(
                GROUPS + call,
                400,
                "{\"message\":\"Reserved character in input parameters.\",\"error\":true,"
                        + "\"service\":\"channel-registry\",\"status\":400}");
    }

    private static String names(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    }

    @Test
    void aCallAndAGroupHaveLimits() {
        assertThat(gateway.get(GROUPS + "/g?add=" + names(0, 201)).status()).isEqualTo(400);
        for (int i = 0; i < 2_000; i += 200) {
            assertSaid(GROUPS + "/g?add=" + names(i, i + 200), 200, DONE);
        }
        assertThat(gateway.get(GROUPS + "/g?add=more").status()).isEqualTo(400);
        assertSaid(GROUPS + "/g?add=c0", 200, DONE);
        assertThat(gateway.get(GROUPS + "/g").json().path("payload").path("channels"))
                .hasSize(2_000);
        assertSaid(GROUPS + "/g/remove", 200, DONE);
        assertSaid(GROUPS + "/g", 200, list("g", ""));
    }

    @Test
    void aPollHearsOfTheChannelsOfItsGroupAsTheyAreNow() {
        gateway.get(GROUPS + "/g?add=a");
        String cursor = gateway.get("/v2/subscribe/open/,/0?channel-group=g")
                .json()
                .path("t")
                .path("t")
                .textValue();
        CompletableFuture<Reply> poll =
                gateway.begin("GET", "/v2/subscribe/open/,/0?channel-group=g&tt=" + cursor + "&tr=1", "", null);
        gateway.get(GROUPS + "/g?add=b");
        gateway.get(GROUPS + "/g?remove=a");
        gateway.publish("open", "a", "\"not\"", "");
        gateway.publish("open", "b", "\"yes\"", "");
        Reply reply = Await.value(poll);
        assertThat(reply.json().path("m")).hasSize(1);
        assertThat(reply.json().path("m").get(0).path("c").textValue()).isEqualTo("b");
        assertThat(reply.json().path("m").get(0).path("b").textValue()).isEqualTo("g");
    }

    @Test
    void aMemberThatAListenerMayNotReadIsLeftOut() {
        gateway.user("ann");
        gateway.user("bob");
        gateway.get("/v1/channel-registration/sub-key/shared/channel-group/g?add=ann.bob,news");
        String begin = "/v2/subscribe/shared/";
        assertThat(gateway.get(begin + "ann.bob/0").status()).isEqualTo(403);
        gateway.publish("shared", "news", "\"before\"", "");
        Reply handshake = gateway.get(begin + ",/0?channel-group=g");
        assertThat(handshake.status()).as(handshake.body()).isEqualTo(200);
        String cursor = handshake.json().path("t").path("t").textValue();
        CompletableFuture<Reply> poll =
                gateway.begin("GET", begin + ",/0?channel-group=g&tt=" + cursor + "&tr=1", "", null);
        gateway.publish("shared", "news", "\"yes\"", "");
        assertThat(Await.value(poll).json().path("m")).hasSize(1);
    }

    @Test
    void i6_whatAPollListensToIsBounded() {
        for (int group = 0; group < 3; group++) {
            for (int i = 0; i < 2_000; i += 200) {
                assertSaid(GROUPS + "/big" + group + "?add=" + names(i, i + 200), 200, DONE);
            }
        }
        String begin = "/v2/subscribe/open/,/0?channel-group=";
        assertThat(gateway.get(begin + "big0,big1").status()).isEqualTo(200);
        Reply refused = gateway.get(begin + "big0,big1,big2");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("\"message\":\"Too Many Channels\"");
        String ten = IntStream.range(0, 10)
                .mapToObj(i -> "g" + i + ",g" + i + "-pnpres")
                .collect(Collectors.joining(","));
        assertThat(gateway.get(begin + ten).status()).isEqualTo(200);
        assertThat(gateway.get(begin + ten + ",g10").status()).isEqualTo(400);
        assertThat(gateway.get("/v2/subscribe/open/" + names(0, 2_000) + "/0").status())
                .isEqualTo(200);
        assertThat(gateway.get("/v2/subscribe/open/" + names(0, 2_001) + "/0").status())
                .isEqualTo(400);
    }
}
