package dev.mirror.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outer fields of a frame as they were read: filled once by {@link #read}, then only looked at. {@code null} reads as
 * missing; in version 1 only the five keys are known.
 *
 * <p>Implementation notes. The known keys are counted in a bit set rather than with Jackson's own duplicate detection,
 * which allocates a hash set for every frame; inside {@code data}, where anything may stand, Jackson's is used.
 */
final class Envelope {
    /** The deepest nesting, in levels. */
    static final int MAX_DEPTH = 32;
    /** The longest string and the longest document, in characters and bytes. */
    static final int MAX_LENGTH = 65_536;
    /** The longest id of a request, in characters. */
    static final int MAX_ID_LENGTH = 36;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_LENGTH)
                    .maxNameLength(256)
                    .maxNumberLength(32)
                    .maxDocumentLength(8 * MAX_LENGTH)
                    .build())
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // or it would take text with NULs for UTF-16
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** For what the server says: it wraps data that may be as deep as allowed into events, and those into pages. */
    static final JsonFactory SERVER_JSON = JSON.rebuild()
            .streamReadConstraints(JSON.streamReadConstraints()
                    .rebuild()
                    .maxNestingDepth(MAX_DEPTH + 8)
                    .build())
            .build();

    String code = "";
    String message = "";
    String websocketId = "";
    String userId = "";
    String channel = "";

    @Nullable
    String id;

    String re = "";
    String epoch = "";
    /** -1 if absent. */
    long offset = -1;

    long ts;
    /** Compact JSON; {@code null} if absent. */
    @Nullable
    String data;
    /** Compact JSON; {@code null} if absent. */
    @Nullable
    String error;

    private final JsonFactory json;
    private final Protocol protocol;
    private int seen;
    private @Nullable Set<String> unknown;

    Envelope(JsonFactory json, Protocol protocol) {
        this.json = json;
        this.protocol = protocol;
    }

    /**
     * Reads one frame.
     *
     * @throws IOException if it is not one; what was read before stays in the fields, so that an answer can name the id
     */
    void read(byte[] buffer, int start, int length) throws IOException {
        try (JsonParser parser = json.createParser(buffer, start, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a message is a JSON object");
            }
            fields(parser);
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new IOException("a message is one JSON object and nothing after it");
            }
        }
    }

    /** Reads the fields of the object whose beginning the parser stands on, to its end. */
    void fields(JsonParser parser) throws IOException {
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            field(parser, key);
        }
    }

    private void field(JsonParser parser, String key) throws IOException {
        switch (key) {
            case "code" -> code = text(parser, key, 0);
            case "message" -> message = text(parser, key, 1);
            case "websocketId" -> websocketId = text(parser, key, 2);
            case "userId" -> userId = text(parser, key, 3);
            case "channel" -> channel = text(parser, key, 4);
            default -> {
                if (protocol == Protocol.V1) {
                    skip(parser, key);
                } else {
                    fieldOfTwo(parser, key);
                }
            }
        }
    }

    private void fieldOfTwo(JsonParser parser, String key) throws IOException {
        switch (key) {
            case "id" -> id = requestId(parser, key);
            case "re" -> re = text(parser, key, 6);
            case "epoch" -> epoch = text(parser, key, 7);
            case "offset" -> offset = number(parser, key, 8, offset);
            case "ts" -> ts = number(parser, key, 9, ts);
            case "data" -> data = any(parser, key, 10);
            case "error" -> error = any(parser, key, 11);
            default -> skip(parser, key);
        }
    }

    private void once(String key, int bit) throws IOException {
        if ((seen & (1 << bit)) != 0) {
            throw new IOException("the key " + key + " stands twice");
        }
        seen |= 1 << bit;
    }

    private String text(JsonParser parser, String key, int bit) throws IOException {
        once(key, bit);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new IOException("the value of " + key + " is a string");
        }
        return whole(parser.getText());
    }

    private long number(JsonParser parser, String key, int bit, long missing) throws IOException {
        once(key, bit);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return missing;
        }
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
            throw new IOException("the value of " + key + " is a number from 0");
        }
        return parser.getLongValue();
    }

    private @Nullable String any(JsonParser parser, String key, int bit) throws IOException {
        once(key, bit);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            copy(parser, generator);
        }
        return text.toString();
    }

    private void skip(JsonParser parser, String key) throws IOException {
        if (unknown == null) {
            unknown = new HashSet<>();
        }
        if (!unknown.add(whole(key))) {
            throw new IOException("a key stands twice");
        }
        StringWriter ignored = new StringWriter();
        // Copied rather than skipped, so that what is inside an unknown key keeps the rules too.
        try (JsonGenerator generator = JSON.createGenerator(ignored)) {
            copy(parser, generator);
        }
    }

    /** Copies the value that the parser stands on; numbers keep the digits they were written with. */
    static void copy(JsonParser parser, JsonGenerator generator) throws IOException {
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (token != null) {
            switch (token) {
                case START_OBJECT -> generator.writeStartObject();
                case START_ARRAY -> generator.writeStartArray();
                case END_OBJECT -> generator.writeEndObject();
                case END_ARRAY -> generator.writeEndArray();
                case FIELD_NAME -> generator.writeFieldName(whole(parser.currentName()));
                case VALUE_STRING -> generator.writeString(whole(parser.getText()));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(parser.getText());
                case VALUE_TRUE, VALUE_FALSE -> generator.writeBoolean(token == JsonToken.VALUE_TRUE);
                default -> generator.writeNull();
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
        throw new IOException("the message ends in the middle");
    }

    private @Nullable String requestId(JsonParser parser, String key) throws IOException {
        boolean missing = parser.currentToken() == JsonToken.VALUE_NULL;
        String text = text(parser, key, 5);
        if (!missing && (text.isEmpty() || text.length() > MAX_ID_LENGTH)) {
            throw new IOException("an id has 1 to " + MAX_ID_LENGTH + " characters");
        }
        return missing ? null : text;
    }

    /** Refuses half of a surrogate pair: it cannot be written as UTF-8 again. */
    private static String whole(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new IOException("a text has half of a surrogate pair");
                }
                i++;
            }
        }
        return text;
    }
}
