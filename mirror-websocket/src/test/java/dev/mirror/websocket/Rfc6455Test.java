package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 6455 for what a server reads, once on the short way for text and once through the engine only. */
@ParameterizedClass(name = "fastPath = {0}")
@ValueSource(booleans = {true, false})
class Rfc6455Test {
    private static final int MAX = 65_536;

    private final WebSocketOptions options;

    Rfc6455Test(boolean fastPath) {
        options = WebSocketOptions.builder().loops(1).fastPath(fastPath).build();
    }

    /** Feeds in three ways, and expects the same of each: these messages, then this close code, or -1 for none. */
    private void expect(byte[] input, List<String> messages, int closeCode) {
        int[] pieces = {input.length, 1, 3, Math.max(1, input.length - 1), 64 * 1024};
        for (int piece : pieces) {
            if (piece == 0 || (piece < 4 && input.length > 100_000)) {
                continue;
            }
            EngineHarness engine = new EngineHarness(options);
            engine.feed(input, piece);
            assertThat(engine.messages()).as("in pieces of %s", piece).isEqualTo(messages);
            assertThat(engine.closeCode()).as("in pieces of %s", piece).isEqualTo(closeCode);
            assertThat(engine.finished).isEqualTo(closeCode >= 0);
            assertThat(engine.session().closed.get()).isEqualTo(closeCode >= 0 ? 1 : 0);
        }
    }

    private static byte[] text(String text) {
        return RawClient.frame(0x81, text.getBytes(UTF_8));
    }

