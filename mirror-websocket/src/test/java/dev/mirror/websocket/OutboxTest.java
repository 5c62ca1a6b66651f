package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final AtomicInteger overflows = new AtomicInteger();
    private final OutboxBudget budget = new OutboxBudget(
            WebSocketOptions.builder()
                    .loops(1)
                    .outbox(1_024, 20)
                    .outboxTotalBytes(2_048)
                    .build(),
            overflows::incrementAndGet);
    private final Outbox outbox = new Outbox(budget);

    private static Frame frame(int length) {
        return Frame.of("x".repeat(length));
    }

    private static ByteBuffer control(int opcode, String payload) {
        byte[] text = payload.getBytes(UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .put((byte) (0x80 | opcode))
                .put((byte) text.length)
                .put(text)
                .flip();
    }

    /** Writes everything, at most so many bytes at a time. */
    private byte[] drain(int atOnce) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!outbox.isEmpty()) {
            write(all, atOnce);
        }
        return all.toByteArray();
    }

    private void write(ByteArrayOutputStream all, int atOnce) {
        ByteBuffer out = ByteBuffer.allocate(atOnce);
        outbox.fill(out);
        all.write(out.array(), 0, out.position());
        outbox.advance(out.position());
    }

    @Test
    void c1_bytesLeaveInOrderWhereverAWriteEnds() {
        byte[] expected = RawClient.join(
                RawClient.header(0x81, false, 3),
                "one".getBytes(UTF_8),
                control(8, "bye").array(),
                RawClient.header(0x81, false, 200),
                "x".repeat(200).getBytes(UTF_8),
                RawClient.header(0x81, false, 0));
        for (int atOnce = 1; atOnce <= expected.length; atOnce++) {
            assertThat(outbox.offer(Frame.of("one"))).isTrue();
            outbox.add(control(8, "bye"));
            assertThat(outbox.offer(frame(200))).isTrue();
            assertThat(outbox.offer(frame(0))).isTrue();
            assertThat(outbox.bytes()).isEqualTo(expected.length);

            assertThat(drain(atOnce)).isEqualTo(expected);
            assertThat(outbox.bytes()).isZero();
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void aFrameIsSharedAndNotChanged() {
        Frame frame = Frame.of("shared");
        outbox.offer(frame);
        drain(5);

        assertThat(frame.toString()).isEqualTo("shared");
    }

    @Test
    void c2_whatDoesNotFitIsNotTaken() {
        assertThat(outbox.offer(frame(1_000))).isTrue();
        assertThat(outbox.offer(frame(19))).isFalse();
        assertThat(outbox.offer(frame(18))).isTrue();
        assertThat(outbox.bytes()).isEqualTo(1_024);
        outbox.clear();
        assertThat(budget.used()).isZero();

        for (int i = 0; i < 20; i++) {
            assertThat(outbox.offer(frame(0))).isTrue();
        }
        assertThat(outbox.offer(frame(0))).isFalse();
    }

    @Test
    void i6_allOutboxesTogetherAreBoundedButForALittleInEach() {
        Outbox second = new Outbox(budget);
        Outbox third = new Outbox(budget);
        assertThat(outbox.offer(frame(1_000))).isTrue();
        assertThat(second.offer(frame(1_000))).isTrue();
        assertThat(third.offer(frame(30))).isTrue();
        assertThat(overflows).hasValue(0);
        assertThat(third.offer(frame(30))).isTrue();
        assertThat(overflows).as("asked for room").hasValue(1);
        assertThat(third.offer(frame(1))).isFalse();
        assertThat(overflows).as("asked for room, and waits for it").hasValue(1);

        second.clear();

        assertThat(third.offer(frame(100))).isTrue();
    }

    @Test
    void c1_whatThePeerHasNotSeenCanBeForgotten() {
        for (int written = 0; written < 3; written++) {
            outbox.offer(Frame.of("first"));
            outbox.offer(Frame.of("second"));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            write(all, written);
            outbox.forgetUnbegun();
            outbox.add(control(8, "bye"));
            all.writeBytes(drain(100));
            assertThat(all.toByteArray()).endsWith(control(8, "bye").array()).hasSize(written == 0 ? 5 : 12);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void aPongGoesAheadOfDataButNeverInsideAFrameNorBeforeTheHandshake() {
        outbox.add(ByteBuffer.wrap("HTTP/1.1 101 \r\n\r\n".getBytes(UTF_8)));
        outbox.addUrgent(control(10, "1"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        write(all, 20);
        assertThat(all.toString(UTF_8)).startsWith("HTTP/1.1 101 ").endsWith("1");
        outbox.offer(Frame.of("first"));
        outbox.offer(Frame.of("second"));
        all.reset();
        write(all, 4);
        outbox.addUrgent(control(10, "2"));
        all.writeBytes(drain(100));

        assertThat(all.toByteArray())
                .isEqualTo(RawClient.join(
                        RawClient.header(0x81, false, 5),
                        "first".getBytes(UTF_8),
                        control(10, "2").array(),
                        RawClient.header(0x81, false, 6),
                        "second".getBytes(UTF_8)));
    }

    /** Wherever the bytes end that somebody else is writing, and however little of them is done at a time. */
    @Test
    void c1_nothingGoesIntoOrBeforeWhatIsHandedOut() {
        int all = 3 + 4 + 5 + 3 * 2;
        for (int out = 0; out <= all; out++) {
            for (int atOnce = 1; atOnce <= Math.max(1, out); atOnce++) {
                outbox.offer(Frame.of("one"));
                outbox.offer(Frame.of("four"));
                outbox.offer(Frame.of("seven"));
                ByteBuffer handed = ByteBuffer.allocate(out);
                outbox.handOut(handed);
                int done = Math.min(out, atOnce);
                outbox.advance(done);
                outbox.addUrgent(control(9, "early"));
                outbox.addUrgent(control(10, "p"));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                bytes.writeBytes(handed.array());
                outbox.advance(out - done);
                bytes.writeBytes(drain(100));

                int border = out == 0 ? 0 : out <= 5 ? 5 : out <= 11 ? 11 : 18;
                byte[] frames = RawClient.join(
                        RawClient.header(0x81, false, 3), "one".getBytes(UTF_8),
                        RawClient.header(0x81, false, 4), "four".getBytes(UTF_8),
                        RawClient.header(0x81, false, 5), "seven".getBytes(UTF_8));
                assertThat(bytes.toByteArray())
                        .as("%d bytes handed out, %d done", out, done)
                        .isEqualTo(RawClient.join(
                                Arrays.copyOf(frames, border),
                                control(10, "p").array(),
                                Arrays.copyOfRange(frames, border, frames.length)));
                assertThat(budget.used()).isZero();
            }
        }
    }

    @Test
    void c1_whatIsHandedOutIsNotForgotten() {
        for (int out = 0; out <= 15; out++) {
            outbox.offer(Frame.of("first"));
            outbox.offer(Frame.of("second"));
            ByteBuffer handed = ByteBuffer.allocate(out);
            outbox.handOut(handed);
            outbox.forgetUnbegun();
            outbox.add(control(8, "bye"));
            outbox.advance(out);
            byte[] rest = drain(100);

            assertThat(rest).endsWith(control(8, "bye").array());
            assertThat(out + rest.length).isEqualTo(5 + (out == 0 ? 0 : out <= 7 ? 7 : 15));
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void aFloodOfPingsCostsOnePong() {
        outbox.offer(frame(100));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        write(all, 10);
        for (int i = 0; i < 10_000; i++) {
            outbox.addUrgent(control(10, "pong " + i));
        }
        assertThat(outbox.bytes()).isEqualTo(92 + 11);
        assertThat(budget.used()).isEqualTo(92 + 11);

        assertThat(new String(drain(1_000), UTF_8)).endsWith("pong 9999");
        assertThat(budget.used()).isZero();
    }
}
