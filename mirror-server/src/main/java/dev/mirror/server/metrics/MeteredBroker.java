package dev.mirror.server.metrics;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.server.trace.TraceRing;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker that times how long a publish takes until it is acknowledged, and tells the trace of it; otherwise the one it
 * stands before.
 */
public final class MeteredBroker implements Broker {
    private final Broker broker;
    private final @Nullable TraceRing trace;
    private final Timer publishes;
    private final Counter failures;

    /**
     * Stands before a broker, and owns it: closing this closes that.
     *
     * @param trace hears how each publish came out; {@code null} if nobody does
     */
    public MeteredBroker(Broker broker, MeterRegistry registry, @Nullable TraceRing trace) {
        this.broker = broker;
        this.trace = trace;
        this.publishes = Timer.builder("mirror.publish.seconds")
                .description("from a publish to its acknowledgement")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        this.failures = Counter.builder("mirror.publish.failures")
                .description("publishes that the broker did not take")
                .register(registry);
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        long began = System.nanoTime();
        return broker.publish(draft).whenComplete((receipt, failure) -> {
            if (failure == null) {
                publishes.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            } else {
                failures.increment();
            }
            if (trace != null) {
                trace.stored(draft, receipt, failure);
            }
        });
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return broker.subscribe(channel, after, listener);
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return broker.history(query);
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
