package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import dev.mirror.testkit.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Bytes after a handshake: however they are cut, and whether or not whole texts take the short way, the same messages are
 * heard and the same is answered, and no fault of ours ends the connection. The first byte says how the rest is cut.
 */
class FrameFuzzTest extends FuzzTarget {
    private static final int MAX_FRAME = 300;
    /** Our close frame after a fault, as {@link Paper#written} shows it; a peer's own 4100 goes back with its own reason. */
    private static final String FAULT = "88 " + HexFormat.of().toHexDigits((short) CloseReason.INTERNAL.code())
            + HexFormat.of().formatHex(CloseReason.INTERNAL.name().getBytes(StandardCharsets.UTF_8));

    private static final Handshake.Accepted HANDSHAKE =
            new Handshake.Accepted(RawClient.KEY, Protocol.V1, Credentials.none());

    @Override
    protected void take(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        Heard whole = hear(bytes, bytes.length, true);
        Heard cut = hear(bytes, 1 + (input[0] & 0x3f), true);
        Heard byTheEngine = hear(bytes, bytes.length, false);
        assertThat(cut).as("in pieces").isEqualTo(whole);
        assertThat(byTheEngine.withoutReason()).as("without the short way").isEqualTo(whole.withoutReason());
        assertThat(whole.answer).as("a fault of ours").doesNotContain(FAULT);
        whole.messages.forEach(
                message -> assertThat(message.length()).as("characters").isLessThanOrEqualTo(MAX_FRAME));
    }

    private record Heard(List<String> messages, List<String> answer, boolean open, int ends) {
        /** The engine says why it closes in words of its own. */
        Heard withoutReason() {
            List<String> frames = answer.stream()
                    .map(frame -> frame.startsWith("88 ") ? frame.substring(0, Math.min(7, frame.length())) : frame)
                    .toList();
            return new Heard(messages, frames, open, ends);
        }
    }

    private static Heard hear(byte[] bytes, int piece, boolean shortWay) {
        WebSocketOptions options = WebSocketOptions.builder()
                .maxFrameBytes(MAX_FRAME)
                .maxFragments(4)
                .fastPath(shortWay)
                .build();
        Ears ears = new Ears();
        Paper paper = new Paper(options);
        EngineConnection engine = new EngineConnection(paper, new Shared(options, ears));
        engine.answer(HANDSHAKE, 0);
        paper.outbox.clear();
        engine.start(HANDSHAKE, Runnable::run);
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            engine.receive(ByteBuffer.wrap(part), 0);
        }
        boolean open = engine.isOpen();
        List<String> answer = paper.written();
        engine.ended();
        return new Heard(ears.messages, answer, open, ears.ends);
    }

    /** Writes down what is heard. */
    private static final class Ears implements Sessions, Sessions.Session {
        final List<String> messages = new ArrayList<>();
        int ends;

        @Override
        public Session open(Connection connection, Executor lane, Protocol protocol, Credentials credentials) {
            return this;
        }

        @Override
        public CompletionStage<?> drain() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void receive(byte[] buffer, int offset, int length) {
            String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
            assertThat(text.getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(Arrays.copyOfRange(buffer, offset, offset + length));
            messages.add(text);
        }

        @Override
        public void drained() {}

        @Override
        public void closed() {
            ends++;
        }
    }

    /** Writes down what is answered, and never sends it. */
    private static final class Paper implements Wire {
        final Outbox outbox;

        Paper(WebSocketOptions options) {
            outbox = new Outbox(new OutboxBudget(options, () -> {}));
        }

        /** The frames, in hexadecimal: the first byte, and the payload. None is longer than a control frame may be. */
        List<String> written() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (!outbox.isEmpty()) {
                ByteBuffer some = ByteBuffer.allocate(1_024);
                outbox.fill(some);
                all.write(some.array(), 0, some.position());
                outbox.advance(some.position());
            }
            ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
            List<String> frames = new ArrayList<>();
            while (in.hasRemaining()) {
                byte first = in.get();
                byte[] payload = new byte[in.get()];
                in.get(payload);
                frames.add(
                        HexFormat.of().toHexDigits(first) + ' ' + HexFormat.of().formatHex(payload));
            }
            return frames;
        }

        @Override
        public Outbox outbox() {
            return outbox;
        }

        @Override
        public void flushLater() {}

        @Override
        public void flushNow() {}

        @Override
        public void finish() {}

        @Override
        public void abort() {}

        @Override
        public void timer(long dueMillis) {}
    }
}
