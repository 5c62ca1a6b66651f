package dev.mirror.client;

import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Makes clients that live in virtual time: every lane of theirs runs when the test says so. */
final class VirtualClient {
    final VirtualTime time;
    private final SeededRandom random;

    VirtualClient(VirtualTime time, long seed) {
        this.time = time;
        this.random = SeededRandom.of(seed);
    }

    MirrorClient make(ClientTransport transport, String token, UnaryOperator<ClientBuilder> with) {
        return make(transport, () -> CompletableFuture.completedFuture(token), with);
    }

    MirrorClient make(
            ClientTransport transport,
            Supplier<? extends CompletionStage<String>> tokens,
            UnaryOperator<ClientBuilder> with) {
        return make(transport, TokenSource.of(tokens), with);
    }

    MirrorClient make(ClientTransport transport, TokenSource tokens, UnaryOperator<ClientBuilder> with) {
        ClientBuilder builder = MirrorClient.builder(URI.create("ws://unused.invalid/ws"));
        return with.apply(builder).build(environment(), tokens, transport, Plan.Ending.none());
    }

    Environment environment() {
        return environment(time.lane());
    }

    Environment environment(Executor callbacks) {
        return new Environment(
                time.lane(),
                (delay, task) -> time.schedule(delay, task)::cancel,
                () -> Duration.between(VirtualTime.START, time.instant()).toNanos(),
                random.split(),
                callbacks,
                time.lane());
    }
}
