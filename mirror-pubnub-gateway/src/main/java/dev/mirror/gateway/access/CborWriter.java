package dev.mirror.gateway.access;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Writes the part of CBOR (RFC 8949) that tokens are made of. A writer is for one document and one thread. */
final class CborWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    /** Begins a map; its keys and values follow. */
    CborWriter map(int size) {
        return head(5, size);
    }

    /** A text that is known to both sides, which tokens have as bytes. */
    CborWriter key(String name) {
        return bytes(name.getBytes(StandardCharsets.US_ASCII));
    }

    CborWriter bytes(byte[] value) {
        head(2, value.length);
        out.writeBytes(value);
        return this;
    }

    /** @throws IllegalArgumentException if it has half of a surrogate pair, which JSON can have and UTF-8 cannot */
    CborWriter text(String value) {
        ByteBuffer utf8;
        try {
            utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text has half of a surrogate pair", e);
        }
        head(3, utf8.remaining());
        out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
        return this;
    }

    CborWriter number(long value) {
        return value >= 0 ? head(0, value) : head(1, -1 - value);
    }

    /** A JSON value as Java has it. */
    CborWriter value(Object value) {
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Long || value instanceof Integer) {
            return number(((Number) value).longValue());
        }
        if (value instanceof Number real) {
            out.write(0xfb);
            out.writeBytes(ByteBuffer.allocate(8).putDouble(real.doubleValue()).array());
            return this;
        }
        if (value instanceof Map<?, ?> map) {
            map(map.size());
            map.forEach((key, each) -> text(String.valueOf(key)).value(each));
            return this;
        }
        if (value instanceof Collection<?> list) {
            head(4, list.size());
            list.forEach(this::value);
            return this;
        }
        out.write(Boolean.TRUE.equals(value) ? 0xf5 : Boolean.FALSE.equals(value) ? 0xf4 : 0xf6);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private CborWriter head(int major, long value) {
        int type = major << 5;
        if (value < 24) {
            out.write(type | (int) value);
        } else if (value < 1 << 8) {
            out.write(type | 24);
            out.write((int) value);
        } else if (value < 1 << 16) {
            out.write(type | 25);
            big(value, 2);
        } else if (value < 1L << 32) {
            out.write(type | 26);
            big(value, 4);
        } else {
            out.write(type | 27);
            big(value, 8);
        }
        return this;
    }

    private void big(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}
