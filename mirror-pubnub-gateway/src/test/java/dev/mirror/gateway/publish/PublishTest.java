package dev.mirror.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.message.Publication;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publish and signal: what is taken, what is said to it, what is refused and how. */
class PublishTest {
    private static final String GET = "/publish/pub-c-1/sub-c-1/0/";
    private static final String SUBSCRIBE = "/v2/subscribe/sub-c-1/";

    private final GatewayFixture fixture = new GatewayFixture();

    private List<String> stored(String channel) {
        ChannelName name = ChannelName.parse(channel).orElseThrow();
        return Await.value(fixture.broker().history(HistoryQuery.latest(name, 100))).publications().stream()
                .map(Publication::entry)
                .map(Publication.Entry::body)
                .toList();
    }

    /** What a subscriber gets of what was said since it began, as it stands on the wire. */
    private String heard(String channel, Runnable said) {
        String handshake = fixture.text(SUBSCRIBE + channel + "/0?tt=0");
        String timetoken = handshake.replaceAll(".*\"t\":\"(\\d+)\".*", "$1");
        String region = handshake.replaceAll(".*\"r\":(\\d+).*", "$1");
        said.run();
        return fixture.text(SUBSCRIBE + channel + "/0?tt=" + timetoken + "&tr=" + region)
                .replaceAll("\\{\"t\":\"\\d+\",\"r\":\\d+\\}", "T");
    }

    @Test
    void getPublishesWhatStandsInThePath() {
        assertThat(fixture.text(GET + "ch/0/%7B%22text%22:%22h%C3%A9llo%20%2F%20%3F&=+%25%22,%22n%22:1%7D?uuid=ann"))
                .matches("\\[1,\"Sent\",\"\\d{17}\"]");
        assertThat(stored("sub-c-1:ch")).containsExactly("{\"i\":\"ann\",\"d\":{\"text\":\"héllo / ?&=+%\",\"n\":1}}");
    }

    @Test
    void arraysAndBracketsAndSemicolonsAreRead() {
        assertThat(heard("ch", () -> fixture.text(GET + "ch/0/[1,%22a;b=c%7Cd%22]")))
                .contains("\"d\":[1,\"a;b=c|d\"]");
    }

    @Test
    void everythingThatWasSaidBesideItArrives() {
        String query =
                "?uuid=ann&seqn=7&meta=%7B%22k%22%3A%22v%22%7D&custom_message_type=my-type&store=1&ttl=24&l_pub=0.1";
        assertThat(heard("ch", () -> fixture.text(GET + "ch/0/%22hi%22" + query)))
                .isEqualTo("{\"t\":T,\"m\":[{\"a\":\"1\",\"f\":0,\"i\":\"ann\",\"s\":7,\"p\":T,\"cmt\":\"my-type\","
                        + "\"u\":{\"k\":\"v\"},\"d\":\"hi\",\"k\":\"sub-c-1\",\"c\":\"ch\",\"b\":\"ch\"}]}");
    }

