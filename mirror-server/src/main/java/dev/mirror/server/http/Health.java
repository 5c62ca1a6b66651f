package dev.mirror.server.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Whether the process lives, and whether it should be sent work. */
final class Health {
    private final Supplier<List<String>> reasons;

    /** @param reasons why it should not be sent work; none if it should. Must not block */
    Health(Supplier<List<String>> reasons) {
        this.reasons = reasons;
    }

    void addTo(Routes routes) {
        routes.add(
                "GET", "/healthz", call -> CompletableFuture.completedFuture(Reply.json(200, Map.of("status", "ok"))));
        routes.add("GET", "/readyz", call -> CompletableFuture.completedFuture(readiness()));
    }

    private Reply readiness() {
        List<String> found = reasons.get();
        return Reply.json(found.isEmpty() ? 200 : 503, Map.of("ready", found.isEmpty(), "reasons", found));
    }
}