    private static byte[] ascii(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 125, 126, 127, 65_535, 65_536})
    void textOfEveryKindOfLengthIsRead(int length) {
        byte[] payload = ascii(length);
        expect(
                RawClient.join(RawClient.frame(0x81, payload), text("next")),
                List.of(new String(payload, ISO_8859_1), "next"),
                -1);
    }

    @ParameterizedTest
    @ValueSource(longs = {65_537, 1 << 20, Integer.MAX_VALUE, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void aLengthOverTheLimitIsClosedWith1009BeforeItsPayloadComes(long length) {
        expect(RawClient.join(text("before"), RawClient.header(0x81, true, length)), List.of("before"), 1009);
        expect(RawClient.header(0x00, true, length), List.of(), 1009);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void reservedOpcodesAreClosedWith1002(int opcode) {
        expect(RawClient.join(text("before"), RawClient.frame(0x80 | opcode, ascii(3))), List.of("before"), 1002);
        expect(RawClient.frame(opcode, ascii(0)), List.of(), 1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x10, 0x20, 0x40, 0x70})
    void reservedBitsAreClosedWith1002(int bits) {
        for (int first : new int[] {0x81, 0x01, 0x80, 0x88, 0x89, 0x8A}) {
            expect(RawClient.frame(first | bits, ascii(2)), List.of(), 1002);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8A})
    void unmaskedFramesAreClosedWith1002(int first) {
        expect(RawClient.join(RawClient.header(first, false, 2), ascii(2)), List.of(), 1002);
        expect(RawClient.header(first, false, 0), List.of(), 1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x82, 0x02})
    void binaryMessagesAreClosedWith1003(int first) {
        expect(RawClient.join(text("before"), RawClient.frame(first, ascii(9))), List.of("before"), 1003);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125})
    void aPingIsAnsweredWithItsPayload(int length) {
        for (int piece : new int[] {1, 1_000}) {
            EngineHarness engine = new EngineHarness(options);
            engine.feed(RawClient.frame(0x89, ascii(length)), piece);

            assertThat(engine.frames())
                    .containsExactly(new RawClient.Received(10, true, new String(ascii(length), ISO_8859_1)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x88, 0x89, 0x8A})
    void controlFramesAreShortAndWhole(int first) {
        expect(RawClient.frame(first, ascii(126)), List.of(), 1002);
        expect(RawClient.header(first, true, 70_000), List.of(), 1002);
        expect(RawClient.frame(first & 0x7F, ascii(2)), List.of(), 1002);
    }

    @Test
    void aPongThatNobodyAskedForIsIgnored() {
        expect(RawClient.join(RawClient.frame(0x8A, ascii(5)), text("x")), List.of("x"), -1);
    }

    @Test
    void fragmentsMakeOneMessageAndControlFramesMayComeBetween() {
        byte[] input = RawClient.join(
                RawClient.frame(0x01, ascii(3)),
                RawClient.frame(0x89, ascii(1)),
                RawClient.frame(0x00, ascii(0)),
                RawClient.frame(0x8A, ascii(0)),
                RawClient.frame(0x80, ascii(2)),
                text("whole"),
                RawClient.frame(0x01, ascii(0)),
                RawClient.frame(0x80, ascii(0)));
        for (int piece = 1; piece <= input.length; piece++) {
            EngineHarness engine = new EngineHarness(options);
            engine.feed(input, piece);
            assertThat(engine.messages()).containsExactly("abcab", "whole", "");
            assertThat(engine.frames()).containsExactly(new RawClient.Received(10, true, "a"));
        }
    }

    @Test
    void everyBoundaryBetweenTwoReadsIsTheSame() {
        byte[] input = RawClient.join(
                text("one"), RawClient.frame(0x81, ascii(300)), RawClient.frame(0x89, ascii(4)), text("zwei ü €"));
        for (int cut = 1; cut < input.length; cut++) {
            EngineHarness engine = new EngineHarness(options);
            engine.feed(Arrays.copyOf(input, cut));
            engine.feed(Arrays.copyOfRange(input, cut, input.length));
            assertThat(engine.messages()).containsExactly("one", new String(ascii(300), ISO_8859_1), "zwei ü €");
            assertThat(engine.frames()).containsExactly(new RawClient.Received(10, true, "abcd"));
        }
    }

    @Test
    void aSequenceOutOfOrderIsClosedWith1002() {
        expect(RawClient.frame(0x80, ascii(2)), List.of(), 1002);
        expect(RawClient.frame(0x00, ascii(2)), List.of(), 1002);
        expect(RawClient.join(RawClient.frame(0x01, ascii(2)), text("inside")), List.of(), 1002);
        expect(RawClient.join(RawClient.frame(0x01, ascii(2)), RawClient.frame(0x01, ascii(2))), List.of(), 1002);
        byte[] done = RawClient.join(RawClient.frame(0x01, ascii(1)), RawClient.frame(0x80, ascii(1)));
        expect(RawClient.join(done, RawClient.frame(0x80, ascii(1))), List.of("aa"), 1002);
    }

    @Test
    void aMessageInFragmentsHasTheSameLimit() {
        byte[] half = ascii(MAX / 2);
        byte[] first = RawClient.frame(0x01, half);
        String twice = new String(half, ISO_8859_1).repeat(2);
        expect(RawClient.join(first, RawClient.frame(0x80, half)), List.of(twice), -1);
        expect(RawClient.join(first, RawClient.frame(0x00, half), RawClient.frame(0x80, ascii(1))), List.of(), 1009);
        expect(RawClient.join(first, RawClient.frame(0x00, ascii(MAX / 2 + 1))), List.of(), 1009);
    }

    @Test
    void aCloseFrameIsAnsweredAndNothingAfterItCounts() {
        expect(RawClient.join(RawClient.frame(0x88, ascii(0)), text("late")), List.of(), 1000);
        byte[] bye = RawClient.frame(0x88, RawClient.closePayload(1001, "going"));
        expect(RawClient.join(text("x"), bye, bye, text("late")), List.of("x"), 1001);
        expect(
                RawClient.join(
                        RawClient.frame(0x01, ascii(2)), RawClient.frame(0x88, RawClient.closePayload(1000, ""))),
                List.of(),
                1000);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    void closeCodesThatMayBeSentAreEchoed(int code) {
        expect(RawClient.frame(0x88, RawClient.closePayload(code, "a reason")), List.of(), code);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
    void closeCodesThatMayNotBeSentAreClosedWith1002(int code) {
        expect(RawClient.frame(0x88, RawClient.closePayload(code, "")), List.of(), 1002);
    }

    @Test
    void aCloseFrameOfOneByteIsClosedWith1002AndABadReasonWith1007() {
        expect(RawClient.frame(0x88, ascii(1)), List.of(), 1002);
        byte[] reason = {0x03, (byte) 0xE8, (byte) 0xC3, 0x28};
        expect(RawClient.frame(0x88, reason), List.of(), 1007);
    }

    static Stream<String> goodUtf8() {
        return Stream.of(
                "κόσμε",
                "Hellö wörld €",
                "\u0000\u007f",
                "\u0080\u07ff",
                "\u0800\uffff",
                "\ud7ff\ue000",
                "\ud800\udc00",
                "\udbff\udfff",
                "a".repeat(15) + "é",
                "😀".repeat(40));
    }

    @ParameterizedTest
    @MethodSource("goodUtf8")
    void utf8IsReadWholeAndOverEveryPairOfFragments(String text) {
        byte[] payload = text.getBytes(UTF_8);
        expect(RawClient.frame(0x81, payload), List.of(text), -1);
        for (int cut = 0; cut <= payload.length; cut++) {
            expect(fragments(payload, cut), List.of(text), -1);
        }
    }

    static Stream<String> badUtf8() {
        return Stream.of(
                "80",
                "bf",
                "c0af",
                "c1bf",
                "c328",
                "c3",
                "e0",
                "e080af",
                "e09fbf",
                "e282",
                "e228a1",
                "eda080",
                "edbfbf",
                "f0",
                "f08080af",
                "f08fbfbf",
                "f0288cbc",
                "f09f98",
                "f4908080",
                "f5808080",
                "f880808080",
                "fe",
                "ff",
                "cebae1bdb9cf83cebcceb5eda080656469746564",
                "6162636465666768c3");
    }

    @ParameterizedTest
    @MethodSource("badUtf8")
    void badUtf8IsClosedWith1007WholeAndOverEveryPairOfFragments(String hex) {
        byte[] payload = HexFormat.of().parseHex(hex);
        expect(RawClient.frame(0x81, payload), List.of(), 1007);
        for (int cut = 0; cut <= payload.length; cut++) {
            expect(fragments(payload, cut), List.of(), 1007);
        }
    }

    private static byte[] fragments(byte[] payload, int cut) {
        return RawClient.join(
                RawClient.frame(0x01, Arrays.copyOf(payload, cut)),
                RawClient.frame(0x80, Arrays.copyOfRange(payload, cut, payload.length)));
    }

    @Test
    void manyFramesInOneReadKeepTheirOrder() {
        byte[][] frames = IntStream.range(0, 1_000)
                .mapToObj(i -> i % 10 == 0
                        ? RawClient.join(
                                RawClient.frame(0x01, String.valueOf(i).getBytes(UTF_8)),
                                RawClient.frame(0x80, new byte[0]))
                        : text(String.valueOf(i)))
                .toArray(byte[][]::new);

        expect(
                RawClient.join(frames),
                IntStream.range(0, 1_000).mapToObj(String::valueOf).toList(),
                -1);
    }
}
