package dev.mirror.gateway.publish;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is said on a name that WebSocket clients have too, as they get it. In an object the identity fields are set to what
 * is known of the speaker, as the hub does with what its own clients say; where nobody is proved to speak, it is marked.
 * Of two keys of one name the last counts. Anything but an object stays as it is. What they could not read is refused.
 */
final class SharedPayload {
    private SharedPayload() {}

    /**
     * The body of the publication.
     *
     * @param payload valid JSON
     * @throws Refusal 400 if it is nothing that a WebSocket client could have said; 403 if nobody is proved to say it, and
     *     it changes what was said before
     */
    static String body(String payload, Optional<Principal> speaker) {
        String body = payload.strip().startsWith("{") ? object(payload, speaker) : payload;
        requireReadable(body);
        return body;
    }

    /** WebSocket clients read by the rules that they write by, and drop what does not keep them. */
    private static void requireReadable(String body) {
        byte[] frame = ("{\"code\":\"session.ping\",\"data\":" + body + '}').getBytes(StandardCharsets.UTF_8);
        if (JsonCodec.of(Protocol.V2).decodeClient(frame, 0, frame.length) instanceof ClientMessage.Malformed) {
            throw new Refusal(400, "Invalid JSON");
        }
    }

    private static String object(String payload, Optional<Principal> speaker) {
        Map<String, String> fields = fields(payload);
        boolean chat = fields.containsKey("value");
        if (speaker.isPresent()) {
            Principal known = speaker.get();
            set(fields, chat, "userId", known.user().value());
            set(fields, chat, "username", known.name());
            set(fields, chat, "channel", known.channelId());
        } else if (fields.containsKey("amend") && !chat) {
            // All that nobody is proved to say has one publisher, so each could change what the others said.
            throw new Refusal(403, "Forbidden");
        } else {
            fields.put("unverified", "true");
        }
        return fields.entrySet().stream()
                .map(field -> JsonText.quote(field.getKey()) + ':' + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static void set(Map<String, String> fields, boolean chat, String key, String value) {
        if (chat || fields.containsKey(key)) {
            fields.put(key, JsonText.quote(value));
        }
    }

    /** The fields of an object, each with the text of its value. */
    private static Map<String, String> fields(String object) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = JsonText.JSON.createParser(object)) {
            parser.nextToken();
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                if (token.isStructStart()) {
                    parser.skipChildren();
                } else {
                    parser.finishToken();
                }
                int end = (int) parser.currentLocation().getCharOffset();
                fields.put(key, object.substring(start, end).strip());
            }
        } catch (IOException unreadable) {
            throw new Refusal(400, "Invalid JSON"); // whoever looked at it before did not decode its strings
        }
        return fields;
    }
}
