package dev.mirror.gateway.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;

/** JSON as text: what clients send is checked and passed on as it is, never taken apart and put together again. */
public final class JsonText {
    /** Reads what clients send, without a memory for names: they are whatever anybody sends. */
    public static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonText() {}

    /** A string of JSON, with its quotes. Halves of pairs, which can stand in JSON but in no UTF-8, are escaped. */
    public static String quote(String text) {
        char[] quoted = JsonStringEncoder.getInstance().quoteAsString(text);
        StringBuilder json = new StringBuilder(quoted.length + 2).append('"');
        for (int i = 0; i < quoted.length; i++) {
            char c = quoted[i];
            boolean pair = i + 1 < quoted.length && Character.isSurrogatePair(c, quoted[i + 1]);
            if (pair) {
                json.append(c).append(quoted[++i]);
            } else if (Character.isSurrogate(c)) {
                json.append("\\u").append(Integer.toHexString(c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Whether valid JSON is an object that has one key and lacks another. */
    public static boolean hasOnly(String text, String there, String missing) {
        if (!text.contains('"' + there + '"') && text.indexOf('\\') < 0) {
            return false;
        }
        boolean found = false;
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                if (key.equals(missing)) {
                    return false;
                }
                found |= key.equals(there);
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException malformed) {
            return false;
        }
        return found;
    }

    /** Whether a text is exactly one JSON value, and nothing but white space around it. */
    public static boolean isValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException malformed) {
            return false;
        }
    }
}
