package dev.mirror.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Subject;

/**
 * A frame as it stands on the wire, read without mirror's own codec.
 *
 * @param json the object; missing if the frame is none
 */
record Wire(JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String RE = "\"re\":\"";

    static Wire read(String frame) {
        try {
            JsonNode json = MAPPER.readTree(frame);
            return new Wire(json.isObject() ? json : MissingNode.getInstance());
        } catch (JsonProcessingException e) {
            return new Wire(MissingNode.getInstance());
        }
    }

    /** The id of the request that a frame answers; empty if it answers none. Cheap: answers can be long. */
    static String answered(String frame) {
        int key = frame.startsWith("{\"code\":\"reply.") ? frame.indexOf(RE) : -1;
        int id = key + RE.length();
        return key < 0 ? "" : frame.substring(id, frame.indexOf('"', id));
    }

    boolean is(String code) {
        return text("code").equals(code);
    }

    String text(String key) {
        return json.path(key).asText("");
    }

    Position at() {
        return new Position(text("epoch"), json.path("offset").asLong());
    }

    /** What an event says that was published. */
    Subject event() {
        String data = json.path("data").toString();
        return new Subject(text("channel"), text("id"), text("userId"), at(), Event.hash(data));
    }
}
