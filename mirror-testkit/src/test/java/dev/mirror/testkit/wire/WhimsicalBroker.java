package dev.mirror.testkit.wire;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A broker that keeps every rule and nothing more: what it does and what it answers takes a random time, pages are
 * shorter than they might be, it tells late of what it has, and at times its log cannot be read or is not answered for.
 */
final class WhimsicalBroker implements Broker {
    private final Broker broker;
    private final VirtualTime time;
    private final RandomGenerator random;
    private boolean away; // only the test's thread

    WhimsicalBroker(Broker broker, VirtualTime time, RandomGenerator random) {
        this.broker = broker;
        this.time = time;
        this.random = random;
    }

    /** Whether its log cannot be read; what is published is kept all the same. */
    void away(boolean now) {
        away = now;
    }

    private Duration aWhile() {
        return Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(40) : random.nextInt(4));
    }

    private <T> CompletionStage<T> late(Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        time.schedule(
                aWhile(),
                () -> call.get()
                        .whenComplete((value, failure) -> time.schedule(aWhile(), () -> {
                            if (failure == null) {
                                answer.complete(value);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        })));
        return answer;
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        return late(() -> broker.publish(draft));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        Late late = new Late(listener);
        return late(() -> broker.subscribe(channel, after, late::tell).thenApply(subscription -> {
            late.real = subscription;
            return late;
        }));
    }

    /** Tells in order, but not at once. */
    private final class Late implements Subscription {
        private final Consumer<Publication> listener;
        private @Nullable Subscription real; // set before anybody has this subscription
        private long told; // when the last one is told, in milliseconds
        private boolean closed;

        Late(Consumer<Publication> listener) {
            this.listener = listener;
        }

        void tell(Publication publication) {
            told = Math.max(told, time.millis() + aWhile().toMillis());
            time.schedule(Duration.ofMillis(told - time.millis()), () -> {
                if (!closed) {
                    listener.accept(publication);
                }
            });
        }

        @Override
        public Position position() {
            return real.position();
        }

        @Override
        public boolean recovered() {
            return real.recovered();
        }

        @Override
        public void close() {
            closed = true;
            real.close();
        }
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        if (random.nextInt(500) == 0) {
            return new CompletableFuture<>(); // never
        }
        int limit = query.limit() == 0 ? 0 : 1 + random.nextInt(query.limit());
        HistoryQuery asked =
                new HistoryQuery(query.channel(), query.from(), query.timetoken(), query.backward(), limit);
        return late(() -> away
                ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "away"))
                : broker.history(asked));
    }

    @Override
    public Guarantees guarantees() {
        return broker.guarantees();
    }

    @Override
    public void close() {
        broker.close();
    }
}
