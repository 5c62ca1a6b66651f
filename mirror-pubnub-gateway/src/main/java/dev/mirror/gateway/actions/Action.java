package dev.mirror.gateway.actions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.message.Publication;

/**
 * Something that somebody did to a message.
 *
 * @param message the timetoken of the message
 * @param timetoken when it was done; names it on its channel
 * @param what what was done, and by whom
 */
public record Action(long message, long timetoken, What what) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Who did what; a message has each of these once. */
    public record What(String uuid, String type, String value) {}

    /** As clients see it. */
    String shown() {
        return "{\"messageTimetoken\":\"" + message + "\",\"type\":" + JsonText.quote(what.type) + ",\"uuid\":"
                + JsonText.quote(what.uuid) + ",\"value\":" + JsonText.quote(what.value) + ",\"actionTimetoken\":\""
                + timetoken + "\"}";
    }

    /** What it takes on the wire at most, in bytes. */
    public int bytes() {
        return Publication.utf8Length(shown());
    }

    /** As the payload of an event. */
    String event(String name) {
        return "{\"source\":\"actions\",\"version\":\"1.0\",\"event\":\"" + name + "\",\"data\":{\"type\":"
                + JsonText.quote(what.type) + ",\"value\":" + JsonText.quote(what.value) + ",\"actionTimetoken\":\""
                + timetoken + "\",\"messageTimetoken\":\"" + message + "\"}}";
    }

    /** As it is stored. */
    String stored() {
        return "{\"m\":" + message + ",\"a\":" + timetoken + ",\"i\":" + JsonText.quote(what.uuid) + ",\"t\":"
                + JsonText.quote(what.type) + ",\"v\":" + JsonText.quote(what.value) + '}';
    }

    /** From what was stored. */
    static Action read(String stored) {
        try {
            JsonNode json = JSON.readTree(stored);
            return new Action(
                    json.path("m").longValue(),
                    json.path("a").longValue(),
                    new What(
                            json.path("i").textValue(),
                            json.path("t").textValue(),
                            json.path("v").textValue()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an action was stored that is none", e);
        }
    }
}
