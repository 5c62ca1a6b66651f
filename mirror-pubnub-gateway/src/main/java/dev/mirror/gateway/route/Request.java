package dev.mirror.gateway.route;

import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.RawTarget;
import dev.mirror.gateway.wire.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * A request that found its route: what an endpoint sees.
 *
 * @param call as it came
 * @param target as it was sent, for what is signed
 * @param path the decoded segments that the route's pattern has names for
 * @param query the parameters
 * @param keyset whose subscribe key it shows; of a route without one, the gateway's {@link Routes#NOBODY}
 */
public record Request(HttpCall call, RawTarget target, Map<String, String> path, Query query, Keyset keyset) {
    private static final int MAX_UUID = 92;

    /**
     * A named segment of the path.
     *
     * @throws IllegalArgumentException if the route's pattern has no such name
     */
    public String segment(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no segment " + name);
        }
        return value;
    }

    /**
     * Looks at the segment {@code {callback}}, in which old clients could name a function to wrap the answer in. That
     * would let any page on the web run our answers as a script of its own, so there has to be a 0.
     *
     * @throws Refusal if it is anything else
     */
    public void refuseCallback() {
        if (!segment("callback").equals("0")) {
            throw new Refusal(400, "JSONP is not supported");
        }
    }

    /** Whether a user can have this uuid: one that can be shown, of at most {@value #MAX_UUID} characters. */
    public static boolean isUuid(String text) {
        return text.length() <= MAX_UUID && !text.isBlank() && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    /**
     * Who the client says it is; nothing proves it unless a token does. Whether it {@linkplain #isUuid can be} is for
     * whoever keeps it to ask.
     */
    public Optional<String> uuid() {
        return query.get("uuid");
    }

    /** The token, or older auth key, that the client shows. */
    public Optional<String> auth() {
        return query.get("auth");
    }
}
