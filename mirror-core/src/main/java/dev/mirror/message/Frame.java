package dev.mirror.message;

import java.nio.charset.StandardCharsets;

/**
 * A message as UTF-8 text, encoded once and shared by every connection that it is sent to.
 *
 * <p>Immutable by contract: {@link #bytes()} is not copied, and nobody may write to it. A transport adds its own
 * framing while it writes.
 */
public final class Frame {
    private final byte[] bytes;

    private Frame(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes over the bytes; the caller must not change them afterwards. */
    public static Frame of(byte[] utf8) {
        return new Frame(utf8);
    }

    /** A frame of this text. */
    public static Frame of(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text as UTF-8; shared, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The size in bytes. */
    public int size() {
        return bytes.length;
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
