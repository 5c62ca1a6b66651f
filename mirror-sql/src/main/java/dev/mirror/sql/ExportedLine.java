package dev.mirror.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a line that {@link LogExport} wrote. */
final class ExportedLine {
    private final JsonFactory json = new JsonFactory();
    private final String epoch;

    /** @param epoch of the positions that come out */
    ExportedLine(String epoch) {
        this.epoch = epoch;
    }

    /**
     * What a line says.
     *
     * @param epoch of the log that it came from; {@code null} if it came from another program
     */
    record Line(Publication publication, @Nullable String epoch) {}

    /** @throws IllegalArgumentException if it is not a publication */
    Line parse(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(line)) {
            object(parser, line, "", fields);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("more than one value");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        String said = required(fields.containsKey("text") ? fields.get("text") : fields.get("body"));
        // Lines of other programs have no epoch, and no amendments.
        String from = fields.get("epoch");
        String body = from == null ? said : AmendmentEpoch.changed(said, from, epoch);
        Publication.Origin origin = fields.containsKey("origin.channel")
                ? new Publication.Origin(channel(fields, "origin.channel"), position(fields, "origin.offset"))
                : null;
        Publication.Entry entry =
                new Publication.Entry(new UserId(required(fields.get("publisher"))), required(fields.get("id")), body);
        Position position = position(fields, "offset");
        if (position.offset() == 0) {
            throw new IllegalArgumentException("offsets begin at 1");
        }
        Publication publication =
                new Publication(channel(fields, "channel"), position, number(fields, "timetoken"), entry, origin);
        return new Line(publication, from);
    }

    private void object(JsonParser parser, String line, String prefix, Map<String, String> fields) throws IOException {
        if (prefix.isEmpty() && parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not an object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix + parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("body")) {
                // As it stands there, to the last character.
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                fields.put(name, line.substring(start, (int)
                        parser.currentLocation().getCharOffset()));
            } else if (name.equals("origin") && value == JsonToken.START_OBJECT) {
                object(parser, line, "origin.", fields);
            } else {
                fields.put(name, parser.getText());
                parser.skipChildren();
            }
        }
    }

    private static ChannelName channel(Map<String, String> fields, String key) {
        return ChannelName.parse(required(fields.get(key)))
                .orElseThrow(() -> new IllegalArgumentException("no valid channel"));
    }

    private Position position(Map<String, String> fields, String key) {
        return new Position(epoch, number(fields, key));
    }

    private static long number(Map<String, String> fields, String key) {
        return Long.parseLong(required(fields.get(key)));
    }

    private static String required(@Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("a field is missing");
        }
        return value;
    }
}
