package dev.mirror.gateway.access;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of CBOR (RFC 8949) that tokens are made of: whole numbers, doubles, bytes, texts, lists, maps whose
 * keys are bytes or texts, true, false, null; nothing of unknown length. Numbers become {@link Long} and
 * {@link Double}, null becomes {@link #NULL}.
 */
final class CborReader {
    /** Stands for null. */
    static final Object NULL = new Object();

    private static final int MAX_DEPTH = 16;

    private final ByteBuffer in;

    private CborReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    /**
     * Reads one document.
     *
     * @throws IllegalArgumentException if it is not a map, or anything else is there
     */
    static Map<String, Object> read(byte[] bytes) {
        CborReader reader = new CborReader(bytes);
        try {
            Object document = reader.value(0);
            if (document instanceof Map<?, ?> map && !reader.in.hasRemaining()) {
                return map(map);
            }
        } catch (BufferUnderflowException | CharacterCodingException e) {
            throw new IllegalArgumentException("not CBOR", e);
        }
        throw new IllegalArgumentException("not one map");
    }

    /** A map that this class made. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        throw new IllegalArgumentException("not a map");
    }

    private Object value(int depth) throws CharacterCodingException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("too deep");
        }
        int first = in.get() & 0xff;
        int major = first >> 5;
        if (major == 7) {
            return simple(first);
        }
        long argument = argument(first & 31);
        return switch (major) {
            case 0 -> argument;
            case 1 -> -1 - argument;
            case 2 -> bytes(argument);
            case 3 -> text(argument);
            case 4 -> list(argument, depth);
            case 5 -> entries(argument, depth);
            default -> throw new IllegalArgumentException("a tag");
        };
    }

    private Object simple(int first) {
        return switch (first & 31) {
            case 20 -> false;
            case 21 -> true;
            case 22 -> NULL;
            case 27 -> in.getDouble();
            default -> throw new IllegalArgumentException("an unknown simple value");
        };
    }

    private long argument(int info) {
        long value = switch (info) {
            case 24 -> in.get() & 0xff;
            case 25 -> in.getShort() & 0xffff;
            case 26 -> in.getInt() & 0xffffffffL;
            case 27 -> in.getLong();
            default -> info;
        };
        if (info > 27 || value < 0) {
            throw new IllegalArgumentException("a length that is not used here");
        }
        return value;
    }

    private byte[] bytes(long length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private String text(long length) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes(length)))
                .toString();
    }

    private List<Object> list(long size, int depth) throws CharacterCodingException {
        requireRoom(size);
        List<Object> list = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<String, Object> entries(long size, int depth) throws CharacterCodingException {
        requireRoom(size);
        Map<String, Object> map = new LinkedHashMap<>();
        for (long i = 0; i < size; i++) {
            Object key = value(depth + 1);
            String name = key instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : key.toString();
            boolean named = key instanceof byte[] || key instanceof String;
            if (!named || map.put(name, value(depth + 1)) != null) {
                throw new IllegalArgumentException("a key that is no name, or comes twice");
            }
        }
        return map;
    }

    /** Each element has at least one byte. */
    private void requireRoom(long size) {
        if (size > in.remaining()) {
            throw new BufferUnderflowException();
        }
    }
}
