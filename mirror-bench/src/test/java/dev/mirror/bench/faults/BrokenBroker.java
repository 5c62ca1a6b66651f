package dev.mirror.bench.faults;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log with one {@link Bug}, between the hub and the real log. Safe for any thread. */
final class BrokenBroker implements Broker {
    private static final int RARELY = 200;
    private static final Duration LATER = Duration.ofMillis(30);

    private final Bug bug;
    private final Broker log;
    private final ScheduledExecutorService later;
    private final AtomicInteger deliveries = new AtomicInteger();
    private final Map<ChannelName, Long> promised = new HashMap<>(); // guarded by this
    private List<Draft> waiting = new ArrayList<>(); // guarded by this

    BrokenBroker(Bug bug, Broker log, ScheduledExecutorService later) {
        this.bug = bug;
        this.log = log;
        this.later = later;
        if (bug == Bug.ACKNOWLEDGES_EARLY) {
            var unused = later.scheduleWithFixedDelay(
                    this::store, LATER.toMillis(), LATER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        if (bug != Bug.ACKNOWLEDGES_EARLY) {
            return log.publish(draft);
        }
        return log.history(HistoryQuery.latest(draft.channel(), 0)).thenApply(page -> promise(draft, page.tail()));
    }

    private synchronized Receipt promise(Draft draft, Position tail) {
        waiting.add(draft);
        long offset = promised.merge(draft.channel(), tail.offset() + 1, (before, next) -> before + 1);
        return new Receipt(new Position(tail.epoch(), offset), 1, false);
    }

    private void store() {
        List<Draft> drafts;
        synchronized (this) {
            drafts = waiting;
            waiting = new ArrayList<>();
        }
        drafts.forEach(draft ->
                log.publish(draft).exceptionally(refusal -> new Receipt(new Position("-", 0), 1, false)));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return log.subscribe(channel, after, broken(listener));
    }

    private Consumer<Publication> broken(Consumer<Publication> listener) {
        return switch (bug) {
            case DROPS_ONE -> every(RARELY, listener);
            case FORGETS_WAKE_UPS -> every(2, listener);
            case SWAPS_TWO -> swapping(listener);
            default -> listener;
        };
    }

    private Consumer<Publication> every(int which, Consumer<Publication> listener) {
        return publication -> {
            if (deliveries.incrementAndGet() % which != 0) {
                listener.accept(publication);
            }
        };
    }

    private Consumer<Publication> swapping(Consumer<Publication> listener) {
        List<Publication> held = new ArrayList<>(); // by the thread that delivers, one call at a time
        return publication -> {
            if (held.isEmpty() && deliveries.incrementAndGet() % RARELY == 0) {
                held.add(publication);
                return;
            }
            listener.accept(publication);
            held.forEach(listener);
            held.clear();
        };
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        Position from = query.from();
        boolean again = bug == Bug.DOUBLES_ON_RESUME && !query.backward() && query.limit() > 0;
        if (!again || from == null || from.offset() == 0) {
            return log.history(query);
        }
        Position before = new Position(from.epoch(), from.offset() - 1);
        return log.history(HistoryQuery.after(query.channel(), before, query.limit()));
    }

    /** What is not promised is not repaired: only so these bugs come through. */
    @Override
    public Guarantees guarantees() {
        Guarantees real = log.guarantees();
        boolean contiguous = bug != Bug.DROPS_ONE && bug != Bug.SWAPS_TWO && bug != Bug.DOUBLES_ON_RESUME;
        return new Guarantees(
                contiguous && real.contiguousOffsets(), real.durable(), real.historyDepth(), real.maxBodyBytes());
    }

    @Override
    public void close() {
        later.shutdownNow();
        log.close();
    }
}
