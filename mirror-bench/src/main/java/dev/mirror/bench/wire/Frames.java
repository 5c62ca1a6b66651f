package dev.mirror.bench.wire;

import java.nio.charset.StandardCharsets;

/** The frames that a client sends, made by hand (RFC 6455, 5.2): final, masked, at most 65,535 bytes. */
public final class Frames {
    /** A text message; the opcodes of RFC 6455. */
    public static final int TEXT = 0x1;

    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    /** One mask for all: a server has to undo it whatever it is. */
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

    private Frames() {}

    /** A text message. */
    public static byte[] text(String payload) {
        return masked(TEXT, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] masked(int opcode, byte[] payload) {
        int header = payload.length < 126 ? 2 : 4;
        byte[] frame = new byte[header + MASK.length + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        if (header == 2) {
            frame[1] = (byte) (0x80 | payload.length);
        } else {
            frame[1] = (byte) (0x80 | 126);
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        System.arraycopy(MASK, 0, frame, header, MASK.length);
        int body = header + MASK.length;
        for (int i = 0; i < payload.length; i++) {
            frame[body + i] = (byte) (payload[i] ^ MASK[i & 3]);
        }
        return frame;
    }
}
