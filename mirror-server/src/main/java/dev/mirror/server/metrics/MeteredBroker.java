package dev.mirror.server.metrics;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker that times how long a publish takes until it is acknowledged and how long a page of a log takes to be read,
 * and tells of publishes whoever times their deliveries; otherwise the one it stands before.
 */
public final class MeteredBroker implements Broker {
    private final Broker broker;
    private final DeliveryTimes deliveries;
    private final Timer publishes;
    private final Timer pages;
    private final Counter failures;

    /**
     * Stands before a broker, and owns it: closing this closes that.
     *
     * @param deliveries hears how each publish came out
     */
    public MeteredBroker(Broker broker, MeterRegistry registry, DeliveryTimes deliveries) {
        this.broker = broker;
        this.deliveries = deliveries;
        this.publishes =
                MirrorMetrics.timer(registry, "mirror.publish.seconds", "from a publish to its acknowledgement");
        this.pages = MirrorMetrics.timer(
                registry, "mirror.history.seconds", "reading a page of a log, for a history or for whoever catches up");
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
            deliveries.stored(draft, receipt, failure);
        });
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return broker.subscribe(channel, after, listener);
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        if (query.limit() == 0) {
            return broker.history(query); // only where the log stands
        }
        long began = System.nanoTime();
        return broker.history(query).whenComplete((page, failure) -> {
            if (failure == null) {
                pages.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            }
        });
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
