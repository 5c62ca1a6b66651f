package dev.mirror.client;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The way from the application's threads to the engine's lane: bounded by the outbox, and shut once the client is closed
 * or about to be. Safe for any thread.
 */
final class Gate {
    /** What a request costs beyond its body, in bytes, roughly. */
    private static final int REQUEST_OVERHEAD = 256;

    private final Environment environment;
    private final Budget budget;
    private final Requests requests;
    private final BooleanSupplier open;
    private final String idPrefix;
    private final AtomicLong ids = new AtomicLong();

    /** @param open whether the client still takes something; asked on the lane */
    Gate(Environment environment, Budget budget, Requests requests, BooleanSupplier open) {
        this.environment = environment;
        this.budget = budget;
        this.requests = requests;
        this.open = open;
        byte[] nonce = new byte[16];
        environment.random().nextBytes(nonce);
        idPrefix = Base64.getUrlEncoder().withoutPadding().encodeToString(nonce) + '.';
    }

    /** An id that no other request of this user has, in this process or another: at most 36 characters. */
    String newId() {
        return idPrefix + Long.toString(ids.incrementAndGet(), Character.MAX_RADIX);
    }

    /** Publishes, under this id. */
    <T> CompletableFuture<T> publish(
            String id, String json, Request.Message message, Function<ServerMessage.Ok, T> read) {
        return request(id, Request.Kind.PUBLICATION, json, message, read);
    }

    /**
     * Asks something of the server.
     *
     * @param body what the message carries; counts against the bound
     */
    <T> CompletableFuture<T> ask(
            Request.Kind kind, String body, Request.Message message, Function<ServerMessage.Ok, T> read) {
        return request(newId(), kind, body, message, read);
    }

    private <T> CompletableFuture<T> request(
            String id, Request.Kind kind, String body, Request.Message message, Function<ServerMessage.Ok, T> read) {
        return take(
                Publication.utf8Length(body),
                promise -> requests.add(new Request(id, kind, message, Request.Answer.of(promise, read))));
    }

    /**
     * Does something on the lane that has an outcome, unless too much waits already.
     *
     * @param size how many bytes it holds until then
     */
    <T> CompletableFuture<T> take(int size, Consumer<Promise<T>> task) {
        long room = (long) size + REQUEST_OVERHEAD;
        if (!budget.take(room)) {
            return CompletableFuture.failedFuture(budget.full());
        }
        Promise<T> promise = new Promise<>(environment.replies(), () -> budget.give(room));
        submit(() -> task.accept(promise), promise::failed);
        return promise.future();
    }

    /** Runs a task on the lane, unless the client is closed or about to be. */
    void submit(Runnable task, Consumer<MirrorException> refused) {
        try {
            environment.lane().execute(() -> {
                if (open.getAsBoolean()) {
                    task.run();
                } else {
                    refused.accept(over());
                }
            });
        } catch (RejectedExecutionException ended) {
            refused.accept(over());
        }
    }

    private static MirrorException over() {
        return new MirrorException(ErrorCode.BUSY, "the client is closed");
    }
}
