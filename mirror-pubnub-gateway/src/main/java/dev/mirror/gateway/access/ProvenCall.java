package dev.mirror.gateway.access;

import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.identity.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A call that proves somebody by something else if no log-in does. */
final class ProvenCall implements HttpCall {
    private final HttpCall call;
    private final Supplier<CompletionStage<Optional<Principal>>> other;

    ProvenCall(HttpCall call, Supplier<CompletionStage<Optional<Principal>>> other) {
        this.call = call;
        this.other = other;
    }

    @Override
    public CompletionStage<Optional<Principal>> principal() {
        return call.principal()
                .thenCompose(known -> known.isPresent() ? CompletableFuture.completedFuture(known) : other.get());
    }

    @Override
    public String method() {
        return call.method();
    }

    @Override
    public String target() {
        return call.target();
    }

    @Override
    public Optional<String> header(String name) {
        return call.header(name);
    }

    @Override
    public byte[] body() {
        return call.body();
    }

    @Override
    public String address() {
        return call.address();
    }

    @Override
    public void answer(int status, Map<String, String> headers, byte[] body) {
        call.answer(status, headers, body);
    }

    @Override
    public void onGone(Runnable task) {
        call.onGone(task);
    }
}
