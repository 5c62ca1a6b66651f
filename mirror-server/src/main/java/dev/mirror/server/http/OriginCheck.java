package dev.mirror.server.http;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Tells whether a request that changes something comes from a page of ours, or from no page at all.
 *
 * <p>This, and a cookie that is {@code SameSite=Lax}, is the defence against forged requests. There is no token in the
 * forms: the landing page is static, and every browser that understands its scripts sends what is looked at here.
 */
final class OriginCheck {
    private final Supplier<Set<String>> allowed;

    /** @param allowed scheme, host and port of each page */
    OriginCheck(Supplier<Set<String>> allowed) {
        this.allowed = allowed;
    }

    boolean passes(Call call) {
        Optional<String> origin = call.header(HttpHeader.ORIGIN);
        if (origin.isPresent() && allowed.get().contains(origin.get())) {
            return true;
        }
        Optional<String> site = Optional.ofNullable(call.request().getHeaders().get("Sec-Fetch-Site"));
        if (site.isPresent()) {
            // The browser's own word, which no page can change; a form under "no-referrer" has the origin "null".
            boolean ownForm =
                    site.get().equals("same-origin") && origin.orElse("null").equals("null");
            return ownForm || (site.get().equals("none") && origin.isEmpty());
        }
        // A program: it names no origin, and a cookie is not its own to send.
        return origin.isEmpty() && call.cookie().isEmpty();
    }
}
