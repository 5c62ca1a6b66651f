package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.access.Signatures.Signed;
import dev.mirror.gateway.access.Signatures.Verdict;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.RawTarget;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed is written out here; only the HMAC is computed. */
class SignaturesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
    private static final String GRANT_PATH = "/v3/pam/sub-k/grant";
    private static final String BODY = "{\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{\"é\":1}}}}";

    private final Signatures signatures = new Signatures("sub-k", "pub-k", "sec-k");

    private static String base64(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("sec-k".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)))
                    .replace('+', '-')
                    .replace('/', '_');
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String versionTwo(String text) {
        return "v2." + base64(text).replace("=", "");
    }

    private Verdict check(String method, String path, Map<String, String> query, String body) {
        return signatures.check(new Signed(method, path, query, body), NOW);
    }

    private static Map<String, String> query(String signature) {
        Map<String, String> query = new HashMap<>();
        query.put("uuid", "ann b~*'é");
        query.put("timestamp", "1790000000");
        query.put("pnsdk", "PubNub-Java-Unified/6.3.6");
        query.put("signature", signature);
        return query;
    }

    private static final String SORTED =
            "pnsdk=PubNub-Java-Unified%2F6.3.6&timestamp=1790000000&uuid=ann%20b%7E%2A%27%C3%A9";

    @Test
    void versionTwoCoversMethodPathQueryAndBody() {
        String signature = versionTwo("POST\npub-k\n" + GRANT_PATH + "\n" + SORTED + "\n" + BODY);
        assertThat(check("POST", GRANT_PATH, query(signature), BODY)).isEqualTo(Verdict.GOOD);

        assertThat(check("GET", GRANT_PATH, query(signature), BODY)).isEqualTo(Verdict.WRONG);
        assertThat(check("POST", GRANT_PATH + "/", query(signature), BODY)).isEqualTo(Verdict.WRONG);
        assertThat(check("POST", GRANT_PATH, query(signature), BODY + " ")).isEqualTo(Verdict.WRONG);
        assertThat(check("POST", GRANT_PATH, query(signature), "")).isEqualTo(Verdict.WRONG);
        Map<String, String> other = query(signature);
        other.put("uuid", "bob");
        assertThat(check("POST", GRANT_PATH, other, BODY)).isEqualTo(Verdict.WRONG);
        Map<String, String> more = query(signature);
        more.put("z", "1");
        assertThat(check("POST", GRANT_PATH, more, BODY)).isEqualTo(Verdict.WRONG);
        assertThat(new Signatures("sub-k", "pub-k", "other")
                        .check(new Signed("POST", GRANT_PATH, query(signature), BODY), NOW))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void versionTwoOfAGetEndsWithAnEmptyBody() {
        String path = "/v2/history/sub-key/sub-k/channel/c%20h";
        String signature = versionTwo("GET\npub-k\n" + path + "\n" + SORTED + "\n");
        assertThat(check("GET", path, query(signature), "")).isEqualTo(Verdict.GOOD);
        assertThat(check("DELETE", path, query(signature), "")).isEqualTo(Verdict.WRONG);
    }

    /** JavaScript: whatever the method, a publish is signed as a GET without a body. */
    @Test
    void aPublishMayBeSignedAsAGet() {
        String path = "/publish/pub-k/sub-k/0/ch/0";
        String signature = versionTwo("GET\npub-k\n" + path + "\n" + SORTED + "\n");
        assertThat(check("POST", path, query(signature), "\"hi\"")).isEqualTo(Verdict.GOOD);
        String large = "/v2/publish/pub-k/sub-k/0/ch/0";
        assertThat(check("POST", large, query(versionTwo("GET\npub-k\n" + large + "\n" + SORTED + "\n")), "\"hi\""))
                .isEqualTo(Verdict.WRONG);
        assertThat(check(
                        "POST",
                        large,
                        query(versionTwo("POST\npub-k\n" + large + "\n" + SORTED + "\n\"hi\"")),
                        "\"hi\""))
                .isEqualTo(Verdict.GOOD);
    }

    /** Java: a POST of a publish is signed as before version 2. */
    @Test
    void aPublishMayBeSignedInTheOlderWay() {
        String path = "/publish/pub-k/sub-k/0/ch/0";
        String signature = base64("sub-k\npub-k\n" + path + "\n" + SORTED);
        assertThat(signature).endsWith("=");
        assertThat(check("POST", path, query(signature), "\"hi\"")).isEqualTo(Verdict.GOOD);
    }

    /** JavaScript 3.16. */
    @Test
    void aGetMayBeSignedInTheOlderWay() {
        String path = "/subscribe/sub-k/ch1%2Cch2/0/0";
        assertThat(check("GET", path, query(base64("sub-k\npub-k\n" + path + "\n" + SORTED)), ""))
                .isEqualTo(Verdict.GOOD);
        assertThat(check("GET", "/v1/auth/grant/sub-key/sub-k", query(base64("sub-k\npub-k\ngrant\n" + SORTED)), ""))
                .isEqualTo(Verdict.GOOD);
        assertThat(check("GET", "/v1/auth/audit/sub-key/sub-k", query(base64("sub-k\npub-k\naudit\n" + SORTED)), ""))
                .isEqualTo(Verdict.GOOD);
        assertThat(check("GET", "/v1/auth/audit/sub-key/sub-k", query(base64("sub-k\npub-k\ngrant\n" + SORTED)), ""))
                .isEqualTo(Verdict.WRONG);
    }

    /** Or what it grants could be exchanged under way. */
    @Test
    void aGrantCannotBeSignedInTheOlderWay() {
        String older = base64("sub-k\npub-k\n" + GRANT_PATH + "\n" + SORTED);
        assertThat(check("POST", GRANT_PATH, query(older), BODY)).isEqualTo(Verdict.WRONG);
        assertThat(check("POST", GRANT_PATH, query(older), "")).isEqualTo(Verdict.WRONG);
        assertThat(check(
                        "DELETE",
                        GRANT_PATH + "/t",
                        query(base64("sub-k\npub-k\n" + GRANT_PATH + "/t\n" + SORTED)),
                        ""))
                .isEqualTo(Verdict.WRONG);
    }

    /** What Java's SDK 6.3.6 sent, to the letter: each is a method, a target, and a body. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " <> ",
            quoteCharacter = '`',
            value = {
                "POST <> /v3/pam/sub-k/grant?pnsdk=PubNub-Java-Unified%2F6.3.6"
                        + "&requestid=41b8f8b9-b083-445f-b674-3a6fcf695cca&uuid=root&timestamp=1795456779"
                        + "&signature=v2.S4YIxyL2sXzDpHmqfOXg1ieDqeiA8KenGy8aM55obeQ"
                        + " <> {\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{\"ch\":11,\"c2\":3},"
                        + "\"groups\":{\"g\":5},\"uuids\":{\"ann\":96},\"spaces\":{},\"users\":{}},\"patterns\":{"
                        + "\"channels\":{\"^room-[a-z]+$\":1},\"groups\":{},\"uuids\":{},\"spaces\":{},\"users\":{}},"
                        + "\"meta\":{\"k\":\"v ~*'()! é\"},\"uuid\":\"ann\"}}",
                "POST <> /publish/pub-k/sub-k/0/ch/0?pnsdk=PubNub-Java-Unified/6.3.6&l_pamv3=0.138&l_cg=0.074"
                        + "&requestid=bbda5090-cc0e-4901-a956-146933725d7d"
                        + "&meta=%7B%22x%20y%22%3A%22%7Eb*c%27%C3%A9%22%7D&seqn=1&uuid=root&timestamp=1795456781"
                        + "&signature=j8XaNzQnNeBeR95wQJquMG8-mwE2wckqNN4DOTX0hKU%3D"
                        + " <> {\"text\":\"whatever: it is not signed\"}",
                "GET <> /publish/pub-k/sub-k/0/ch/0/%5B1%2C%22a%3Bb%3Dc%7Cd%22%2C%7B%22text%22%3A%22h%C3%A9llo%20%2F%20"
                        + "%3F%20%26%20%3D%20%2B%20%25%20%7E*%27%28%29%21%20%5C%22%20%5B1%2C2%5D%20%3B%20%7C%20%F0%9F"
                        + "%98%80%22%7D%5D?pnsdk=PubNub-Java-Unified/6.3.6&l_pamv3=0.138&l_pub=0.081&l_cg=0.074"
                        + "&requestid=c2ed25cd-61cb-4e9b-8bd5-97ad4956a972&seqn=2&uuid=root&timestamp=1795456782"
                        + "&signature=v2.l_L_ESkIU8_ZR6BLwmAqVDhmW0zvkqYMlGkaWkIqbM8 <> ``",
                "POST <> /v1/message-actions/sub-k/channel/ch/message/17954567818300668?l_sig=0.041"
                        + "&pnsdk=PubNub-Java-Unified/6.3.6&l_pamv3=0.138&l_pub=0.043&l_cg=0.074"
                        + "&requestid=d92ff1a8-8420-45d9-b67a-9553fec2140c&uuid=root&timestamp=1795456782"
                        + "&signature=v2.Fax9I4TwtxXbSb23GZOmdIw2I-sWDtATkc7tAKHoAGs"
                        + " <> {\"type\":\"r\",\"value\":\"v0\"}",
                "DELETE <> /v3/history/sub-key/sub-k/channel/ch?l_sig=0.041&pnsdk=PubNub-Java-Unified%2F6.3.6"
                        + "&l_pamv3=0.138&l_pub=0.043&l_cg=0.074&requestid=77b23571-4db3-41a1-b2af-2b05df9ae90e"
                        + "&l_msga=0.033&uuid=root&timestamp=1795456783"
                        + "&signature=v2.T1_wX28gBIBeFV8a666b8SjYp0SnDNLdjOkx6hSDqTc <> ``",
            })
    void whatTheJavaSdkSignedIsGood(String method, String target, String body) {
        RawTarget raw = RawTarget.parse(target).orElseThrow();
        Map<String, String> query = Query.parse(raw.query()).all();
        Instant then = Instant.ofEpochSecond(Long.parseLong(query.get("timestamp")));
        assertThat(signatures.check(new Signed(method, raw.path(), query, body), then))
                .isEqualTo(Verdict.GOOD);
        assertThat(signatures.check(new Signed(method, raw.path() + 'x', query, body), then))
                .isEqualTo(Verdict.WRONG);
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, -1, 0, 60})
    void aRequestIsFreshForAMinute(long seconds) {
        assertThat(atTime(Long.toString(1_790_000_000 + seconds))).isEqualTo(Verdict.GOOD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1789999939",
                "1790000061",
                "1790000000000",
                "",
                "now",
                "-9223372036854775808",
                "99999999999999999999"
            })
    void aRequestOfAnotherTimeIsStale(String timestamp) {
        assertThat(atTime(timestamp)).isEqualTo(Verdict.STALE);
    }

    private Verdict atTime(String timestamp) {
        String signature = versionTwo("GET\npub-k\n/x\ntimestamp=" + timestamp + "\n");
        return check("GET", "/x", Map.of("timestamp", timestamp, "signature", signature), "");
    }

    @Test
    void withoutASignatureNothingIsProved() {
        assertThat(check("GET", "/x", Map.of("timestamp", "1790000000"), "")).isEqualTo(Verdict.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v2.", "v2.AAAA", "AAAA", "v2.!!", "ä", "v1.AAAA"})
    void anythingElseIsWrong(String signature) {
        assertThat(check("GET", "/x", Map.of("timestamp", "1790000000", "signature", signature), ""))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void aNameThatReadsLikeSeveralParametersIsNotSigned() {
        String path = "/v3/history/sub-key/sub-k/channel/ch";
        String signature = versionTwo("DELETE\npub-k\n" + path + "\nend=100&start=50&timestamp=1790000000\n");
        Map<String, String> signed =
                Map.of("end", "100", "start", "50", "timestamp", "1790000000", "signature", signature);
        assertThat(check("DELETE", path, signed, "")).isEqualTo(Verdict.GOOD);
        Map<String, String> folded = Map.of("end=100&start", "50", "timestamp", "1790000000", "signature", signature);
        assertThat(check("DELETE", path, folded, "")).isEqualTo(Verdict.WRONG);
    }
}
