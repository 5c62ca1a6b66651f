package dev.mirror.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ClientMessage.Conversations;
import dev.mirror.message.ClientMessage.Direct;
import dev.mirror.message.ClientMessage.History;
import dev.mirror.message.ClientMessage.Malformed;
import dev.mirror.message.ClientMessage.Mark;
import dev.mirror.message.ClientMessage.Ping;
import dev.mirror.message.ClientMessage.Presence;
import dev.mirror.message.ClientMessage.Publish;
import dev.mirror.message.ClientMessage.Refresh;
import dev.mirror.message.ClientMessage.Register;
import dev.mirror.message.ClientMessage.Signal;
import dev.mirror.message.ClientMessage.Subscribe;
import dev.mirror.message.ClientMessage.Unsubscribe;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCodecTest {
    private static final JsonCodec ONE = JsonCodec.of(Protocol.V1);
    private static final JsonCodec TWO = JsonCodec.of(Protocol.V2);

    private static ChannelName name(String text) {
        return ChannelName.parse(text).orElseThrow();
    }

    private static ClientMessage read(JsonCodec codec, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return codec.decodeClient(bytes, 0, bytes.length);
    }

    private static ClientMessage two(String text) {
        return read(TWO, text);
    }

    private static ErrorCode errorOf(ClientMessage message) {
        assertThat(message).isInstanceOf(Malformed.class);
        return ((Malformed) message).error();
    }

    static Stream<ClientMessage> everyMember() {
        Position position = new Position("e-1", 7);
        return Stream.of(
                new Register("r1", "s1", "ann"),
                new Register(null, "s1", "ann"),
                new Direct("r1", name("ann.bob"), "s1", "ann", "{\"value\":\"é 😀 \\u0000\"}"),
                new Direct(null, name("bob.ann"), "", "", null),
                new Subscribe("r1", List.of(new Subscribe.Wanted(name("lobby"), null))),
                new Subscribe(
                        null,
                        List.of(
                                new Subscribe.Wanted(name("lobby"), position),
                                new Subscribe.Wanted(name("b.a"), null),
                                new Subscribe.Wanted(name("@ann"), new Position("e", 0)))),
                new Unsubscribe("r1", name("b.a")),
                new Publish("x".repeat(36), name("lobby"), "[1,2.50,-0,1e400,null,true,\"\"]"),
                new Publish(null, name("pubnub:lobby"), "\"text\""),
                new History("r1", name("lobby"), position, 0, false, 300),
                new History("r1", name("lobby"), null, 1_767_225_600_000L, false, 300),
                new History(null, name("@ann"), null, 0, true, 0),
                new Mark("r1", name("ann.bob"), "e-1", 9, 7),
                new Mark(null, name("bob.ann"), "e", 0, Long.MAX_VALUE),
                new Conversations("r1"),
                new Conversations(null),
                new Signal("r1", name("ann.bob"), "{\"typing\":true}"),
                new Presence("r1", name("lobby"), true),
                new Presence(null, name("lobby"), false),
                new Refresh("r1", "eyJ.x.y"),
                new Ping("r1"),
                new Ping(null));
    }

    @ParameterizedTest
    @MethodSource("everyMember")
    void whatAClientWritesIsWhatTheServerReads(ClientMessage message) {
        Frame frame = TWO.encode(message);
        assertThat(TWO.decodeClient(frame.bytes(), 0, frame.size())).isEqualTo(message);
    }

    @Test
    void theFrameMayStandAnywhereInTheBuffer() {
        Frame frame = TWO.encode(new Ping("r1"));
        byte[] buffer = ("}{\"x\":" + frame + "garbage").getBytes(StandardCharsets.UTF_8);
        assertThat(TWO.decodeClient(buffer, 6, frame.size())).isEqualTo(new Ping("r1"));
    }

    @Test
    void versionOneReadsItsTwoRequestsAndWritesThemAsIn2018() {
        Register register = new Register(null, "s1", "ann");
        assertThat(ONE.encode(register))
                .hasToString(
                        "{\"code\":\"register.userId\",\"message\":\"\",\"websocketId\":\"s1\",\"userId\":\"ann\",\"channel\":\"\"}");
        Direct direct = new Direct(null, name("ann.bob"), "s1", "ann", null);
        assertThat(ONE.encode(direct))
                .hasToString(
                        "{\"code\":\"message.direct\",\"message\":\"\",\"websocketId\":\"s1\",\"userId\":\"ann\",\"channel\":\"ann.bob\"}");
        assertThat(read(ONE, ONE.encode(register).toString())).isEqualTo(register);
        assertThat(read(ONE, ONE.encode(direct).toString())).isEqualTo(direct);
    }

    @Test
    void w5_versionOneKnowsFiveKeysAndIgnoresTheRest() {
        String frame =
                "{\"code\":\"message.direct\",\"channel\":\"ann.bob\",\"id\":5,\"ts\":\"2018-01-01\",\"data\":{\"x\":1},\"error\":[],"
                        + "\"offset\":-1,\"epoch\":{},\"re\":null}";
        assertThat(read(ONE, frame)).isEqualTo(new Direct(null, name("ann.bob"), "", "", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "channel.publish",
                "session.ping",
                "registered.success",
                "subscribe.direct",
                "reply.ok",
                "",
                "MESSAGE.DIRECT"
            })
    void w18_versionOneKnowsNoOtherCode(String code) {
        assertThat(errorOf(read(ONE, "{\"code\":\"" + code + "\",\"channel\":\"lobby\",\"data\":1}")))
                .isEqualTo(ErrorCode.UNKNOWN_CODE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ping",
                "registered.success",
                "reply.ok",
                "channel.event",
                "session.bye",
                "Session.ping",
                " session.ping"
            })
    void w24_aCodeThatAClientMayNotSendIsUnknown(String code) {
        ClientMessage message = two("{\"id\":\"r\",\"code\":\"" + code + "\"}");
        assertThat(errorOf(message)).isEqualTo(ErrorCode.UNKNOWN_CODE);
        assertThat(message.id()).isEqualTo("r");
    }

    @Test
    void w5_missingKeysAndNullReadAsEmpty() {
        assertThat(two("{\"code\":\"session.ping\"}")).isEqualTo(new Ping(null));
        assertThat(two("{\"code\":\"session.ping\",\"id\":null,\"channel\":null,\"data\":null,\"offset\":null}"))
                .isEqualTo(new Ping(null));
        assertThat(two("{\"code\":\"register.userId\"}")).isEqualTo(new Register(null, "", ""));
        assertThat(errorOf(two("{}"))).isEqualTo(ErrorCode.UNKNOWN_CODE);
        assertThat(errorOf(two("{\"code\":\"channel.publish\",\"data\":1}"))).isEqualTo(ErrorCode.BAD_CHANNEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\":1,\"code\":\"session.ping\"", "\"code\":\"session.ping\",\"\":{}",
                "\"code\":\"session.ping\",\"x\":{\"y\":[[],{\"z\":null}]}", "\"Code\":\"x\",\"code\":\"session.ping\"",
                "\"code\":\"session.ping\",\"é😀\":\"\\u0000\""
            })
    void w5_unknownKeysAreIgnored(String inside) {
        assertThat(two("{" + inside + "}")).isEqualTo(new Ping(null));
        assertThat(two(" \n\t{" + inside + "}\r\n ")).isEqualTo(new Ping(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":\"session.ping\",\"code\":\"session.ping\"}",
                        "{\"code\":\"session.ping\",\"c\\u006fde\":\"x\"}",
                "{\"code\":\"session.ping\",\"x\":1,\"x\":1}",
                        "{\"code\":\"session.ping\",\"x\":1,\"y\":2,\"\\u0078\":3}",
                "{\"code\":\"session.ping\",\"x\":{\"a\":1,\"a\":2}}",
                        "{\"code\":\"session.ping\",\"data\":{\"a\":1,\"b\":{},\"a\":2}}",
                "{\"code\":\"session.ping\",\"data\":[{\"b\":[{\"a\":1,\"a\":2}]}]}",
                        "{\"code\":\"session.ping\",\"id\":\"a\",\"id\":\"a\"}",
                "{\"code\":\"session.ping\",\"id\":null,\"id\":null}"
            })
    void f18_w5_aDuplicateKeyAnywhereIsRefused(String frame) {
        assertThat(errorOf(two(frame))).isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "\"x\"",
                "[]",
                "[{}]",
                "true",
                "{",
                "}",
                "{\"code\"",
                "{\"code\":",
                "{\"code\":\"session.ping\"",
                "{\"code\":\"session.ping\",}",
                "{\"code\":\"session.ping\"}}",
                "{\"code\":\"session.ping\"}{}",
                "{\"code\":\"session.ping\"} x",
                "{\"code\":\"session.ping\"}\u0000",
                "{\"code\":\"session.ping\"},",
                "{code:\"session.ping\"}",
                "{'code':'session.ping'}",
                "{\"code\":\"session.ping\"}//",
                "/**/{\"code\":\"session.ping\"}",
                "{\"code\":\"session.ping\",\"data\":NaN}",
                "{\"code\":\"session.ping\",\"data\":Infinity}",
                "{\"code\":\"session.ping\",\"data\":01}",
                "{\"code\":\"session.ping\",\"data\":.5}",
                "{\"code\":\"session.ping\",\"data\":+1}",
                "{\"code\":\"session.ping\",\"data\":1.}",
                "{\"code\":\"session.ping\",\"data\":0x1}",
                "{\"code\":\"session.ping\",\"x\":\"\u0000\"}",
                "{\"code\":\"session.ping\",\"x\":\"\n\"}",
                "{\"code\":\"session.ping\",\"x\":\"\\x\"}",
                "{\"code\":\"session.ping\",\"x\":\"\\u12\"}",
                "{\"code\":\"session.ping\",\"data\":{\"a\":1]}",
                "\ufeff{\"code\":\"session.ping\"}",
                "{\"code\":\"session.ping\",\"data\":tru}"
            })
    void f18_w5_whatIsNotOneJsonObjectIsRefused(String frame) {
        assertThat(errorOf(two(frame))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(errorOf(read(ONE, frame))).isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16"})
    void w1_anEncodingOtherThanUtf8IsNotGuessed(String charset) {
        byte[] bytes = "{\"code\":\"session.ping\"}".getBytes(Charset.forName(charset));
        assertThat(errorOf(TWO.decodeClient(bytes, 0, bytes.length))).isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"code\":1",
                "\"code\":{}",
                "\"channel\":7",
                "\"channel\":[\"lobby\"]",
                "\"message\":false",
                "\"websocketId\":{}",
                "\"userId\":1.5",
                "\"id\":1",
                "\"id\":[]",
                "\"re\":1",
                "\"epoch\":1",
                "\"offset\":\"1\"",
                "\"offset\":1.0",
                "\"offset\":-1",
                "\"offset\":true",
                "\"offset\":99999999999999999999",
                "\"ts\":\"x\"",
                "\"ts\":-1"
            })
    void w5_aValueOfTheWrongTypeIsRefused(String field) {
        String code = field.startsWith("\"code\"") ? "" : "\"code\":\"session.ping\",";
        assertThat(errorOf(two("{" + code + field + "}"))).isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"channels\":[{\"channel\":5}]}",
                "{\"channels\":[{\"channel\":null}]}",
                "{\"channels\":[{\"channel\":true}]}",
                "{\"channels\":[{\"channel\":{\"channel\":\"lobby\"}}]}",
                "{\"channels\":[{\"channel\":[\"lobby\"]}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"epoch\":1,\"offset\":1}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"offset\":-5}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"epoch\":\"e\"}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"offset\":1}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":1.5}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":\"1\"}]}",
                "{\"channels\":[{\"channel\":\"lobby\",\"epoch\":\"\",\"offset\":1}]}",
                "{\"channels\":[]}",
                "{\"channels\":[\"lobby\"]}",
                "{\"channels\":[{\"channel\":\"lobby\"},\"x\"]}",
                "{\"channels\":{\"channel\":\"lobby\"}}",
                "{\"channels\":\"lobby\"}",
                "{\"channels\":null}",
                "{}",
                "[]",
                "\"lobby\"",
                "null"
            })
    void w29_aListOfChannelsThatDoesNotFitIsRefused(String data) {
        ClientMessage message = two("{\"code\":\"channel.subscribe\",\"id\":\"r\",\"data\":" + data + "}");
        assertThat(errorOf(message)).as(data).isIn(ErrorCode.BAD_FRAME, ErrorCode.BAD_CHANNEL);
        assertThat(message.id()).isEqualTo("r");
    }

    @Test
    void w5_unknownKeysAreIgnoredInsideDataToo() {
        ClientMessage subscribe = two("{\"code\":\"channel.subscribe\",\"data\":{\"x\":[{}],\"channels\":"
                + "[{\"y\":{\"channel\":\"no\"},\"offset\":3,\"channel\":\"lobby\",\"epoch\":\"e\"}],\"z\":1}}");
        assertThat(subscribe)
                .isEqualTo(new Subscribe(null, List.of(new Subscribe.Wanted(name("lobby"), new Position("e", 3)))));
        assertThat(two("{\"code\":\"auth.refresh\",\"data\":{\"x\":{\"token\":1},\"token\":\"t\",\"y\":0}}"))
                .isEqualTo(new Refresh(null, "t"));
        assertThat(
                        two(
                                "{\"code\":\"channel.history\",\"channel\":\"lobby\",\"data\":{\"x\":{\"limit\":1},\"limit\":3,\"backward\":false}}"))
                .isEqualTo(new History(null, name("lobby"), null, 0, false, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":5}", "{\"token\":null}", "{\"token\":{}}", "[]", "\"t\"", "null"})
    void w26_aRefreshWithoutATokenIsRefused(String data) {
        assertThat(errorOf(two("{\"code\":\"auth.refresh\",\"data\":" + data + "}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"limit\":-1}",
                "{\"limit\":\"5\"}",
                "{\"limit\":1.5}",
                "{\"limit\":true}",
                "{\"limit\":[5]}",
                "{\"backward\":1}",
                "{\"backward\":\"true\"}",
                "{\"backward\":null}",
                "[]",
                "5"
            })
    void w39_aHistoryWhoseDataDoesNotFitIsRefused(String data) {
        assertThat(errorOf(two("{\"code\":\"channel.history\",\"channel\":\"lobby\",\"data\":" + data + "}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"epoch\":\"e\"", "\"offset\":1", "\"epoch\":\"\",\"offset\":1"})
    void w31_halfOfAPositionIsRefused(String half) {
        assertThat(errorOf(two("{\"code\":\"channel.subscribe\",\"channel\":\"lobby\"," + half + "}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
        String longEpoch = "\"epoch\":\"" + "e".repeat(65) + "\",\"offset\":1";
        assertThat(errorOf(two("{\"code\":\"channel.history\",\"channel\":\"lobby\"," + longEpoch + "}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
    }

    @Test
    void f18_w5_32LevelsAreReadAndOneMoreIsRefused() {
        assertThat(two(nested(31))).isEqualTo(new Publish(null, name("lobby"), "[".repeat(31) + "]".repeat(31)));
        assertThat(errorOf(two(nested(32)))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(errorOf(two(nested(30_000)))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(errorOf(two("{\"code\":\"session.ping\",\"x\":" + "[".repeat(100_000))))
                .isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(errorOf(two("{\"x\":".repeat(100_000)))).isEqualTo(ErrorCode.BAD_FRAME);
    }

    private static String nested(int levels) {
        return "{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\":" + "[".repeat(levels) + "]".repeat(levels)
                + "}";
    }

    @ParameterizedTest
    @CsvSource({"1,32,true", "1,33,false", "1,65000,false", "1.,32,true", "1.,33,false", "-1,32,true"})
    void f18_w5_aNumberHasAtMost32Digits(String start, int digits, boolean fits) {
        String number = start + "0".repeat(digits - 1);
        ClientMessage message = two("{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\":" + number + "}");
        if (fits) {
            assertThat(message).isEqualTo(new Publish(null, name("lobby"), number));
        } else {
            assertThat(errorOf(message)).isEqualTo(ErrorCode.BAD_FRAME);
        }
        ClientMessage unknown = two("{\"code\":\"session.ping\",\"x\":" + number + "}");
        assertThat(unknown instanceof Malformed).isEqualTo(!fits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"message\":\"\\ud800\"",
                "\"message\":\"\\udc00\\ud800\"",
                "\"message\":\"a\\ud83d b\"",
                "\"data\":\"\\ud800\"",
                "\"data\":{\"\\ud800\":1}",
                "\"data\":[{\"a\":\"\\udfff\"}]",
                "\"x\":\"\\ud800\"",
                "\"x\":{\"\\ud800\":0}",
                "\"\\ud800\":1",
                "\"id\":\"\\ud800\"",
                "\"channel\":\"\\ud800\""
            })
    void f18_w5_halfOfASurrogatePairIsRefused(String field) {
        ClientMessage message = two("{\"code\":\"session.ping\"," + field + "}");
        assertThat(errorOf(message)).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(message.id()).isNull();
    }

    @Test
    void w5_aWholeSurrogatePairAndANulAreText() {
        ClientMessage message =
                two("{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"message\":\"\\ud83d\\ude00 \\u0000\"}");
        assertThat(message).isEqualTo(new Publish(null, name("lobby"), "{\"value\":\"😀 \\u0000\"}"));
    }

    @Test
    void f18_aRefusalNeverRepeatsWhatWasSent() {
        for (String frame : List.of(
                "{\"secret\":1,\"secret\":1}",
                "{\"\\ud800\":1,\"\\ud800\":2}",
                "{\"data\":{\"secret\":1,\"secret\":2}}",
                "{\"secret\"",
                "{\"offset\":\"secret\"}",
                "{\"code\":\"secret\"}",
                "{\"code\":\"channel.subscribe\",\"channel\":\"secret..\"}",
                "{\"data\":secret}",
                "{\"code\":\"channel.history\",\"channel\":\"a\",\"data\":{\"limit\":\"secret\"}}")) {
            ClientMessage message = two(frame);
            assertThat(((Malformed) message).detail())
                    .as(frame)
                    .doesNotContain("secret")
                    .doesNotContain("\ud800");
            assertThat(TWO.encode(
                            new ServerMessage.Refused("", ErrorCode.BAD_FRAME, 0, ((Malformed) message).detail())))
                    .isNotNull();
        }
    }

    @Test
    void f18_aMillionKeysAndAHugeStringAreRefusedOrRead() {
        StringBuilder keys = new StringBuilder("{\"code\":\"session.ping\"");
        for (int i = 0; i < 9_000; i++) {
            keys.append(",\"").append(i).append("\":0");
        }
        assertThat(two(keys.append('}').toString())).isEqualTo(new Ping(null));
        assertThat(errorOf(two("{\"code\":\"session.ping\",\"" + "k".repeat(60_000) + "\":1}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(two("{\"code\":\"session.ping\",\"x\":\"" + "s".repeat(65_000) + "\"}"))
                .isEqualTo(new Ping(null));
        assertThat(errorOf(two("{\"code\":\"session.ping\",\"x\":\"" + "s".repeat(100_000) + "\"}")))
                .isEqualTo(ErrorCode.BAD_FRAME);
    }

    @Test
    void w22_anIdHas1To36Characters() {
        assertThat(two("{\"code\":\"session.ping\",\"id\":\"" + "i".repeat(36) + "\"}"))
                .isEqualTo(new Ping("i".repeat(36)));
        for (String id : List.of("", "i".repeat(37), "i".repeat(60_000))) {
            ClientMessage message = two("{\"code\":\"session.ping\",\"id\":\"" + id + "\"}");
            assertThat(errorOf(message)).isEqualTo(ErrorCode.BAD_FRAME);
            assertThat(message.id()).isNull();
        }
    }

    @Test
    void w24_anIdThatStoodBeforeTheFaultIsKept() {
        assertThat(two("{\"id\":\"r\",\"code\":1}").id()).isEqualTo("r");
        assertThat(two("{\"id\":\"r\",\"code\":\"session.ping\"").id()).isEqualTo("r");
        assertThat(two("{\"code\":1,\"id\":\"r\"}").id()).isNull();
        assertThat(two("{\"id\":\"r\",\"id\":\"s\"}").id()).isEqualTo("r");
    }

    @Test
    void w35_aMessageStandsForDataThatIsMissing() {
        String start = "{\"code\":\"channel.publish\",\"channel\":\"lobby\",";
        assertThat(two(start + "\"message\":\"say \\\"hi\\\" é\"}"))
                .isEqualTo(new Publish(null, name("lobby"), "{\"value\":\"say \\\"hi\\\" é\"}"));
        assertThat(two(start + "\"message\":\"m\",\"data\":1}")).isEqualTo(new Publish(null, name("lobby"), "1"));
        assertThat(errorOf(two(start + "\"message\":\"\"}"))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(errorOf(two(start + "\"data\":null}"))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(two("{\"code\":\"message.direct\",\"channel\":\"a.b\",\"message\":\"m\"}"))
                .isEqualTo(new Direct(null, name("a.b"), "", "", "{\"value\":\"m\"}"));
        assertThat(two("{\"code\":\"message.direct\",\"channel\":\"a.b\"}"))
                .isEqualTo(new Direct(null, name("a.b"), "", "", null));
    }

    @Test
    void dataIsMadeCompactAndItsNumbersKeepTheirDigits() {
        ClientMessage message = two(
                "{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\": { \"a\" : [ 1.50 , -0 , 1E400 , 0.1e-7 ] , \"b\":\"\\u00e9\\/\" } }");
        assertThat(message).isEqualTo(new Publish(null, name("lobby"), "{\"a\":[1.50,-0,1E400,0.1e-7],\"b\":\"é/\"}"));
    }

    @Test
    void aTokenIsNotPrinted() {
        assertThat(new Refresh("r", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void whatCouldNotBeReadCannotBeWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.encode((ClientMessage) new Malformed(null, ErrorCode.BAD_FRAME, "")));
    }
}
