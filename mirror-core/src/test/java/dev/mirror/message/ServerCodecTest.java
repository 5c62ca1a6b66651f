package dev.mirror.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication.Entry;
import dev.mirror.message.Publication.Origin;
import dev.mirror.message.ServerMessage.Bye;
import dev.mirror.message.ServerMessage.Event;
import dev.mirror.message.ServerMessage.Expiring;
import dev.mirror.message.ServerMessage.Gap;
import dev.mirror.message.ServerMessage.Hello;
import dev.mirror.message.ServerMessage.Marked;
import dev.mirror.message.ServerMessage.Ok;
import dev.mirror.message.ServerMessage.Presence;
import dev.mirror.message.ServerMessage.Refused;
import dev.mirror.message.ServerMessage.Relay;
import dev.mirror.message.ServerMessage.Signal;
import dev.mirror.message.ServerMessage.Unknown;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCodecTest {
    private static final JsonCodec ONE = JsonCodec.of(Protocol.V1);
    private static final JsonCodec TWO = JsonCodec.of(Protocol.V2);
    private static final UserId ANN = new UserId("ann");

    private static ChannelName name(String text) {
        return ChannelName.parse(text).orElseThrow();
    }

    private static ServerMessage read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return TWO.decodeServer(bytes, 0, bytes.length);
    }

    private static Event event(String channel, String body) {
        ChannelName log = name(channel);
        Publication publication =
                new Publication(log, new Position("e", 3), 17_672_256_000_010_000L, new Entry(ANN, "p1", body), null);
        return new Event(log, publication);
    }

    private static Event inboxEvent(String body) {
        ChannelName inbox = name("@bob");
        Publication publication = new Publication(
                inbox,
                new Position("e", 3),
                17_672_256_000_010_000L,
                new Entry(ANN, "p1", body),
                new Origin(name("ann.bob"), new Position("f", 9)));
        return new Event(inbox, publication);
    }

    static Stream<ServerMessage> everyMember() {
        return Stream.of(
                new Hello("s1", "ann", "ann-room", "{\"name\":\"Ann\",\"inbox\":{\"epoch\":\"e\",\"offset\":0}}"),
                new Relay("ann.bob"),
                new Ok("r1", null, null, null),
                new Ok("r1", name("b.a"), new Position("e", 0), "{\"duplicate\":false}"),
                new Refused("r1", ErrorCode.BAD_CHANNEL, 0, "a \"sentence\""),
                new Refused("", ErrorCode.TOO_MANY, 20, "later"),
                event("b.a", "{\"value\":1.50}"),
                event("lobby", "null"),
                inboxEvent("{\"value\":\"é\"}"),
                inboxEvent("\"text\""),
                new Gap(name("lobby"), new Position("e", 0)),
                new Signal(name("ann.bob"), ANN, "{\"typing\":true}"),
                new Presence(name("lobby"), ANN, "Ann \"A\"", true, 7),
                new Marked(name("ann.bob"), ANN, "e-1", 9, 7),
                new Marked(name("ann.bob"), ANN, "e-1", 0, 0),
                new Presence(name("lobby"), ANN, "", false, 0),
                new Expiring(1_767_225_600_000L),
                new Bye(CloseReason.SLOW_CONSUMER, 250),
                new Bye(CloseReason.NOT_ALLOWED, 0));
    }

    @ParameterizedTest
    @MethodSource("everyMember")
    void whatTheServerWritesIsWhatAClientReads(ServerMessage message) {
        Frame frame = TWO.encode(message);
        assertThat(read(frame.toString())).isEqualTo(message);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void w23_everyErrorArrivesAsItWasSent(ErrorCode error) {
        long after = error.retry() == ErrorCode.Retry.AFTER ? 1_000 : 0;
        Refused refused = new Refused("r", error, after, "why");
        Frame frame = TWO.encode(refused);
        assertThat(read(frame.toString())).isEqualTo(refused);
        assertThat(frame.toString().contains("afterMs")).isEqualTo(after > 0);
    }

    @Test
    void w12_versionOneHasTwoFramesByteForByte() {
        assertThat(ONE.encode(new Hello("s-1_A", "", "", null)))
                .hasToString(
                        "{\"code\":\"registered.success\",\"message\":\"Registered\",\"websocketId\":\"s-1_A\",\"userId\":\"\",\"channel\":\"\"}");
        assertThat(ONE.encode(new Relay("A.B")))
                .hasToString(
                        "{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\",\"channel\":\"A.B\"}");
        assertThat(TWO.encode(new Relay("A.B")))
                .hasToString(ONE.encode(new Relay("A.B")).toString());
    }

    @Test
    void w12_aRelayOfAnyTextIsValidJson() {
        assertThat(ONE.encode(new Relay("a\"b\\c\nd~é")))
                .hasToString("{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\","
                        + "\"channel\":\"a\\\"b\\\\c\\nd~é\"}");
        assertThat(ONE.encode(new Relay("")))
                .hasToString(
                        "{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\",\"channel\":\"\"}");
    }

    @Test
    void w12_versionOneHasNoOtherFrame() {
        everyMember()
                .filter(message -> !(message instanceof Hello) && !(message instanceof Relay))
                .forEach(message -> assertThatIllegalArgumentException().isThrownBy(() -> ONE.encode(message)));
        assertThatIllegalArgumentException().isThrownBy(() -> TWO.encode(new Unknown("x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"code\":\"new.code\"}",
                "{\"code\":\"channel.event\"}",
                "{\"code\":\"channel.event\",\"channel\":\"lobby\"}",
                "{\"code\":\"channel.event\",\"channel\":\"lobby\",\"userId\":\"a\",\"epoch\":\"\",\"offset\":1}",
                "{\"code\":\"channel.event\",\"channel\":\"@a\",\"userId\":\"a\",\"epoch\":\"e\",\"offset\":1,\"data\":{}}",
                "{\"code\":\"channel.event\",\"channel\":\"@a\",\"userId\":\"a\",\"epoch\":\"e\",\"offset\":1,\"data\":[1]}",
                "{\"code\":\"channel.event\",\"channel\":\"@a\",\"userId\":\"a\",\"epoch\":\"e\",\"offset\":1,\"data\":\"x\"}",
                "{\"code\":\"channel.gap\",\"channel\":\"lobby\"}",
                "{\"code\":\"auth.expiring\"}",
                "{\"code\":\"auth.expiring\",\"data\":{\"exp\":\"x\"}}",
                "{\"code\":\"session.bye\",\"data\":{\"code\":7}}",
                "{\"code\":\"session.bye\",\"data\":{\"code\":4000,\"afterMs\":1.5}}",
                "{\"code\":\"signal.event\",\"channel\":\"lobby\"}",
                "{\"code\":\"presence.event\",\"channel\":\"..\",\"userId\":\"a\"}",
                "{\"code\":\"reply.error\",\"error\":{\"afterMs\":\"x\"}}",
                "{\"code\":\"session.ping\"}"
            })
    void whatAClientCannotReadIsUnknownToIt(String frame) {
        assertThat(read(frame)).isInstanceOf(Unknown.class);
    }

    @Test
    void w23_aReplyWithoutDetailsIsStillAnError() {
        assertThat(read("{\"code\":\"reply.error\",\"re\":\"r\",\"error\":{\"name\":\"quota.exceeded\"}}"))
                .isEqualTo(new Refused("r", ErrorCode.INTERNAL, 0, ""));
        assertThat(read("{\"code\":\"reply.error\",\"re\":\"r\"}"))
                .isEqualTo(new Refused("r", ErrorCode.INTERNAL, 0, ""));
    }

    @Test
    void w5_dataAsDeepAsItMayBeSentCanBeReadByItsReceivers() {
        String deepest = "[".repeat(31) + "]".repeat(31);
        assertThat(read(TWO.encode(event("lobby", deepest)).toString())).isEqualTo(event("lobby", deepest));
        assertThat(read(TWO.encode(inboxEvent(deepest)).toString())).isEqualTo(inboxEvent(deepest));
        String page = "{\"events\":[" + TWO.encode(inboxEvent(deepest)) + "],\"first\":1,\"recovered\":true}";
        ServerMessage answer = read(TWO.encode(new Ok("r", name("@bob"), new Position("e", 3), page))
                .toString());
        assertThat(answer).isEqualTo(new Ok("r", name("@bob"), new Position("e", 3), page));
        assertThat(TWO.decodeHistory(page)).containsExactly(inboxEvent(deepest));
    }

    @Test
    void w39_aFullPageOfTheLargestEventsCanBeRead() {
        StringBuilder page = new StringBuilder("{\"events\":[");
        Event largest = event("lobby", "\"" + "x".repeat(32_766) + "\"");
        for (int i = 0; i < 8; i++) {
            page.append(i == 0 ? "" : ",").append(TWO.encode(largest));
        }
        String data = page.append("],\"first\":1,\"recovered\":true}").toString();
        assertThat(read(TWO.encode(new Ok("r", name("lobby"), new Position("e", 3), data))
                        .toString()))
                .isInstanceOf(Ok.class);
        assertThat(TWO.decodeHistory(data)).hasSize(8).containsOnly(largest);
    }

    @Test
    void aHistoryThatIsNoneIsAnError() {
        assertThat(TWO.decodeHistory("{\"events\":[],\"first\":1}")).isEmpty();
        for (String data : List.of("{\"events\":[{\"code\":", "nonsense", "{\"events\":[1}")) {
            assertThatExceptionOfType(MirrorException.class)
                    .isThrownBy(() -> TWO.decodeHistory(data))
                    .extracting(MirrorException::code)
                    .isEqualTo(ErrorCode.BAD_FRAME);
        }
    }

    @Test
    void aTextIsQuotedAsJson() {
        assertThat(JsonCodec.quote("a\"b\\\n\u0000é")).isEqualTo("\"a\\\"b\\\\\\n\\u0000é\"");
    }

    @Test
    void aFrameIsItsBytes() {
        Frame frame = Frame.of("é");
        assertThat(frame.size()).isEqualTo(2);
        assertThat(Arrays.equals(
                        frame.bytes(),
                        Frame.of(new byte[] {(byte) 0xc3, (byte) 0xa9}).bytes()))
                .isTrue();
        assertThat(frame).hasToString("é");
    }
}
