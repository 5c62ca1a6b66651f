package dev.mirror.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what peers that speak version 1 nearly always send: the five keys, each at most once, with texts of plain ASCII,
 * and no white space. Making a JSON parser costs more than all of that, and for a direct message it was a quarter of the
 * server's work. Whatever else a frame is, right or wrong, is left to {@link Envelope#read}.
 */
final class FlatReader {
    private static final byte[][] KEYS = {
        beginning("code"), beginning("message"), beginning("websocketId"), beginning("userId"), beginning("channel")
    };

    private FlatReader() {}

    private static byte[] beginning(String key) {
        return ('"' + key + "\":\"").getBytes(StandardCharsets.US_ASCII);
    }

    /** Fills the envelope and yields true; or yields false and changes nothing. */
    static boolean read(Envelope envelope, byte[] bytes, int start, int length) {
        @Nullable String[] values = new @Nullable String[KEYS.length];
        int end = start + length;
        if (length == 0 || length > Envelope.MAX_LENGTH || bytes[start] != '{') {
            return false;
        }
        int at = start;
        int key = -1;
        do {
            at++;
            key = keyAt(bytes, at, end, key + 1);
            if (key < 0 || values[key] != null) {
                return false;
            }
            at += KEYS[key].length;
            int close = endOfPlain(bytes, at, end);
            values[key] = new String(bytes, at, close - at, StandardCharsets.ISO_8859_1);
            at = close + 1;
            if (at >= end || bytes[close] != '"') {
                return false;
            }
        } while (bytes[at] == ',');
        if (bytes[at] != '}' || at + 1 != end) {
            return false;
        }
        fill(envelope, values);
        return true;
    }

    /** Which key and opening quote stand there, -1 for none; the one that is likely is tried first. */
    private static int keyAt(byte[] bytes, int at, int end, int likely) {
        for (int i = 0; i < KEYS.length; i++) {
            int index = (likely + i) % KEYS.length;
            byte[] key = KEYS[index];
            if (end - at > key.length && Arrays.equals(bytes, at, at + key.length, key, 0, key.length)) {
                return index;
            }
        }
        return -1;
    }

    /** Where the next byte is that does not stand for itself in a JSON string. */
    private static int endOfPlain(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end - 1 && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    private static void fill(Envelope envelope, @Nullable String[] values) {
        envelope.code = orEmpty(values[0]);
        envelope.message = orEmpty(values[1]);
        envelope.websocketId = orEmpty(values[2]);
        envelope.userId = orEmpty(values[3]);
        envelope.channel = orEmpty(values[4]);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
