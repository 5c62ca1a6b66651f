package dev.mirror.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.identity.UserId;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A publication that changes how an earlier one is shown (W49).
 *
 * @param target the offset of the earlier one; 0 for an amendment that counts for nothing
 * @param value the new body of an edit as compact JSON, or the value of a reaction; empty for a deletion
 * @param publisher who amends
 */
record Amendment(long target, Kind kind, String value, UserId publisher) {
    /** The longest value of a reaction, in UTF-16 units. */
    private static final int MAX_REACTION = 64;
    /** Beyond it a browser does not tell one whole number from the next. */
    private static final long MAX_OFFSET = (1L << 53) - 1;

    enum Kind {
        EDIT,
        DELETE,
        REACT,
        UNREACT
    }

    /**
     * Reads one.
     *
     * @param place the offset of the publication in its conversation
     * @return {@code null} if the publication is none: it is shown itself
     */
    static @Nullable Amendment read(Publication publication, String epoch, long place) {
        UserId publisher = publication.entry().publisher();
        Amendment nothing = new Amendment(0, Kind.DELETE, "", publisher);
        try {
            Map<String, String> body = fields(publication.entry().body());
            String amend = body.get("amend");
            if (amend == null || body.containsKey("value")) {
                return null;
            }
            Map<String, String> fields = fields(amend);
            boolean sameLog = JsonCodec.quote(epoch).equals(fields.remove("epoch"));
            long target = offset(fields.remove("offset"));
            Amendment read = sameLog && fields.size() == 1 ? read(fields, target, publisher) : null;
            return read == null || target < 1 || target >= place ? nothing : read;
        } catch (IOException unreadable) {
            return nothing;
        }
    }

    private static @Nullable Amendment read(Map<String, String> fields, long target, UserId publisher)
            throws IOException {
        Map.Entry<String, String> only = fields.entrySet().iterator().next();
        String json = only.getValue();
        return switch (only.getKey()) {
            case "edit" -> json.equals("null") ? null : new Amendment(target, Kind.EDIT, json, publisher);
            case "delete" -> json.equals("true") ? new Amendment(target, Kind.DELETE, "", publisher) : null;
            case "react" -> reaction(Kind.REACT, json, target, publisher);
            case "unreact" -> reaction(Kind.UNREACT, json, target, publisher);
            default -> null;
        };
    }

    private static @Nullable Amendment reaction(Kind kind, String json, long target, UserId publisher)
            throws IOException {
        try (JsonParser parser = Envelope.SERVER_JSON.createParser(json)) {
            String value = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
            boolean valid = !value.isEmpty() && value.length() <= MAX_REACTION;
            return valid ? new Amendment(target, kind, value, publisher) : null;
        }
    }

    /** A whole number however it is written, 5.0 and 5e0 too: as a browser, which folds as well, reads it. */
    private static long offset(@Nullable String json) {
        boolean number = json != null && Character.isDigit(json.charAt(0));
        double value = number ? Double.parseDouble(json) : 0;
        return value == Math.rint(value) && value <= MAX_OFFSET ? (long) value : 0;
    }

    /** The fields of an object, as compact JSON; empty if it is no object. */
    static Map<String, String> fields(String json) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = Envelope.SERVER_JSON.createParser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                    parser.nextToken();
                    StringWriter value = new StringWriter();
                    try (JsonGenerator generator = Envelope.SERVER_JSON.createGenerator(value)) {
                        Envelope.copy(parser, generator);
                    }
                    fields.put(key, value.toString());
                }
            }
        }
        return fields;
    }
}
