package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error of a grant, word for word. */
class GrantReaderTest {
    private static GrantException refused(String body) {
        return catchThrowableOfType(GrantException.class, () -> GrantReader.read(body));
    }

    private static void assertRefused(String body, String message, String detail, String location) {
        GrantException refusal = refused(body);
        assertThat(refusal).as(body).isNotNull();
        assertThat(refusal.summary()).isEqualTo(message);
        assertThat(refusal.detail()).isEqualTo(detail);
        assertThat(refusal.location()).isEqualTo(location);
    }

    private static String uuidPattern(String pattern) {
        return "{\"ttl\":60,\"permissions\":{\"resources\":{},\"patterns\":{\"uuids\":{\""
                + pattern.replace("\\", "\\\\") + "\":32}}}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "43201", "99999999999", "1.5", "\"60\"", "null", "[]", "true"})
    void aTtlHasARange(String ttl) {
        assertRefused(
                "{\"ttl\":" + ttl + ",\"permissions\":{\"resources\":{\"channels\":{\"a\":1}}}}",
                "Invalid ttl",
                "Range should be 1 to 43200 minute(s).",
                "ttl");
    }

    @Test
    void aTtlHasToBeThere() {
        assertRefused("{\"permissions\":{}}", "Invalid ttl", "Range should be 1 to 43200 minute(s).", "ttl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3", "\"3\"", "1.5", "null", "{}", "99999999999"})
    void bitsArePositive(String bits) {
        assertRefused(
                "{\"ttl\":60,\"permissions\":{\"resources\":{\"uuids\":{\"uuid-1\":" + bits + "}},\"patterns\":{}}}",
                "Invalid permissions",
                "Unexpected value: `permissions.resources.uuids.uuid-1` must be positive and non-zero.",
                "permissions.resources.uuids.uuid-1");
    }

    @Test
    void bitsThatNobodyKnowsAreRefused() {
        assertRefused(
                "{\"ttl\":60,\"permissions\":{\"patterns\":{\"channels\":{\"a\":256}}}}",
                "Invalid permissions",
                "Unexpected value: `permissions.patterns.channels.a` must be a sum of permissions.",
                "permissions.patterns.channels.a");
    }

    @Test
    void anExpressionHasToBeOne() {
        assertRefused(
                uuidPattern("!<[^>]+>++"),
                "Invalid RegExp",
                "Syntax error: multiple repeat.",
                "permissions.patterns.uuids.!<[^>]+>++");
        assertThat(refused(uuidPattern("*a")).detail()).isEqualTo("Syntax error: nothing to repeat.");
        assertThat(refused(uuidPattern("(?:a")).detail())
                .isEqualTo("Syntax error: missing ), unterminated subpattern.");
        assertThat(refused(uuidPattern("a)")).detail()).isEqualTo("Syntax error: unbalanced parenthesis.");
        assertThat(refused(uuidPattern("[a")).detail()).isEqualTo("Syntax error: unterminated character set.");
        assertThat(refused(uuidPattern("a\\")).detail()).isEqualTo("Syntax error: bad escape.");
        assertThat(refused(uuidPattern("(?=a)")).summary()).isEqualTo("Invalid RegExp");
        assertThat(refused(uuidPattern("(?:a)\\1")).summary()).isEqualTo("Invalid RegExp");
    }

    @Test
    void groupsDoNotCapture() {
        assertRefused(
                uuidPattern("(!<[^>]+>)+"),
                "Invalid RegExp",
                "Only non-capturing groups are allowed. Try replacing `(` with `(?:`.",
                "permissions.patterns.uuids.(!<[^>]+>)+");
        assertThat(GrantReader.read(uuidPattern("(?:a|[(])\\(")).patterns().of(Resource.UUID))
                .hasSize(1);
    }

    /** Twenty characters, a million when written out. */
    @Test
    void anExpressionThatUnrollsTooFarIsRefused() {
        assertThat(refused(uuidPattern("(?:(?:a{100}){100}){100}")).detail())
                .isEqualTo("Syntax error: expression too large.");
        assertThat(refused(uuidPattern("a".repeat(1_025))).detail()).isEqualTo("Syntax error: expression too large.");
        String uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
        assertThat(GrantReader.read(uuidPattern(uuid)).patterns().of(Resource.UUID))
                .containsKey(uuid);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"resources\":{},\"patterns\":{}}",
                "{\"resources\":null,\"patterns\":null}",
                "{\"resources\":{\"channels\":{},\"groups\":{},\"uuids\":{},\"spaces\":{},\"users\":{}},\"patterns\":{}}",
                "{\"meta\":{\"a\":1},\"uuid\":\"ann\"}",
            })
    void aGrantOfNothingIsRefused(String permissions) {
        assertRefused("{\"ttl\":60,\"permissions\":" + permissions + "}", "This grant contains no permissions", "", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "[]| permissions",
                "{\"resources\":3}| permissions.resources",
                "{\"resources\":{\"channels\":[]}}| permissions.resources.channels",
                "{\"resources\":{\"channels\":{\"a\":1}},\"meta\":\"x\"}| permissions.meta",
            })
    void whatShouldBeAnObjectIsOne(String permissions, String location) {
        assertRefused(
                "{\"ttl\":60,\"permissions\":" + permissions + "}",
                "Invalid permissions",
                "Unexpected value: `" + location + "` must be an object.",
                location);
    }

    @Test
    void aUuidIsAText() {
        assertThat(refused("{\"ttl\":60,\"permissions\":{\"uuid\":7,\"resources\":{\"channels\":{\"a\":1}}}}")
                        .summary())
                .isEqualTo("Invalid uuid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "\"x\"", "{\"ttl\":60} x{"})
    void aBodyIsAJsonObject(String body) {
        assertThat(refused(body)).isNotNull();
    }

    @Test
    void metaIsNotDeep() {
        String meta = "{\"a\":".repeat(20) + "1" + "}".repeat(20);
        assertThat(refused("{\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{\"a\":1}},\"meta\":" + meta
                                + "}}")
                        .summary())
                .isEqualTo("Invalid meta");
    }

    @Test
    void aTokenHasAtMost32768Characters() {
        StringBuilder channels = new StringBuilder("\"c\":1");
        IntStream.range(0, 3_000)
                .forEach(i -> channels.append(",\"channel-").append(i).append("\":1"));
        GrantException refusal = catchThrowableOfType(
                GrantException.class,
                () -> new Tokens("sub-k", "sec-k")
                        .grant(
                                "{\"ttl\":60,\"permissions\":{\"resources\":{\"channels\":{" + channels + "}}}}",
                                Instant.EPOCH));
        assertThat(refusal.summary()).isEqualTo("Invalid permissions");
    }
}
