package dev.mirror.gateway.time;

import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.Timetoken;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells the time: {@code [17332374895624143]}. Needs no keys. */
public final class TimeEndpoints {
    private final InstantSource clock;

    /** @param clock whose time it is */
    public TimeEndpoints(InstantSource clock) {
        this.clock = clock;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        routes.add("GET", "/time/{callback}", ErrorStyle.service("Time"), this::tell);
    }

    private CompletionStage<Answer> tell(Request request) {
        request.refuseCallback();
        return CompletableFuture.completedFuture(Answer.ok("[" + Timetoken.of(clock.instant()) + "]"));
    }
}
