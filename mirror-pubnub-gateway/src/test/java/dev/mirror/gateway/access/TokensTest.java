package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.route.Permission;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
    private static final String BODY = """
            {"ttl":60,"permissions":{"uuid":"ann",
             "resources":{"channels":{"ch1":3,"ch2":1},"groups":{"g1":5},"uuids":{"ann":96},"spaces":{},"users":{}},
             "patterns":{"channels":{"^room-[a-z]+$":1},"groups":{"^:team-.*$":4},"uuids":{}},
             "meta":{"plan":"gold","seats":3,"ratio":0.5,"on":true,"gone":null,"more":{"a":["b"]}}}}""";

    private final Tokens tokens = new Tokens("sub-k", "sec-k");

    private AccessToken token(String body) {
        return tokens.open(tokens.grant(body, NOW)).orElseThrow();
    }

    @Test
    void aTokenAllowsWhatWasGrantedByName() {
        AccessToken token = token(BODY);
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "ch1")).isTrue();
        assertThat(token.allows(Permission.WRITE, Resource.CHANNEL, "ch1")).isTrue();
        assertThat(token.allows(Permission.MANAGE, Resource.CHANNEL, "ch1")).isFalse();
        assertThat(token.allows(Permission.WRITE, Resource.CHANNEL, "ch2")).isFalse();
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "ch3")).isFalse();
        assertThat(token.allows(Permission.MANAGE, Resource.GROUP, "g1")).isTrue();
        assertThat(token.allows(Permission.MANAGE, Resource.CHANNEL, "g1")).isFalse();
        assertThat(token.allows(Permission.GET, Resource.UUID, "ann")).isTrue();
        assertThat(token.allows(Permission.UPDATE, Resource.UUID, "ann")).isTrue();
        assertThat(token.allows(Permission.DELETE, Resource.UUID, "ann")).isFalse();
    }

    @Test
    void aTokenAllowsWhatAPatternMatchesAsAWhole() {
        AccessToken token = token(BODY);
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "room-a")).isTrue();
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "room-1")).isFalse();
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "xroom-a")).isFalse();
        assertThat(token.allows(Permission.READ, Resource.CHANNEL, "room-a\n")).isFalse();
        assertThat(token.allows(Permission.WRITE, Resource.CHANNEL, "room-a")).isFalse();
        assertThat(token.allows(Permission.MANAGE, Resource.GROUP, "team-1")).isTrue();

        AccessToken loose = token("{\"ttl\":1,\"permissions\":{\"patterns\":{\"channels\":{\"room\":1}}}}");
        assertThat(loose.allows(Permission.READ, Resource.CHANNEL, "room")).isTrue();
        assertThat(loose.allows(Permission.READ, Resource.CHANNEL, "rooms")).isFalse();
    }

    @Test
    void aTokenSaysWhoMayUseItAndHowLong() {
        AccessToken token = token(BODY);
        assertThat(token.onlyUser()).contains("ann");
        assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(3_600));
        AccessToken everybodys = token("{\"ttl\":43200,\"permissions\":{\"resources\":{\"channels\":{\"a\":1}}}}");
        assertThat(everybodys.onlyUser()).isEmpty();
        assertThat(everybodys.expiresAt()).isEqualTo(NOW.plusSeconds(43_200 * 60L));
    }

    @Test
    void metaComesBackAsItWas() {
        assertThat(token(BODY).grant().meta())
                .containsEntry("plan", "gold")
                .containsEntry("seats", 3L)
                .containsEntry("ratio", 0.5)
                .containsEntry("on", true)
                .containsEntry("gone", CborReader.NULL)
                .containsEntry("more", Map.of("a", List.of("b")));
    }

    /** Byte for byte, made by hand: SDKs decode this. */
    @Test
    void theBytesAreThoseThatSdksDecode() throws GeneralSecurityException {
        String text = tokens.grant(
                "{\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{\"a\":3}},\"patterns\":{},\"meta\":{}}}",
                NOW);
        String empty = kinds("a0");
        String expected = "a7" // of 7 entries
                + "4176" + "02" // v: 2
                + "4174" + "1a6ab13b80" // t
                + "4374746c" + "183c" // ttl: 60
                + "43726573" + kinds("a1616103") // res
                + "43706174" + empty // pat
                + "446d657461" + "a0" // meta
                + "43736967"; // sig
        byte[] signed = HexFormat.of().parseHex(expected);
        Mac derive = Mac.getInstance("HmacSHA256");
        derive.init(new SecretKeySpec("sec-k".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] key = derive.doFinal("token/sub-k".getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String whole = expected + "5820" + HexFormat.of().formatHex(mac.doFinal(signed));
        assertThat(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(text)))
                .isEqualTo(whole);
        assertThat(text).doesNotContain("=");
    }

    private static String kinds(String channels) {
        return "a5" + "446368616e" + channels + "43677270" + "a0" + "43757372" + "a0" + "43737063" + "a0" + "4475756964"
                + "a0";
    }

    @Test
    void anyChangedByteClosesAToken() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.grant(BODY, NOW));
        for (int i = 0; i < token.length; i++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                byte[] changed = Arrays.copyOf(token, token.length);
                changed[i] ^= (byte) bit;
                assertThat(tokens.open(Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                        .as("bit %s of byte %s", bit, i)
                        .isEmpty();
            }
        }
    }

    @Test
    void whatIsNotATokenDoesNotOpen() {
        String text = tokens.grant(BODY, NOW);
        assertThat(tokens.open("")).isEmpty();
        assertThat(tokens.open("auth-key")).isEmpty();
        assertThat(tokens.open("ä ö")).isEmpty();
        assertThat(tokens.open(text.substring(4))).isEmpty();
        assertThat(tokens.open(text.substring(0, text.length() - 4))).isEmpty();
        assertThat(tokens.open(text + "AAAA")).isEmpty();
        assertThat(tokens.open("A".repeat(Tokens.MAX_LENGTH + 1))).isEmpty();
    }

    @Test
    void aTokenOfAnotherKeysetOrSecretDoesNotOpen() {
        String text = tokens.grant(BODY, NOW);
        assertThat(new Tokens("sub-k", "sec-k").open(text)).isPresent();
        assertThat(new Tokens("sub-k", "other").open(text)).isEmpty();
        assertThat(new Tokens("other", "sec-k").open(text)).isEmpty();
    }

    @Test
    void differentTokensHaveDifferentIds() {
        String first = token(BODY).id();
        assertThat(token(BODY).id()).isEqualTo(first);
        assertThat(tokens.open(tokens.grant(BODY, NOW.plusSeconds(1)))
                        .orElseThrow()
                        .id())
                .isNotEqualTo(first);
    }
}
