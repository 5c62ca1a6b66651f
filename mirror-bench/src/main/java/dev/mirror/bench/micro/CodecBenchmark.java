package dev.mirror.bench.micro;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Frames to messages and messages to frames. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private final JsonCodec one = JsonCodec.of(Protocol.V1);
    private final JsonCodec two = JsonCodec.of(Protocol.V2);
    private final byte[] direct =
            utf8("{\"code\":\"message.direct\",\"message\":\"\",\"websocketId\":\"yQ0hV3nGdPbRkU7tWmXcZA\","
                    + "\"userId\":\"user-100001\",\"channel\":\"user-100001.user-100002\"}");
    private final byte[] publish = utf8("{\"code\":\"channel.publish\",\"id\":\"4711\",\"channel\":\"lobby\","
            + "\"data\":{\"value\":\"abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz\"}}");
    private final ServerMessage relay = new ServerMessage.Relay("user-100001.user-100002");
    private final ServerMessage event = new ServerMessage.Event(
            ChannelName.room("lobby"),
            new Publication(
                    ChannelName.room("lobby"),
                    new Position("e1", 4_711),
                    17_000_000_000_000_000L,
                    new Publication.Entry(
                            new UserId("user-100001"),
                            "4711",
                            "{\"value\":\"abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz\","
                                    + "\"userId\":\"user-100001\",\"username\":\"Ann\",\"channel\":\"room-100001\"}"),
                    null));

    /** Reads a request to open a conversation, version 1. */
    @Benchmark
    public ClientMessage decodeV1Direct() {
        return one.decodeClient(direct, 0, direct.length);
    }

    /** Reads a publish, version 2. */
    @Benchmark
    public ClientMessage decodeV2Publish() {
        return two.decodeClient(publish, 0, publish.length);
    }

    /** Writes the relay of an opened conversation, version 1. */
    @Benchmark
    public Frame encodeRelay() {
        return one.encode(relay);
    }

    /** Writes a publication's event, version 2. */
    @Benchmark
    public Frame encodeEvent() {
        return two.encode(event);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
