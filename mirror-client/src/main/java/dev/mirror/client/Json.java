package dev.mirror.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;

/** Bodies: JSON text on the wire, trees and objects for bots. Pure. */
final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    /** The payload that chat pages use: {@code {"value": text}}; the server adds who says it. */
    static String chat(String text) {
        return "{\"value\":" + JsonCodec.quote(text) + "}";
    }

    /** What a person would read: a JSON string, or the {@code value} of a chat payload; else empty. */
    static String text(JsonNode body) {
        return body.isTextual() ? body.textValue() : body.path("value").asText("");
    }

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException unwritable) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "this object cannot be written as JSON", unwritable);
        }
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException unreadable) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "the data is not JSON", unreadable);
        }
    }

    static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException unreadable) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "the data is not a " + type.getSimpleName(), unreadable);
        }
    }
}
