package dev.mirror.gateway.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers of every answer. Any page may use this interface, but none with the cookies of another site: nothing here
 * says that credentials are allowed.
 */
public final class Headers {
    private static final Map<String, String> COMMON = Map.of(
            "Content-Type", "text/javascript; charset=\"UTF-8\"",
            "Cache-Control", "no-cache",
            "Access-Control-Allow-Origin", "*",
            "Access-Control-Expose-Headers", "*",
            "X-Content-Type-Options", "nosniff");
    private static final String MAX_AGE_SECONDS = "600";

    private Headers() {}

    /** The headers of an answer, its own ones first. */
    public static Map<String, String> of(Answer answer) {
        Map<String, String> headers = new LinkedHashMap<>(COMMON);
        if (answer.body().isEmpty()) {
            headers.remove("Content-Type");
        }
        headers.putAll(answer.headers());
        return headers;
    }

    /** What a browser hears that asks whether it may send a request to a path with these methods. */
    public static Answer preflight(List<String> methods) {
        return new Answer(
                200,
                Map.of(
                        "Access-Control-Allow-Methods",
                        String.join(", ", methods) + ", OPTIONS",
                        "Access-Control-Allow-Headers",
                        "Origin, X-Requested-With, Content-Type, Content-Encoding, Accept, If-Match",
                        "Access-Control-Max-Age",
                        MAX_AGE_SECONDS),
                "");
    }
}
