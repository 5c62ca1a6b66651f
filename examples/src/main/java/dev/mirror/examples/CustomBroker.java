package dev.mirror.examples;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A broker of one's own: all happens on one thread, so nothing needs a lock. What is kept is in {@link Logs}. */
public final class CustomBroker implements Broker {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Logs logs = new Logs(); // the thread's

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        return run(() -> logs.publish(draft));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return run(() -> logs.of(channel).subscribe(after, listener));
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return run(() -> logs.of(query.channel()).page(query));
    }

    /** Offsets count 1, 2, 3; nothing outlives the process; everything is kept until then. */
    @Override
    public Guarantees guarantees() {
        return new Guarantees(true, false, Integer.MAX_VALUE, Logs.MAX_BODY_BYTES);
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private <T> CompletionStage<T> run(Supplier<T> task) {
        try {
            return CompletableFuture.supplyAsync(task, thread);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(new MirrorException(ErrorCode.BUSY, "the broker is closed"));
        }
    }
}
