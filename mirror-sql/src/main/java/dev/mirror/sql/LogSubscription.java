package dev.mirror.sql;

import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One listener, and how far it was told. What waits for it waits in the log: here is only where it is. */
final class LogSubscription implements Broker.Subscription {
    private static final System.Logger LOG = System.getLogger(LogSubscription.class.getName());

    final ChannelState channel;
    private final LogFanout fanout;
    private final Consumer<Publication> listener;
    private final Position position;
    private final boolean recovered;
    private volatile boolean closed; // set once, by any thread

    /** The next offset that it is told. Only the fan-out. */
    long next;
    /** Whether it waits in the fan-out's queue. Guarded by the table's lock. */
    boolean queued;
    /** Whether rows are being read for it. Guarded by the table's lock. */
    boolean reading;
    /** Rows that were read for it. Guarded by the table's lock. */
    @Nullable
    List<Publication> page;

    /** Where a subscription begins. */
    record Beginning(ChannelState channel, Position tail, boolean recovered, long next) {}

    LogSubscription(LogFanout fanout, Beginning beginning, Consumer<Publication> listener) {
        this.fanout = fanout;
        this.channel = beginning.channel;
        this.position = beginning.tail;
        this.recovered = beginning.recovered;
        this.next = beginning.next;
        this.listener = listener;
    }

    /** Tells the listener. Only the fan-out, without the lock. */
    void tell(List<Publication> publications) {
        for (Publication publication : publications) {
            if (closed) {
                return;
            }
            if (publication.position().offset() < next) {
                continue;
            }
            next = publication.position().offset() + 1;
            try {
                listener.accept(publication);
            } catch (Throwable fault) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "A listener failed; it is called again for what comes next",
                        fault);
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    void end() {
        closed = true;
    }

    @Override
    public Position position() {
        return position;
    }

    @Override
    public boolean recovered() {
        return recovered;
    }

    @Override
    public void close() {
        closed = true;
        fanout.remove(this);
    }
}
