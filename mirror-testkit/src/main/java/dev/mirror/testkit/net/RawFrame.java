package dev.mirror.testkit.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One WebSocket frame, right or wrong: every field of RFC 6455, section 5.2, can be set to what it must not be.
 * Immutable.
 */
public final class RawFrame {
    /** Opcodes of RFC 6455. */
    public static final int CONTINUATION = 0;

    /** A text message begins. */
    public static final int TEXT = 1;

    /** A binary message begins. */
    public static final int BINARY = 2;

    /** The connection ends. */
    public static final int CLOSE = 8;

    /** Are you there? */
    public static final int PING = 9;

    /** I am. */
    public static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final boolean fin;
    private final int reserved;
    private final int opcode;
    private final boolean masked;
    private final long declaredLength;
    private final byte[] payload;

    RawFrame(boolean fin, int reserved, int opcode, boolean masked, long declaredLength, byte[] payload) {
        this.fin = fin;
        this.reserved = reserved;
        this.opcode = opcode;
        this.masked = masked;
        this.declaredLength = declaredLength;
        this.payload = payload;
    }

    /** A proper masked frame, the last of its message. */
    public static RawFrame of(int opcode, byte[] payload) {
        return new RawFrame(true, 0, opcode, true, payload.length, payload.clone());
    }

    /** A proper text message. */
    public static RawFrame text(String text) {
        return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A proper close with a code and a reason. */
    public static RawFrame close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return of(
                CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** The same, with more of its message to come. */
    public RawFrame unfinished() {
        return new RawFrame(false, reserved, opcode, masked, declaredLength, payload);
    }

    /** The same with reserved bits: 4, 2 and 1 stand for RSV1, RSV2 and RSV3. */
    public RawFrame reserved(int bits) {
        return new RawFrame(fin, bits, opcode, masked, declaredLength, payload);
    }

    /** The same without a mask, as only a server may send it. */
    public RawFrame unmasked() {
        return new RawFrame(fin, reserved, opcode, false, declaredLength, payload);
    }

    /** The same with a length in its header that need not be that of the payload. */
    public RawFrame declaring(long length) {
        return new RawFrame(fin, reserved, opcode, masked, length, payload);
    }

    /** Whether it is the last of its message. */
    public boolean fin() {
        return fin;
    }

    /** The reserved bits. */
    public int reserved() {
        return reserved;
    }

    /** The opcode. */
    public int opcode() {
        return opcode;
    }

    /** Whether it is masked. */
    public boolean masked() {
        return masked;
    }

    /** The payload, without its mask. */
    public byte[] payload() {
        return payload.clone();
    }

    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame; 1005 if it has none. */
    public int closeCode() {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    }

    /** The reason of a close frame. */
    public String closeReason() {
        return payload.length < 2
                ? ""
                : new String(Arrays.copyOfRange(payload, 2, payload.length), StandardCharsets.UTF_8);
    }

    /** The bytes on the wire. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((fin ? 0x80 : 0) | reserved << 4 | opcode);
        int maskBit = masked ? 0x80 : 0;
        if (declaredLength >= 0 && declaredLength < 126) {
            out.write(maskBit | (int) declaredLength);
        } else if (declaredLength >= 126 && declaredLength < 65_536) {
            out.write(maskBit | 126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) declaredLength).array());
        } else {
            out.write(maskBit | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(declaredLength).array());
        }
        if (masked) {
            out.writeBytes(MASK);
        }
        out.writeBytes(masked ? mask(payload) : payload);
        return out.toByteArray();
    }

    private static byte[] mask(byte[] plain) {
        byte[] covered = new byte[plain.length];
        for (int i = 0; i < plain.length; i++) {
            covered[i] = (byte) (plain[i] ^ MASK[i % MASK.length]);
        }
        return covered;
    }

    @Override
    public String toString() {
        String content = opcode == CLOSE ? closeCode() + " " + closeReason() : text();
        return "RawFrame[opcode=" + opcode + ", fin=" + fin + ", " + content + "]";
    }
}
