package dev.mirror.gateway.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding, read strictly: what is not an encoded byte, or bytes that are no UTF-8, is refused; so is U+0000,
 * which no database keeps.
 */
final class Percent {
    private Percent() {}

    static String decode(String raw) {
        int first = raw.indexOf('%');
        if (first < 0 && isAscii(raw)) {
            return raw;
        }
        byte[] sent = raw.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[sent.length];
        int length = 0;
        for (int i = 0; i < sent.length; i++) {
            if (sent[i] == '%') {
                int high = i + 2 < sent.length ? Character.digit(sent[i + 1], 16) : -1;
                int low = i + 2 < sent.length ? Character.digit(sent[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed();
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = sent[i];
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            if (text.indexOf(0) >= 0) {
                throw new Refusal(400, "U+0000 is not allowed");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static Refusal malformed() {
        return new Refusal(400, "Bad Request");
    }
}
