package dev.mirror.server.metrics;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.server.trace.TraceRing;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Draft;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Times deliveries: of one publication in {@value #ONE_IN}, from the moment when the broker had stored it until it was
 * handed to each connection as it was published. What somebody is sent later, out of the log, is not timed. The trace
 * behind it hears what it wants.
 *
 * <p>Safe for any thread, without a lock. A publication that is not timed costs a look at one place in memory, of which
 * there are {@value #PLACES}; a newer one that is timed takes the place of an older one.
 */
public final class DeliveryTimes implements Mirror.Trace {
    /** How many publications there are for one that is timed; the first one is. */
    static final int ONE_IN = 32;

    private static final int PLACES = 1 << 10;

    private final Mirror.Trace trace;
    private final @Nullable TraceRing ring;
    private final LongSupplier ticker;
    private final Timer deliveries;
    private final AtomicInteger publications = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Timed> places = new AtomicReferenceArray<>(PLACES);

    /** A publication whose deliveries are timed. */
    private record Timed(String id, UserId publisher, Position position, long stored) {
        boolean is(Publication publication) {
            Publication.Origin origin = publication.origin();
            return id.equals(publication.entry().id())
                    && publisher.equals(publication.entry().publisher())
                    && position.equals(origin == null ? publication.position() : origin.position());
        }
    }

    /**
     * Times them in a registry.
     *
     * @param ring hears everything that it wants; {@code null} if nobody does
     * @param ticker tells elapsed time, in nanoseconds
     */
    public DeliveryTimes(MeterRegistry registry, @Nullable TraceRing ring, LongSupplier ticker) {
        this.trace = ring == null ? Mirror.Trace.NONE : ring;
        this.ring = ring;
        this.ticker = ticker;
        this.deliveries = MirrorMetrics.timer(
                registry, "mirror.delivery.seconds", "from the store to a connection, of live publications; a sample");
    }

    /** Hears how the broker answered a publish. */
    void stored(Draft draft, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt != null && !receipt.duplicate() && publications.getAndIncrement() % ONE_IN == 0) {
            Publication.Entry entry = draft.entry();
            places.set(
                    place(entry.id()),
                    new Timed(entry.id(), entry.publisher(), receipt.position(), ticker.getAsLong()));
        }
        if (ring != null) {
            ring.stored(draft, receipt, failure);
        }
    }

    private static int place(String id) {
        int hash = id.hashCode();
        return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (PLACES - 1);
    }

    @Override
    public boolean wants(String id) {
        Timed timed = places.get(place(id));
        return (timed != null && timed.id.equals(id)) || trace.wants(id);
    }

    @Override
    public void published(Step step, Peer peer, String id, @Nullable ChannelName channel) {
        if (trace.wants(id)) {
            trace.published(step, peer, id, channel);
        }
    }

    @Override
    public void delivered(Step step, Peer peer, Publication publication) {
        String id = publication.entry().id();
        if (step == Step.WRITTEN) {
            Timed timed = places.get(place(id));
            if (timed != null && timed.is(publication)) {
                deliveries.record(ticker.getAsLong() - timed.stored, TimeUnit.NANOSECONDS);
            }
        }
        if (step == Step.LOST || trace.wants(id)) {
            trace.delivered(step, peer, publication);
        }
    }

    @Override
    public void refused(Peer peer, String id, ErrorCode error, String detail) {
        trace.refused(peer, id, error, detail);
    }

    @Override
    public void missing(Peer peer, ChannelName channel, Position from, Position to) {
        trace.missing(peer, channel, from, to);
    }
}
