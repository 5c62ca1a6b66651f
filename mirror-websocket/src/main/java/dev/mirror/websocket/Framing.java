package dev.mirror.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;

/** The frame format of RFC 6455, as far as it is needed before and beside the engine. Pure functions. */
final class Framing {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Framing() {}

    static int opcode(byte first) {
        return first & 0x0F;
    }

    static boolean isFin(byte first) {
        return first < 0;
    }

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    /** The length of the header of a masked frame, from its second byte. */
    static int headerLength(byte second) {
        int length = second & 0x7F;
        return length < 126 ? 6 : length == 126 ? 8 : 14;
    }

    /**
     * How many bytes of the frame that begins at {@code offset} are needed to go on: the whole frame if its header is
     * there, else the header. Checks the header as far as it is there, so that nothing is kept, or made room for, on
     * behalf of a frame that will be refused.
     *
     * @throws InvalidDataException if the header breaks the rules, with the close code
     */
    static int needed(byte[] bytes, int offset, int available, int maxPayload) throws InvalidDataException {
        if (available < 2) {
            return 2;
        }
        byte first = bytes[offset];
        byte second = bytes[offset + 1];
        checkStart(first, second);
        int header = headerLength(second);
        int extended = header - 4;
        if (available < extended) {
            return header;
        }
        long length = payloadLength(bytes, offset);
        if (length < 0 || length > maxPayload) {
            throw new InvalidDataException(CloseFrame.TOOBIG, "too long");
        }
        return header + (int) length;
    }

    private static void checkStart(byte first, byte second) throws InvalidDataException {
        int opcode = opcode(first);
        if ((first & 0x70) != 0) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "reserved bit");
        }
        if ((opcode > BINARY && opcode < CLOSE) || opcode > PONG) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "reserved opcode");
        }
        if (second >= 0) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "not masked");
        }
        if (isControl(opcode) && (!isFin(first) || (second & 0x7F) > 125)) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "control frame");
        }
    }

    /** The declared length of the payload; negative for one of 2^63 or more. The extended length must be there. */
    static long payloadLength(byte[] bytes, int offset) {
        int length = bytes[offset + 1] & 0x7F;
        if (length < 126) {
            return length;
        }
        long extended = 0;
        int end = offset + (length == 126 ? 4 : 10);
        for (int i = offset + 2; i < end; i++) {
            extended = extended << 8 | (bytes[i] & 0xFF);
        }
        return extended;
    }

    /**
     * Takes the mask off in place.
     *
     * @param maskAt where the four bytes of the mask are; the payload follows them
     * @return whether the payload is plain ASCII
     */
    static boolean unmask(byte[] bytes, int maskAt, int length) {
        long key = (bytes[maskAt] & 0xFFL)
                | (bytes[maskAt + 1] & 0xFFL) << 8
                | (bytes[maskAt + 2] & 0xFFL) << 16
                | (bytes[maskAt + 3] & 0xFFL) << 24;
        long mask = key | key << 32;
        long seen = 0;
        int at = maskAt + 4;
        int end = at + length;
        for (; at + 8 <= end; at += 8) {
            long word = (long) LONGS.get(bytes, at) ^ mask;
            LONGS.set(bytes, at, word);
            seen |= word;
        }
        for (; at < end; at++) {
            bytes[at] ^= (byte) mask;
            seen |= bytes[at];
            mask = Long.rotateRight(mask, 8);
        }
        return (seen & NOT_ASCII) == 0;
    }

    /** Whether the bytes are UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing cut off. */
    static boolean isUtf8(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int lead = bytes[at++];
            if (lead >= 0) {
                continue;
            }
            int more = lead < (byte) 0xC2
                    ? 0
                    : lead < (byte) 0xE0 ? 1 : lead < (byte) 0xF0 ? 2 : lead < (byte) 0xF5 ? 3 : 0;
            if (more == 0 || at + more > end || !isSecond(lead, bytes[at])) {
                return false;
            }
            for (int i = 1; i < more; i++) {
                if (bytes[at + i] >= (byte) 0xC0) {
                    return false;
                }
            }
            at += more;
        }
        return true;
    }

    /** The second byte carries the rules against overlong forms, surrogates and what is above U+10FFFF. */
    private static boolean isSecond(int lead, byte second) {
        int value = second & 0xFF;
        return switch (lead & 0xFF) {
            case 0xE0 -> value >= 0xA0 && value <= 0xBF;
            case 0xED -> value >= 0x80 && value <= 0x9F;
            case 0xF0 -> value >= 0x90 && value <= 0xBF;
            case 0xF4 -> value >= 0x80 && value <= 0x8F;
            default -> value >= 0x80 && value <= 0xBF;
        };
    }

    /** The length of the header of an unmasked text frame. */
    static int textHeaderLength(int payload) {
        return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
    }

    /** One byte of the header of an unmasked, whole text frame. */
    static byte textHeaderByte(int payload, int index) {
        if (index == 0) {
            return (byte) 0x81;
        }
        int header = textHeaderLength(payload);
        if (index == 1) {
            return (byte) (header == 2 ? payload : header == 4 ? 126 : 127);
        }
        int shift = 8 * (header - 1 - index);
        return (byte) (shift >= 32 ? 0 : payload >>> shift);
    }

    /** Writes the header of an unmasked, whole text frame. */
    static void putTextHeader(ByteBuffer out, int payload) {
        int header = textHeaderLength(payload);
        for (int i = 0; i < header; i++) {
            out.put(textHeaderByte(payload, i));
        }
    }
}
