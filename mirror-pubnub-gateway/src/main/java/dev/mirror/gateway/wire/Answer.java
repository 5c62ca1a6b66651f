package dev.mirror.gateway.wire;

import java.util.Map;

/**
 * What is answered. The headers that all answers have are added when it is written.
 *
 * @param status the HTTP status
 * @param headers beyond those that all answers have
 * @param body JSON text; empty only where there may be no body
 */
public record Answer(int status, Map<String, String> headers, String body) {
    /** Copies the headers. */
    public Answer {
        headers = Map.copyOf(headers);
    }

    /** Success. */
    public static Answer ok(String body) {
        return new Answer(200, Map.of(), body);
    }

    /** An answer without headers of its own. */
    public static Answer of(int status, String body) {
        return new Answer(status, Map.of(), body);
    }
}
