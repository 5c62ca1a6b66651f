package dev.mirror.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.identity.Principal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * What chat pages say on a channel since 2018: {@code {"value","userId","username","channel"}}, where the channel is
 * the speaker's own room. The identity in it is the server's to state, or anybody could speak in another's name (W37).
 */
final class ChatPayload {
    private static final JsonFactory JSON = new JsonFactory();

    private ChatPayload() {}

    /**
     * The data with the identity fields of an object set to what is known of the publisher: overwritten where they are
     * present, added where there is a {@code value}. Anything but an object comes back as it is.
     *
     * @param data valid compact JSON, as the codec made it
     */
    static String stamped(String data, Principal principal) {
        if (!data.startsWith("{")) {
            return data;
        }
        StringWriter stamped = new StringWriter(data.length() + 128);
        try (JsonParser parser = JSON.createParser(data);
                JsonGenerator generator = JSON.createGenerator(stamped)) {
            parser.nextToken();
            generator.writeStartObject();
            copyFields(parser, generator, principal);
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("the codec let something through that is no JSON", impossible);
        }
        return stamped.toString();
    }

    private static void copyFields(JsonParser parser, JsonGenerator generator, Principal principal) throws IOException {
        boolean chat = false;
        int written = 0;
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            chat |= key.equals("value");
            int bit = identityField(key);
            if (bit == 0) {
                generator.writeFieldName(key);
                copyValue(parser, generator);
            } else {
                parser.skipChildren();
                written |= bit;
                write(generator, key, principal);
            }
        }
        for (String key : new String[] {"userId", "username", "channel"}) {
            if (chat && (written & identityField(key)) == 0) {
                write(generator, key, principal);
            }
        }
    }

    /** Copies the value that the parser stands on; numbers as their text, since not every one fits a Java number. */
    private static void copyValue(JsonParser parser, JsonGenerator generator) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token.isNumeric()) {
                generator.writeNumber(parser.getText());
            } else {
                generator.copyCurrentEvent(parser);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        } while (depth > 0 && parser.nextToken() != null);
    }

    private static int identityField(String key) {
        return switch (key) {
            case "userId" -> 1;
            case "username" -> 2;
            case "channel" -> 4;
            default -> 0;
        };
    }

    private static void write(JsonGenerator generator, String key, Principal principal) throws IOException {
        generator.writeStringField(
                key,
                switch (key) {
                    case "userId" -> principal.user().value();
                    case "username" -> principal.name();
                    default -> principal.channelId();
                });
    }
}
