package dev.mirror.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes the {@code data} of answers. */
final class Data {
    private static final JsonFactory JSON = new JsonFactory();

    private Data() {}

    /** What an object is filled with. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator data) throws IOException;
    }

    /** An object as compact JSON. */
    static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator data = JSON.createGenerator(text)) {
            data.writeStartObject();
            fields.write(data);
            data.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("an answer could not be written", impossible);
        }
        return text.toString();
    }
}
