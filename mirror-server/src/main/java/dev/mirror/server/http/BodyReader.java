package dev.mirror.server.http;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads a body that must be small and must come soon, without a thread that waits for it. */
final class BodyReader {
    private static final int MAX_BYTES = 8_192;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long MAX_DISCARDED = 8 << 20;

    private final Request request;
    private final int maxBytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    // One reading at a time, as Jetty promises between two demands.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private BodyReader(Request request, int maxBytes) {
        this.request = request;
        this.maxBytes = maxBytes;
    }

    static CompletableFuture<byte[]> read(Request request) {
        return read(request, MAX_BYTES);
    }

    static CompletableFuture<byte[]> read(Request request, int maxBytes) {
        if (request.getLength() > maxBytes) {
            return CompletableFuture.failedFuture(Problem.TOO_LARGE.refusal());
        }
        BodyReader reader = new BodyReader(request, maxBytes);
        Scheduler.Task deadline = request.getComponents()
                .getScheduler()
                .schedule(
                        () -> reader.whole.completeExceptionally(Problem.BODY_TIMEOUT.refusal()),
                        PATIENCE.toMillis(),
                        TimeUnit.MILLISECONDS);
        reader.go();
        return reader.whole.whenComplete((body, failure) -> deadline.cancel());
    }

    /**
     * Reads what is left and forgets it, but not much of it and not for long: whoever still writes when the connection is
     * closed may never see the answer. Then does what comes next.
     */
    static void discard(Request request, Runnable next) {
        CompletableFuture<Void> enough = new CompletableFuture<>();
        Scheduler.Task deadline = request.getComponents()
                .getScheduler()
                .schedule(() -> enough.complete(null), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        CompletionStage<Void> discarding = enough;
        discarding.thenRun(() -> {
            deadline.cancel();
            next.run();
        });
        discard(request, MAX_DISCARDED, enough);
    }

    private static void discard(Request request, long most, CompletableFuture<Void> enough) {
        long left = most;
        while (!enough.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                long rest = left;
                request.demand(() -> discard(request, rest, enough));
                return;
            }
            left -= chunk.remaining();
            boolean over = Content.Chunk.isFailure(chunk) || chunk.isLast() || left <= 0;
            chunk.release();
            if (over) {
                enough.complete(null);
            }
        }
    }

    private void go() {
        while (!whole.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::go);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                whole.completeExceptionally(Problem.BAD_BODY.refusal());
                return;
            }
            add(chunk);
        }
    }

    private void add(Content.Chunk chunk) {
        boolean last = chunk.isLast();
        bytes.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
        chunk.release();
        if (bytes.size() > maxBytes) {
            whole.completeExceptionally(Problem.TOO_LARGE.refusal());
        } else if (last) {
            whole.complete(bytes.toByteArray());
        }
    }
}
