package dev.mirror.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatReaderTest {
    private static final String WHOLE = "{\"code\":\"message.direct\",\"message\":\"a~ b\",\"websocketId\":\"w-1\","
            + "\"userId\":\"ann\",\"channel\":\"ann.bob\"}";
    private static final String[] SPLINTERS = {
        "\"",
        "{",
        "}",
        ":",
        ",",
        "\\",
        "\\\"",
        "\\u0041",
        " ",
        "\n",
        "\u0000",
        "\u007f",
        "é",
        "😀",
        "null",
        "1",
        "\"code\":\"x\"",
        ",\"code\":\"x\"",
        "\"other\":\"x\",",
        "\"channel\":null",
        "\"data\":{},",
        "\"\":\"\""
    };

    private final SplittableRandom random = new SplittableRandom(Long.getLong("mirror.seed", 20_260_101L));

    @Test
    void readsWhatAPeerOf2018Sends() {
        Envelope envelope = new Envelope(Envelope.JSON, Protocol.V1);

        assertThat(flat(envelope, WHOLE)).isTrue();
        assertThat(fields(envelope)).containsExactly("message.direct", "a~ b", "w-1", "ann", "ann.bob");
    }

    @Test
    void readsKeysInAnyOrderAndAbsentOnes() {
        Envelope envelope = new Envelope(Envelope.JSON, Protocol.V1);

        assertThat(flat(envelope, "{\"channel\":\"c\",\"code\":\"\",\"userId\":\"u\"}"))
                .isTrue();
        assertThat(fields(envelope)).containsExactly("", "", "", "u", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"code\":\"x\"",
                "{\"code\":\"x",
                "{\"code\":\"",
                "{\"code\":\"x\",",
                "{\"code\":\"x\",}",
                "{\"code\":\"x\"}}",
                "{\"code\":\"x\"} ",
                "{\"code\": \"x\"}",
                "{\"code\":\"x\",\"code\":\"x\"}",
                "{\"code\":\"x\",\"userId\":\"u\",\"code\":\"\"}",
                "{\"code\":null}",
                "{\"other\":\"x\"}",
                "{\"code\":\"a\\u0062\"}",
                "{\"code\":\"a\nb\"}",
                "{\"code\":\"é\"}"
            })
    void leavesTheRestToTheParserAndChangesNothing(String frame) {
        Envelope envelope = new Envelope(Envelope.JSON, Protocol.V1);

        assertThat(flat(envelope, frame)).isFalse();
        assertThat(fields(envelope)).containsOnly("");
    }

    @Test
    void readsOnlyTheBytesItIsGiven() {
        byte[] bytes = ("xx" + WHOLE + "yy").getBytes(StandardCharsets.US_ASCII);

        for (int length = 0; length <= WHOLE.length() + 2; length++) {
            Envelope envelope = new Envelope(Envelope.JSON, Protocol.V1);
            assertThat(FlatReader.read(envelope, bytes, 2, length)).isEqualTo(length == WHOLE.length());
        }
    }

    @Test
    void w5_whatItReadsTheParserReadsAlike() {
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = mutated().getBytes(StandardCharsets.UTF_8);
            Envelope flat = new Envelope(Envelope.JSON, Protocol.V1);
            if (FlatReader.read(flat, frame, 0, frame.length)) {
                Envelope parsed = new Envelope(Envelope.JSON, Protocol.V1);
                assertThatCode(() -> parsed.read(frame, 0, frame.length)).doesNotThrowAnyException();
                assertThat(fields(flat)).isEqualTo(fields(parsed));
                read++;
            }
        }
        assertThat(read).as("some survive, or this test sees nothing").isGreaterThan(1_000);
    }

    private String mutated() {
        StringBuilder frame = new StringBuilder(WHOLE);
        int changes = random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(frame.length());
            int end = Math.min(frame.length(), at + random.nextInt(12));
            frame.replace(at, end, random.nextBoolean() ? "" : SPLINTERS[random.nextInt(SPLINTERS.length)]);
        }
        return frame.toString();
    }

    private static boolean flat(Envelope envelope, String frame) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        return FlatReader.read(envelope, bytes, 0, bytes.length);
    }

    private static List<String> fields(Envelope envelope) {
        return List.of(envelope.code, envelope.message, envelope.websocketId, envelope.userId, envelope.channel);
    }
}
