package dev.mirror.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one frame: an object whose keys are given in order.
 *
 * <p>In version 1 the five keys are always there; in version 2 an empty one is left out.
 */
final class FrameWriter {
    /** Without duplicate detection: every key is written here, once. */
    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayBuilder bytes = new ByteArrayBuilder(JSON._getBufferRecycler());
    private final JsonGenerator generator;

    private FrameWriter(MessageCode code) throws IOException {
        generator = JSON.createGenerator(bytes);
        generator.writeStartObject();
        generator.writeStringField("code", code.wire());
    }

    /** What a frame is filled with. */
    @FunctionalInterface
    interface Fields {
        void write(FrameWriter frame) throws IOException;
    }

    static Frame frame(MessageCode code, Fields fields) {
        try {
            FrameWriter frame = new FrameWriter(code);
            fields.write(frame);
            frame.generator.writeEndObject();
            frame.generator.close();
            byte[] utf8 = frame.bytes.toByteArray();
            frame.bytes.release();
            return Frame.of(utf8);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a frame of mirror's own could not be written", impossible);
        }
    }

    /** The four keys after the code, exactly as version 1 has them. */
    FrameWriter legacy(String message, String websocketId, String userId, String channel) throws IOException {
        generator.writeStringField("message", message);
        generator.writeStringField("websocketId", websocketId);
        generator.writeStringField("userId", userId);
        generator.writeStringField("channel", channel);
        return this;
    }

    FrameWriter text(String key, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            generator.writeStringField(key, value);
        }
        return this;
    }

    FrameWriter number(String key, long value) throws IOException {
        generator.writeNumberField(key, value);
        return this;
    }

    FrameWriter flag(String key, boolean value) throws IOException {
        generator.writeBooleanField(key, value);
        return this;
    }

    FrameWriter position(@Nullable Position position) throws IOException {
        if (position != null) {
            generator.writeStringField("epoch", position.epoch());
            generator.writeNumberField("offset", position.offset());
        }
        return this;
    }

    /** Writes JSON text as it is. */
    FrameWriter json(String key, @Nullable String json) throws IOException {
        if (json != null) {
            generator.writeFieldName(key);
            generator.writeRawValue(json);
        }
        return this;
    }

    FrameWriter object(String key, Fields fields) throws IOException {
        generator.writeObjectFieldStart(key);
        fields.write(this);
        generator.writeEndObject();
        return this;
    }

    /** An array of objects under this key. */
    <T> FrameWriter array(String key, Iterable<T> items, Item<T> item) throws IOException {
        generator.writeArrayFieldStart(key);
        for (T each : items) {
            generator.writeStartObject();
            item.write(this, each);
            generator.writeEndObject();
        }
        generator.writeEndArray();
        return this;
    }

    /** How one object of an array is written. */
    @FunctionalInterface
    interface Item<T> {
        void write(FrameWriter frame, T item) throws IOException;
    }
}
