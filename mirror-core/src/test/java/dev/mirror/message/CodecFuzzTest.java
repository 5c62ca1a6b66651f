package dev.mirror.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Frames that were right once, changed at random: whatever comes, reading does not throw. */
class CodecFuzzTest {
    private static final int FRAMES = 20_000;

    private static final String[] SPLINTERS = {
        "\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\\ud800",
        "\\u0000",
        "\u0000",
        "null",
        "true",
        "NaN",
        "-",
        "1e999999999",
        "9".repeat(40),
        "{\"a\":1,\"a\":1}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "\"code\":\"x\"",
        "\"id\":\"\"",
        "\"offset\":-1",
        "\"channel\":null",
        "é",
        "😀",
        "\ufeff",
        "//",
        "\\",
        "\"data\":{\"channels\":[{\"channel\":{}}]}"
    };

    private final SplittableRandom random = new SplittableRandom(Long.getLong("mirror.seed", 20_260_101L));

    @Test
    void f18_w5_readingNeverThrows() {
        List<byte[]> corpus = new ArrayList<>();
        ClientCodecTest.everyMember()
                .forEach(message ->
                        corpus.add(JsonCodec.of(Protocol.V2).encode(message).bytes()));
        ServerCodecTest.everyMember()
                .forEach(message ->
                        corpus.add(JsonCodec.of(Protocol.V2).encode(message).bytes()));
        int understood = 0;
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = mutated(corpus.get(random.nextInt(corpus.size())));
            understood += readEveryWay(frame);
        }
        assertThat(understood).as("some survive, or this test sees nothing").isBetween(FRAMES / 50, FRAMES);
    }

    private int readEveryWay(byte[] frame) {
        try {
            JsonCodec.of(Protocol.V1).decodeClient(frame, 0, frame.length);
            ServerMessage server = JsonCodec.of(Protocol.V2).decodeServer(frame, 0, frame.length);
            if (server instanceof ServerMessage.Ok ok && ok.data() != null) {
                JsonCodec.of(Protocol.V2).decodeHistory(ok.data());
            }
            ClientMessage client = JsonCodec.of(Protocol.V2).decodeClient(frame, 0, frame.length);
            if (client instanceof ClientMessage.Malformed malformed) {
                String re = malformed.id() == null ? "" : malformed.id();
                JsonCodec.of(Protocol.V2)
                        .encode(new ServerMessage.Refused(re, malformed.error(), 0, malformed.detail()));
                return 0;
            }
            Frame again = JsonCodec.of(Protocol.V2).encode(client);
            assertThat(JsonCodec.of(Protocol.V2).decodeClient(again.bytes(), 0, again.size()))
                    .as("what was read can be written and read again")
                    .isEqualTo(client);
            return 1;
        } catch (RuntimeException | StackOverflowError thrown) {
            throw new AssertionError("threw for " + new String(frame, StandardCharsets.ISO_8859_1), thrown);
        }
    }

    private byte[] mutated(byte[] original) {
        byte[] frame = original.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && frame.length > 0; changes--) {
            int at = random.nextInt(frame.length);
            switch (random.nextInt(5)) {
                case 0 -> frame[at] = (byte) random.nextInt(256);
                case 1 -> frame[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> frame = spliced(frame, at, Math.min(frame.length, at + random.nextInt(8)), new byte[0]);
                case 3 -> frame = spliced(frame, at, at, splinter());
                default ->
                    frame = spliced(frame, random.nextInt(4) == 0 ? at : frame.length, frame.length, new byte[0]);
            }
        }
        return frame;
    }

    private byte[] splinter() {
        return SPLINTERS[random.nextInt(SPLINTERS.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] frame, int from, int to, byte[] instead) {
        byte[] result = new byte[frame.length - (to - from) + instead.length];
        System.arraycopy(frame, 0, result, 0, from);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(frame, to, result, from + instead.length, frame.length - to);
        return result;
    }
}