    @Test
    void postPublishesItsBody() {
        TestCall call = fixture.ask(new TestCall("POST", GET + "ch/0?uuid=ann").body("{\"a\":1}"));
        assertThat(call.text()).startsWith("[1,\"Sent\",\"");
        assertThat(stored("sub-c-1:ch")).containsExactly("{\"i\":\"ann\",\"d\":{\"a\":1}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "gzip"})
    void bodiesMayBeCompressed(String coding) throws IOException {
        byte[] body = packed(coding, "\"packed\"".getBytes(StandardCharsets.UTF_8));
        fixture.ask(new TestCall("POST", GET + "ch/0")
                        .with("Content-Encoding", coding)
                        .body(body))
                .text();
        assertThat(stored("sub-c-1:ch")).containsExactly("{\"d\":\"packed\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "gzip"})
    void aBodyThatGrowsBeyondTheLimitIsRefused(String coding) throws IOException {
        byte[] bomb = packed(coding, new byte[50 << 20]);
        TestCall call = fixture.ask(new TestCall("POST", GET + "ch/0")
                .with("Content-Encoding", coding)
                .body(bomb));
        assertThat(call.answered()).isEqualTo("413 [0,\"Request Entity Too Large\"]");
    }

    private static byte[] packed(String coding, byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void damagedAndUnknownCodingsAreRefused() {
        TestCall damaged = new TestCall("POST", GET + "ch/0").with("Content-Encoding", "gzip");
        assertThat(fixture.ask(damaged.body("no gzip")).answered()).startsWith("400 [0,\"Invalid JSON\",\"");
        TestCall unknown = new TestCall("POST", GET + "ch/0").with("Content-Encoding", "br");
        assertThat(fixture.ask(unknown.body("1")).answered()).startsWith("415 [0,\"Unsupported Media Type\",\"");
        TestCall noText = new TestCall("POST", GET + "ch/0");
        assertThat(fixture.ask(noText.body(new byte[] {'"', (byte) 0xC3, '"'})).answered())
                .startsWith("400 [0,\"Invalid JSON\",\"");
    }

    @Test
    void theLargePublishTakesMore() {
        String large = "\"" + "x".repeat(100_000) + "\"";
        assertThat(fixture.ask(new TestCall("POST", GET + "ch/0").body(large)).answered())
                .isEqualTo("413 [0,\"Request Entity Too Large\"]");
        assertThat(fixture.ask(new TestCall("POST", "/v2" + GET + "ch/0").body(large))
                        .text())
                .startsWith("[1,");
        String tooLarge = "\"" + "x".repeat(2 << 20) + "\"";
        assertThat(fixture.ask(new TestCall("POST", "/v2" + GET + "ch/0").body(tooLarge))
                        .answered())
                .isEqualTo("413 [0,\"Request Entity Too Large\"]");
    }

    @Test
    void metaDataCountsToo() {
        String meta = "%22" + "x".repeat(20_000) + "%22";
        String body = "\"" + "y".repeat(20_000) + "\"";
        assertThat(fixture.ask(new TestCall("POST", GET + "ch/0?meta=" + meta).body(body))
                        .answered())
                .isEqualTo("413 [0,\"Request Entity Too Large\"]");
    }

    @Test
    void aTargetThatIsTooLongIsSaidSo() {
        assertThat(fixture.get(GET + "ch/0/%22" + "x".repeat(41_000) + "%22").answered())
                .isEqualTo("414 {\"status\":414,\"service\":\"Balancer\",\"error\":true,"
                        + "\"message\":\"Request URI Too Long\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/publish/pub-c-1/nobody/0/ch/0/1           | 400 [0,\"Invalid Key\",\"T\"]",
                "/publish/wrong/sub-c-1/0/ch/0/1            | 400 [0,\"Invalid Key\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/ch/0/{          | 400 [0,\"Invalid JSON\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/ch/0/1%202      | 400 [0,\"Invalid JSON\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/ch/0/%C3        | 400 {\"message\":\"Bad Request\",\"error\":true,\"service\":\"Balancer\",\"status\":400}",
                "/publish/pub-c-1/sub-c-1/0/ch/0/1?meta=x   | 400 [0,\"Invalid JSON\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/ch/cb/1         | 400 [0,\"JSONP is not supported\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/a%2Fb/0/1       | 400 [0,\"Invalid Channel\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/a.*/0/1         | 400 [0,\"Invalid Channel\",\"T\"]",
                "/publish/pub-c-1/sub-c-1/0/a-pnpres/0/1    | 400 [0,\"Invalid Channel\",\"T\"]",
                "/publish/pub-c-3/sub-c-3/0/ch/0/1          | 403 {\"message\":\"Forbidden\",\"payload\":{\"channels\":[\"ch\"]},\"error\":true,\"service\":\"Access Manager\",\"status\":403}",
                "/signal/pub-c-1/nobody/0/ch/0/1            | 400 [0,\"Invalid Key\",\"T\"]",
                "/publish/pub-c-1/sub-c-1                   | 404 {\"message\":\"Not Found\",\"error\":true,\"service\":\"Balancer\",\"status\":404}",
            })
    void refusalsHaveTheFormThatSdksRead(String target, String expected) {
        assertThat(fixture.get(target).answered().replaceAll("\"\\d{17}\"", "\"T\""))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "_ab", "-ab", "pn-ab", "pn_ab", "a b", "aé1"})
    void customTypesThatAreNoneAreRefused(String type) {
        String encoded = type.replace(" ", "%20").replace("é", "%C3%A9");
        assertThat(fixture.get(GET + "ch/0/1?custom_message_type=" + encoded).answered())
                .startsWith("400 [0,");
    }

    @Test
    void customTypesHaveAtMostFiftyCharacters() {
        fixture.text(GET + "ch/0/1?custom_message_type=" + "a".repeat(50));
        assertThat(fixture.get(GET + "ch/0/1?custom_message_type=" + "a".repeat(51))
                        .answered())
                .startsWith("400 ");
    }

    @Test
    void whatIsNotStoredIsHeardAndNotKept() {
        String heard = heard("ch", () -> fixture.text(GET + "ch/0/%22passing%22?store=0&uuid=ann"));
        assertThat(heard).contains("\"d\":\"passing\"").doesNotContain("\"e\"");
        assertThat(stored("sub-c-1:ch")).isEmpty();
    }

    @Test
    void whatIsFiredIsAnsweredAndHeardByNobody() {
        String handshake = fixture.text(SUBSCRIBE + "ch/0?tt=0");
        assertThat(fixture.text(GET + "ch/0/%22f%22?store=0&norep=true")).startsWith("[1,\"Sent\",\"");
        assertThat(fixture.text(SUBSCRIBE + "ch/0?tt=0").replaceAll(".*\"r\":(\\d+).*", "$1"))
                .isEqualTo(handshake.replaceAll(".*\"r\":(\\d+).*", "$1"));
        assertThat(stored("sub-c-1:ch")).isEmpty();
    }

    @Test
    void aSignalIsHeardAsOneAndNotKept() {
        String heard = heard(
                "ch",
                () -> fixture.text("/signal/pub-c-1/sub-c-1/0/ch/0/%22typing%22?uuid=ann&custom_message_type=typ"));
        assertThat(heard).contains("\"e\":1").contains("\"d\":\"typing\"").contains("\"cmt\":\"typ\"");
        assertThat(stored("sub-c-1:ch")).isEmpty();
    }

    @Test
    void aSignalIsSmall() {
        assertThat(fixture.text("/signal/pub-c-1/sub-c-1/0/ch/0/%22" + "x".repeat(62) + "%22"))
                .startsWith("[1,");
        assertThat(fixture.get("/signal/pub-c-1/sub-c-1/0/ch/0/%22" + "x".repeat(63) + "%22")
                        .answered())
                .startsWith("400 [0,\"Signal size too large\",\"");
    }

    @Test
    void aUuidIsOneThatCanBeShown() {
        for (String uuid : List.of("%0A", "%20", "x%7F", "x".repeat(93))) {
            assertThat(fixture.get(GET + "ch/0/1?uuid=" + uuid).answered())
                    .as(uuid)
                    .startsWith("400 [0,\"Invalid UUID\",");
        }
        for (String uuid : List.of("", "x%20y", "x".repeat(92))) {
            assertThat(fixture.text(GET + "ch/0/1?uuid=" + uuid)).as(uuid).startsWith("[1,");
        }
    }

    @Test
    void namesMayHaveDotsAndUmlautsAndSpacesNot() {
        assertThat(fixture.text(GET + "a.b.c.d/0/1")).startsWith("[1,");
        assertThat(fixture.text(GET + "%C3%BCber/0/1")).startsWith("[1,");
        assertThat(stored("sub-c-1:über")).hasSize(1);
        assertThat(fixture.get(GET + "a%20b/0/1").answered()).startsWith("400 [0,\"Invalid Channel\"");
    }
}
