package dev.mirror.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an HTTP request that may ask for an upgrade to WebSocket.
 *
 * @param method the method as sent, for instance {@code GET}
 * @param target the target as sent, with its query
 * @param version the version as sent, for instance {@code HTTP/1.1}
 * @param headers the values of each header in the order of the request, under its name in lower case
 */
public record UpgradeRequest(String method, String target, String version, Map<String, List<String>> headers) {
    /** Copies the headers; names are put in lower case. */
    public UpgradeRequest {
        Map<String, List<String>> copy = new HashMap<>();
        headers.forEach((name, values) -> copy.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                .addAll(values));
        headers = copy;
    }

    /** No secret of the headers is shown. */
    @Override
    public String toString() {
        return method + " " + path();
    }

    /** The target without its query. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    List<String> all(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The header's value if it is there exactly once. */
    Optional<String> only(String name) {
        List<String> values = all(name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** Whether a header that is a list of tokens, in one line or in several, has the token. */
    boolean hasToken(String name, String token) {
        for (String value : all(name)) {
            for (String element : value.split(",", -1)) {
                if (element.trim().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean isForWebSocket() {
        return hasToken("upgrade", "websocket");
    }

    /** Where the head ends, after its empty line; -1 if it is not there yet. {@code from} is searched first. */
    static int endOfHead(byte[] bytes, int from, int end) {
        for (int i = from; i + 4 <= end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** Reads a whole head, its empty line included; empty if it breaks the grammar of RFC 9112. */
    static Optional<UpgradeRequest> parse(ByteBuffer head) {
        String text = StandardCharsets.ISO_8859_1.decode(head).toString();
        String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
        String[] start = lines[0].split(" ", -1);
        if (start.length != 3 || !isToken(start[0]) || !isVisible(start[1]) || !start[2].startsWith("HTTP/")) {
            return Optional.empty();
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            // A name that does not end at its colon, or a line that goes on with the one before, is not a token.
            if (colon < 0 || !isToken(lines[i].substring(0, colon)) || !isFieldValue(lines[i], colon + 1)) {
                return Optional.empty();
            }
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            headers.computeIfAbsent(name, n -> new ArrayList<>(1))
                    .add(lines[i].substring(colon + 1).trim());
        }
        return Optional.of(new UpgradeRequest(start[0], start[1], start[2], headers));
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 127 || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static boolean isFieldValue(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                return false;
            }
        }
        return true;
    }
}
