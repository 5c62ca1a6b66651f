package dev.mirror.gateway.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.mirror.gateway.wire.JsonText;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a PubNub client said, beyond where and when; as JSON it is the body of an entry of an external channel's log.
 *
 * @param publisher who says so; {@code null} if nobody does
 * @param kind the event type of the wire; {@value #MESSAGE} for an ordinary message
 * @param payload JSON text, as it was sent
 * @param meta JSON text beside it; {@code null} for none
 * @param customType the type that the application gave it; {@code null} for none
 * @param sequence the publisher's own count; 0 for none
 */
public record Envelope(
        @Nullable String publisher,
        int kind,
        String payload,
        @Nullable String meta,
        @Nullable String customType,
        int sequence) {
    /** An ordinary message. */
    public static final int MESSAGE = 0;
    /** A signal: small, never stored. */
    public static final int SIGNAL = 1;
    /** Something was done to a message. */
    public static final int ACTION = 3;

    private static final JsonFactory JSON = JsonText.JSON
            .rebuild()
            // One level more than whoever looked at the payload: it stands in an object here.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(StreamReadConstraints.DEFAULT_MAX_DEPTH + 1)
                    .build())
            .build();

    /** An ordinary message without anything beside it. */
    public static Envelope message(@Nullable String publisher, String payload) {
        return new Envelope(publisher, MESSAGE, payload, null, null, 0);
    }

    /** As JSON. */
    public String encode() {
        StringBuilder text = new StringBuilder(payload.length() + 64).append('{');
        if (publisher != null) {
            text.append("\"i\":").append(JsonText.quote(publisher)).append(',');
        }
        if (kind != MESSAGE) {
            text.append("\"e\":").append(kind).append(',');
        }
        if (customType != null) {
            text.append("\"cmt\":").append(JsonText.quote(customType)).append(',');
        }
        if (sequence != 0) {
            text.append("\"s\":").append(sequence).append(',');
        }
        if (meta != null) {
            text.append("\"u\":").append(meta).append(',');
        }
        return text.append("\"d\":").append(payload).append('}').toString();
    }

    /** From JSON; empty if it is none of ours. Keys that it does not know are left out. */
    public static Optional<Envelope> decode(String body) {
        Map<String, String> raw = new HashMap<>();
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                parser.nextToken();
                if (key.equals("i") || key.equals("cmt") || key.equals("e") || key.equals("s")) {
                    raw.put(key, parser.getText());
                } else {
                    raw.put(key, rawValue(body, parser));
                }
            }
            return fields(raw);
        } catch (IOException | NumberFormatException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<Envelope> fields(Map<String, String> raw) {
        String payload = raw.get("d");
        if (payload == null) {
            return Optional.empty();
        }
        int kind = Integer.parseInt(raw.getOrDefault("e", "0"));
        int sequence = Integer.parseInt(raw.getOrDefault("s", "0"));
        return Optional.of(new Envelope(raw.get("i"), kind, payload, raw.get("u"), raw.get("cmt"), sequence));
    }

    /** The text of the value that the parser stands at; it stands at its end afterwards. */
    private static String rawValue(String body, JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return body.substring(start, (int) parser.currentLocation().getCharOffset())
                .strip();
    }
}
