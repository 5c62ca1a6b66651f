package dev.mirror.gateway.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Bodies that may be compressed: JavaScript SDKs send zlib under the name {@code deflate}, others {@code gzip}. However
 * much a body grows, no more of it is kept than the limit.
 */
public final class ContentCoding {
    private static final int STEP_BYTES = 8_192;

    private ContentCoding() {}

    /**
     * The body as text.
     *
     * @param maxBytes how long it may be when it is decoded
     * @throws Refusal 413 if it is longer, 415 for another coding, 400 if it is damaged or no UTF-8
     */
    public static String text(HttpCall call, int maxBytes) {
        byte[] bytes = decoded(call, maxBytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(400, "Invalid JSON");
        }
    }

    private static byte[] decoded(HttpCall call, int maxBytes) {
        byte[] sent = call.body();
        String coding =
                call.header("Content-Encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
        try {
            return switch (coding) {
                case "identity", "" -> within(sent, maxBytes);
                case "deflate" -> inflated(sent, maxBytes);
                case "gzip", "x-gzip" -> read(new GZIPInputStream(new ByteArrayInputStream(sent)), maxBytes);
                default -> throw new Refusal(415, "Unsupported Media Type");
            };
        } catch (IOException damaged) {
            throw new Refusal(400, "Invalid JSON");
        }
    }

    private static byte[] within(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw tooLarge();
        }
        return bytes;
    }

    /** The name means zlib, but there are clients that leave its two bytes of head out. */
    private static byte[] inflated(byte[] sent, int maxBytes) throws IOException {
        boolean zlib =
                sent.length > 1 && (sent[0] & 0x0F) == 8 && (((sent[0] & 0xFF) << 8) | (sent[1] & 0xFF)) % 31 == 0;
        Inflater inflater = new Inflater(!zlib);
        try {
            return read(new InflaterInputStream(new ByteArrayInputStream(sent), inflater), maxBytes);
        } finally {
            inflater.end();
        }
    }

    private static byte[] read(InputStream in, int maxBytes) throws IOException {
        try (in) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] step = new byte[STEP_BYTES];
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                out.write(step, 0, count);
                if (out.size() > maxBytes) {
                    throw tooLarge();
                }
            }
            return out.toByteArray();
        }
    }

    private static Refusal tooLarge() {
        return new Refusal(413, "Request Entity Too Large");
    }
}
