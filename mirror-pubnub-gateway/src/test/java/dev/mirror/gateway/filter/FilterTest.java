package dev.mirror.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String META = """
            {"uuid":"ann","n":7,"half":0.5,"yes":true,"none":null,"long":9007199254740993,
             "tags":["red","Blue",3],"o":{"a b":{"c":[10,20]}},"text":"Straight to the Point"}""";
    private static final String DATA = "{\"n\":8,\"text\":\"hello\",\"list\":[[1,2],[3]]}";

    private record Told(JsonNode meta, JsonNode data) implements Filter.Subject {}

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static boolean matches(String expression) {
        return Filter.parse(expression).matches(new Told(json(META), json(DATA)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "meta.uuid == 'ann'",
                "uuid == \"ann\"",
                "uuid != 'bob'",
                "n == 7",
                "n == 7.0",
                "7 == n",
                "n < 8 && n <= 7 && n > -1 && n >= 7",
                "half == 0.5",
                "half < 5e-1 + 0.1",
                "yes",
                "yes == true",
                "!false",
                "!!yes",
                "none == null",
                "absent == null",
                "meta.long == 9007199254740993",
                "uuid < 'bob'",
                "data.n == 8",
                "data.text == 'hello'",
                "data.list[0][1] == 2",
                "data[\"n\"] == 8",
                "meta['o']['a b'].c[1] == 20",
                "o[\"a b\"].c[3 - 3] == 10",
                "n + 1 == data.n",
                "n - 1 == 6",
                "n * 2 == 14",
                "n / 2 == 3.5",
                "n % 4 == 3",
                "14 / n == 2",
                "1 + 2 * 3 == 7",
                "(1 + 2) * 3 == 9",
                "10 - 3 - 2 == 5",
                "-n == -7",
                "- -n == n",
                "uuid + '!' == 'ann!'",
                "text contains 'to the'",
                "tags contains 'red'",
                "tags contains 3",
                "o contains 'a b'",
                "text like '*POINT'",
                "text like 'straight*'",
                "text LIKE 's*t*p*t'",
                "text like '*'",
                "uuid like 'ANN'",
                "false || true && true",
                "true || false && false",
                "n == 8 || data.n == 8",
                "'it\\'s' == \"it's\"",
                " \t( ( yes ) ) ",
            })
    void chooses(String expression) {
        assertThat(matches(expression)).as(expression).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uuid == 'Ann'",
                "uuid != 'ann'",
                "n == '7'",
                "n != 7",
                "n < 7",
                "absent < 7",
                "absent > 7",
                "absent == 7",
                "absent",
                "uuid",
                "n",
                "1",
                "'true'",
                "null",
                "!absent",
                "n < 'a'",
                "meta.long == 9007199254740992",
                "data.list[5] == 1",
                "data.list[-1] == 1",
                "data.list['0'] == 1",
                "data.list.x == 1",
                "n / 0 == 1",
                "n % 0 == 0",
                "uuid - 1 == 0",
                "tags contains 'blue'",
                "tags contains 're'",
                "tags contains absent",
                "n contains 7",
                "text contains 'TO THE'",
                "text like 'point'",
                "text like ''",
                "text like 'straight*x*'",
                "n like '*'",
                "yes && false",
                "data == meta",
                "false",
            })
    void passesOver(String expression) {
        assertThat(matches(expression)).as(expression).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "yes)",
                "(yes",
                "yes yes",
                "== 1",
                "1 ==",
                "'open",
                "'open\\'",
                "n = 7",
                "n === 7",
                "n & 1",
                "#",
                "1.2.3 == 1",
                "12abc == 1",
                "1e == 1",
                "data.",
                "data.[0]",
                "data[0",
                "data[]",
                "!",
                "-",
                "true ||",
                "&& true",
            })
    void whatBreaksTheGrammarMatchesNothing(String expression) {
        assertThat(matches(expression)).as(expression).isFalse();
        assertThat(matches("true || " + expression)).isFalse();
    }

    @Test
    void aBlankExpressionMatchesEverything() {
        assertThat(matches("")).isTrue();
        assertThat(matches("  \n")).isTrue();
    }

    @Test
    void aMessageWithoutMetaIsOnlyUnequalToWhatIsAskedFor() {
        Filter.Subject bare = new Told(MissingNode.getInstance(), json("[1]"));
        assertThat(Filter.parse("uuid != 'ann'").matches(bare)).isTrue();
        assertThat(Filter.parse("uuid == 'ann'").matches(bare)).isFalse();
        assertThat(Filter.parse("data[0] == 1").matches(bare)).isTrue();
        assertThat(Filter.parse("data.x.y.z[3].q == null").matches(bare)).isTrue();
    }

    @Test
    void wholeNumbersThatNoLongerFitGoOnAsDoubles() {
        assertThat(matches("9223372036854775807 + 1 >= 9223372036854775807")).isTrue();
        assertThat(matches("0 - 9223372036854775807 - 2 < 0")).isTrue();
        assertThat(matches("9223372036854775807 * 2 > 1e18")).isTrue();
        assertThat(matches("(0 - 9223372036854775807 - 1) / -1 > 0")).isTrue();
        assertThat(matches("(0 - 9223372036854775807 - 1) % -1 == 0")).isTrue();
        assertThat(matches("99999999999999999999999 > 1")).isTrue();
        assertThat(matches("1e999 == 1e999")).isTrue();
    }

    @Test
    void depthAndSizeAreBounded() {
        assertThat(matches("(".repeat(40) + "true" + ")".repeat(40))).isTrue();
        assertThat(matches("(".repeat(4_000) + "true" + ")".repeat(4_000))).isFalse();
        assertThat(matches("!".repeat(8_000) + "true")).isFalse();
        assertThat(matches("data" + "[data".repeat(1_000))).isFalse();
        assertThat(matches("true" + " || true".repeat(300))).isTrue();
        assertThat(matches("1" + " + 1".repeat(2_000) + " == 2001")).isFalse();
        assertThat(matches("true || '" + "x".repeat(Filter.MAX_LENGTH) + "' == ''"))
                .isFalse();
    }

    /** Every star would be a way back; a program that tried them all would not end. */
    @Test
    void aMessageThatTakesTooMuchWorkIsNotChosen() {
        Told hard = new Told(MissingNode.getInstance(), json("\"" + "a".repeat(30_000) + "\""));
        String stars = "*a".repeat(100) + "b";
        assertThat(Filter.parse("data like '" + stars + "'").matches(hard)).isFalse();
        assertThat(Filter.parse("true || data like '" + stars + "'").matches(hard))
                .isTrue();
        assertThat(Filter.parse("(data like '" + stars + "') || true").matches(hard))
                .isFalse();
        assertThat(Filter.parse("data like 'a*a'").matches(hard)).isTrue();
    }

    @Test
    void whatAnybodyWritesNeverThrows() {
        String[] pieces = {
            "(",
            ")",
            "[",
            "]",
            ".",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "==",
            "!=",
            "<",
            ">=",
            "&&",
            "||",
            "'",
            "\"",
            "\\",
            " ",
            "meta",
            "data",
            "n",
            "text",
            "tags",
            "contains",
            "like",
            "1",
            "0",
            "1e309",
            "null",
            "true",
            "é",
            "😀"
        };
        Random chance = new Random(4);
        assertThatCode(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        StringBuilder expression = new StringBuilder();
                        for (int length = chance.nextInt(12); length >= 0; length--) {
                            expression.append(pieces[chance.nextInt(pieces.length)]);
                        }
                        matches(expression.toString());
                    }
                })
                .doesNotThrowAnyException();
    }
}
