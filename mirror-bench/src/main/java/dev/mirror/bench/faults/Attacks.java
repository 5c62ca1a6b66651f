package dev.mirror.bench.faults;

import dev.mirror.bench.node.People.Person;
import dev.mirror.testkit.net.RawFrame;
import dev.mirror.testkit.net.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/** What hostile peers send, and how each has to be answered. Pure but for {@link #enter}. */
final class Attacks {
    private static final int LONGEST = 65_536;
    private static final byte[] SHORT = "{}".getBytes(StandardCharsets.UTF_8);

    private Attacks() {}

    /**
     * Frames that end the connection.
     *
     * @param what it is called
     * @param frames one after the other
     * @param code how the connection is closed
     */
    record Framed(String what, List<RawFrame> frames, int code) {}

    /**
     * A message that is refused, or means nothing; the connection goes on.
     *
     * @param what it is called
     * @param text the message
     */
    record Text(String what, String text) {}

    /** Shakes hands as somebody who may, and takes the hello. */
    static void enter(RawWebSocket socket, Person person) throws IOException {
        socket.handshake("/ws", "Sec-WebSocket-Protocol: mirror.v2", "Authorization: Bearer " + person.token());
        if (socket.status() != 101) {
            throw new IOException("refused with " + socket.status());
        }
        socket.readText();
    }

    /** F16: more than a message may have, in every way. */
    static List<Framed> giants() {
        byte[] half = new byte[LONGEST * 2 / 3];
        List<RawFrame> empty = new ArrayList<>(Collections.nCopies(300, continuation(new byte[0])));
        empty.add(0, RawFrame.of(RawFrame.TEXT, new byte[0]).unfinished());
        return List.of(
                one("a frame of an exbibyte", RawFrame.text("{}").declaring(1L << 60), 1009),
                one("a frame with a negative length", RawFrame.text("{}").declaring(-1), 1009),
                one("a frame of one byte too many", RawFrame.text("{}").declaring(LONGEST + 1), 1009),
                new Framed(
                        "a message too long in two parts",
                        List.of(
                                RawFrame.of(RawFrame.TEXT, half).unfinished(),
                                RawFrame.of(RawFrame.CONTINUATION, half)),
                        1009),
                new Framed("a message in hundreds of empty parts", empty, 1009),
                one(
                        "a compressed message that nobody agreed on",
                        RawFrame.text("{}").reserved(4),
                        1002));
    }

    private static RawFrame continuation(byte[] payload) {
        return RawFrame.of(RawFrame.CONTINUATION, payload).unfinished();
    }

    private static Framed one(String what, RawFrame frame, int code) {
        return new Framed(what, List.of(frame), code);
    }

    /** F17: frames that RFC 6455 forbids. */
    static List<Framed> malformed() {
        List<Framed> all = new ArrayList<>(List.of(
                one("no mask", RawFrame.text("{}").unmasked(), 1002),
                one("bad UTF-8", RawFrame.of(RawFrame.TEXT, new byte[] {(byte) 0xC3, 0x28}), 1007),
                one(
                        "half a surrogate in UTF-8",
                        RawFrame.of(RawFrame.TEXT, new byte[] {(byte) 0xED, (byte) 0xA0, 1}),
                        1007),
                one("a continuation of nothing", RawFrame.of(RawFrame.CONTINUATION, SHORT), 1002),
                new Framed(
                        "a message inside a message",
                        List.of(RawFrame.text("{}").unfinished(), RawFrame.text("{}")),
                        1002),
                one("a ping in parts", RawFrame.of(RawFrame.PING, SHORT).unfinished(), 1002),
                one("a long ping", RawFrame.of(RawFrame.PING, new byte[126]), 1002),
                one("a close of one byte", RawFrame.of(RawFrame.CLOSE, new byte[1]), 1002),
                one("binary where text is expected", RawFrame.of(RawFrame.BINARY, SHORT), 1003)));
        all.addAll(each(
                "reserved bits ",
                List.of(1, 2, 4, 7),
                bits -> RawFrame.text("{}").reserved(bits)));
        all.addAll(each("the opcode ", List.of(3, 7, 11, 15), opcode -> RawFrame.of(opcode, SHORT)));
        all.addAll(each("the close code ", List.of(0, 999, 1005, 1006, 1015, 5_000), code -> RawFrame.close(code, "")));
        return all;
    }

    private static List<Framed> each(String what, List<Integer> values, IntFunction<RawFrame> frame) {
        return values.stream()
                .map(value -> one(what + value, frame.apply(value), 1002))
                .toList();
    }

    /** F18: texts that a reader of JSON could choke on. */
    static List<Text> texts() {
        return List.of(
                new Text("arrays in arrays", "[".repeat(60_000)),
                new Text("objects in objects", "{\"a\":".repeat(12_000)),
                new Text("a deep body", publish("[".repeat(8_000) + "]".repeat(8_000))),
                new Text("a number of many digits", publish("9".repeat(30_000))),
                new Text("a large exponent", publish("1e999999999")),
                new Text(
                        "an offset beyond all",
                        "{\"code\":\"channel.subscribe\",\"channel\":\"a\",\"epoch\":\"e\",\"offset\":1e400}"),
                new Text("ten thousand keys", keys()),
                new Text("keys twice", "{\"code\":\"session.ping\",\"code\":\"message.direct\",\"code\":1}"),
                new Text("a long string", "{\"code\":\"" + "x".repeat(60_000) + "\"}"),
                new Text("half a surrogate", publish("\"\\ud800\"")),
                new Text(
                        "U+0000 in an id",
                        "{\"code\":\"channel.publish\",\"id\":\"a\\u0000\",\"channel\":\"room\",\"data\":1}"),
                new Text(
                        "U+0000 in a channel",
                        "{\"code\":\"channel.subscribe\",\"id\":\"a\",\"channel\":\"a\\u0000b\"}"),
                new Text("NaN", publish("NaN")),
                new Text("more behind the end", "{\"code\":\"session.ping\"} {\"code\":\"session.ping\"}"),
                new Text("nothing", ""),
                new Text("no object", "17"),
                new Text("a code that is none", "{\"code\":{\"code\":[]}}"));
    }

    private static String publish(String data) {
        return "{\"code\":\"channel.publish\",\"channel\":\"attack\",\"data\":" + data + "}";
    }

    private static String keys() {
        StringBuilder keys = new StringBuilder("{\"code\":\"session.ping\"");
        for (int i = 0; i < 6_000; i++) {
            keys.append(",\"k").append(i).append("\":0");
        }
        return keys.append('}').toString();
    }
}
