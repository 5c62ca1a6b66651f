package dev.mirror.gateway.route;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.keyset.Keysets;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.RawTarget;
import dev.mirror.gateway.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which method and path is whose. A pattern is segments between slashes, as {@code /time/0} or
 * {@code /v2/history/sub-key|sub_key/{sub}/channel/{channel}}; whatever has a segment {@code {sub}} shows a subscribe
 * key there, and {@code {pub}} the publish key that goes with it.
 *
 * <p>Filled before it is used; read by any thread afterwards.
 */
public final class Routes {
    /** The keyset of what needs none. */
    public static final Keyset NOBODY = Keyset.open("none", "none");

    private static final int USUAL_BODY_BYTES = 64 << 10;

    private final Keysets keysets;
    // Changed only before the first request.
    private final List<Route> routes = new ArrayList<>();
    private final Set<String> first = new HashSet<>();

    /** A table without routes. */
    public Routes(Keysets keysets) {
        this.keysets = keysets;
    }

    /** Adds a route. */
    @CanIgnoreReturnValue
    public Routes add(String method, String pattern, ErrorStyle style, Endpoint endpoint) {
        return add(new Route(method, Route.parts(pattern), style, endpoint, USUAL_BODY_BYTES));
    }

    /** Adds a route for POST that takes longer bodies than usual. */
    @CanIgnoreReturnValue
    public Routes addLarge(String pattern, ErrorStyle style, Endpoint endpoint, int maxBodyBytes) {
        return add(new Route("POST", Route.parts(pattern), style, endpoint, maxBodyBytes));
    }

    private Routes add(Route route) {
        routes.add(route);
        first.addAll(route.pattern().get(0).words());
        return this;
    }

    /** Whether a path belongs to PubNub's interface, whether or not there is a route for it. */
    public boolean serves(RawTarget target) {
        return first.contains(target.first());
    }

    /**
     * What answers a request.
     *
     * @param style how a failure is said
     * @param request as the endpoint sees it
     */
    public record Found(ErrorStyle style, Endpoint endpoint, Request request) {}

    /**
     * Finds out how a failure of a request is to be said, even if it has no right keys or method.
     *
     * @throws Refusal if its path is malformed
     */
    public Optional<ErrorStyle> style(RawTarget target) {
        List<String> segments = target.segments();
        return routes.stream()
                .filter(route -> route.match(segments).isPresent())
                .map(Route::style)
                .findFirst();
    }

    /** The methods that there are for a path; none if there is no such path. */
    public List<String> methods(RawTarget target) {
        List<String> segments = target.segments();
        return routes.stream()
                .filter(route -> route.match(segments).isPresent())
                .map(Route::method)
                .distinct()
                .toList();
    }

    /** How long the body of a request may be, as it is sent. */
    public int maxBodyBytes(String method, RawTarget target) {
        List<String> segments = target.segments();
        return routes.stream()
                .filter(route ->
                        route.method().equals(method) && route.match(segments).isPresent())
                .mapToInt(Route::maxBodyBytes)
                .findFirst()
                .orElse(0);
    }

    /**
     * Finds the endpoint of a request.
     *
     * @return empty if there is no such method for such a path
     * @throws Refusal if it shows keys that are none, or its path or parameters are malformed
     */
    public Optional<Found> find(HttpCall call, RawTarget target) {
        List<String> segments = target.segments();
        for (Route route : routes) {
            Optional<Map<String, String>> path =
                    route.method().equals(call.method()) ? route.match(segments) : Optional.empty();
            if (path.isPresent()) {
                Keyset keyset = keyset(path.get(), route.style());
                Request request = new Request(call, target, path.get(), Query.parse(target.query()), keyset);
                return Optional.of(new Found(route.style(), route.endpoint(), request));
            }
        }
        return Optional.empty();
    }

    private Keyset keyset(Map<String, String> path, ErrorStyle style) {
        String subscribeKey = path.get("sub");
        if (subscribeKey == null) {
            return NOBODY;
        }
        boolean array = style.form() == ErrorStyle.Form.ARRAY;
        Keyset keyset = keysets.find(subscribeKey)
                .orElseThrow(() -> new Refusal(400, array ? "Invalid Key" : "Invalid Subscribe Key"));
        String publishKey = path.get("pub");
        if (publishKey != null && !keyset.accepts(publishKey)) {
            throw new Refusal(400, "Invalid Key");
        }
        return keyset;
    }
}
