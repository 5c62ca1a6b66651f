package dev.mirror.sql;

import com.zaxxer.hikari.HikariDataSource;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The durable broker: what it has acknowledged is on the disk, and was before anybody was told of it.
 *
 * <p>What waits together is committed together, so many publishers cost little more than one. The newest publications
 * are in memory too; older ones are read from the database. A subscription is a place in the log: a listener that is
 * slow, or that was cut off by an outage, is told later, but nothing is left out unless it is no longer kept.
 *
 * <p>If the disk is full, a publish fails with {@code store.full} and reads go on; if the database does not answer,
 * with {@code store.unavailable}, and the same id asked again finds out what became of it. Both end by themselves. What
 * is stored and is not what was written fails with {@code store.damaged}.
 *
 * <p>Listeners are called on one thread, and what is chained to a stage may run on the writer: neither may block.
 */
public final class SqlLog implements Broker {
    private static final Duration DRAIN = Duration.ofSeconds(10);
    /** What a publish that waits takes beside its body, roughly. */
    private static final int OVERHEAD_BYTES = 500;

    private static final Duration ASK_AGAIN = Duration.ofMillis(250);
    private static final int READS = 4;
    private static final int READS_WAITING = 20_000;

    private final LogOptions options;
    private final String epoch;
    private final Scheduler scheduler;
    private final ChannelTable table;
    private final LogHistory history;
    private final LogFanout fanout;
    private final LogCommit commit;
    private final LogWriter writer;
    private final LogReader reader;
    private final Conversations conversations;
    private final SqlState state;
    private final WriteWatch watch;
    private final Retention retention;
    private volatile boolean available = true; // by the writer

    SqlLog(Place place, LogState beginning, LogOptions options) {
        this.options = options;
        this.epoch = beginning.epoch();
        this.scheduler = place.scheduler;
        Surroundings surroundings = place.surroundings;
        Lane reads = new Lane("the log", surroundings.executor(), READS, READS_WAITING);
        this.reader = new LogReader(place.readers, reads, epoch);
        this.table = new ChannelTable(options, reader);
        this.history = new LogHistory(table, reader, epoch);
        this.fanout = new LogFanout(table, reader, surroundings.executor(), scheduler);
        Timetokens timetokens = new Timetokens(surroundings.time(), beginning.timetoken());
        LogTransaction.Ground ground = new LogTransaction.Ground(table, epoch, timetokens, beginning.nextChannel());
        this.watch = new WriteWatch(place.engine, scheduler);
        this.commit = new LogCommit(place.engine, ground, fanout, new Outage(place.readers, place.unsafe), watch);
        this.writer = new LogWriter(place.writes, commit, options.waitingBytes());
        this.conversations = new SqlConversations(writer, reader, epoch);
        this.state = new SqlState(writer, reader);
        this.retention = new Retention(options, reader, writer, surroundings.time(), scheduler);
    }

    /**
     * What a log stands on.
     *
     * @param readers connections that only read
     * @param writes the one lane of everything that is written
     * @param unsafe hears that the process should end
     */
    record Place(
            Engine engine,
            DataSource readers,
            Lane writes,
            Surroundings surroundings,
            Scheduler scheduler,
            Consumer<MirrorException> unsafe) {}

    /** Asks a store that is away whether it is back, by a transaction that writes nothing. */
    private final class Outage implements LogCommit.Outage {
        private final DataSource readers;
        private final Consumer<MirrorException> unsafe;
        private final AtomicBoolean asking = new AtomicBoolean(); // whether somebody will ask
        private volatile boolean stopped; // set once, by the writer

        Outage(DataSource readers, Consumer<MirrorException> unsafe) {
            this.readers = readers;
            this.unsafe = unsafe;
        }

        @Override
        public void away() {
            available = false;
            askLater();
        }

        private void askLater() {
            if (!stopped && asking.compareAndSet(false, true)) {
                scheduler.schedule(ASK_AGAIN, () -> {
                    asking.set(false);
                    writer.submit(new Work<>(transaction -> true, 0, 0)).whenComplete((back, failure) -> {
                        if (failure != null && !writer.isClosed()) {
                            askLater();
                        }
                    });
                });
            }
        }

        @Override
        public void reconnected() {
            if (readers instanceof HikariDataSource pool) {
                pool.getHikariPoolMXBean().softEvictConnections();
                // Whoever waited for one of those is not given another, until somebody else asks for one too.
                reader.ask(connection -> true);
            }
        }

        @Override
        public void back() {
            available = true;
        }

        @Override
        public void unsafe(MirrorException fault) {
            stopped = true;
            available = false;
            unsafe.accept(fault);
        }
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        int bodyBytes = draft.entry().bodyBytes();
        if (bodyBytes > options.bodyBytes()) {
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.TOO_LARGE, "a body has at most " + options.bodyBytes() + " bytes"));
        }
        int rows = 1 + draft.copies().size();
        return writer.submit(new Work<>(new PublishStep(draft, bodyBytes), rows, bodyBytes + OVERHEAD_BYTES));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return table.with(channel, state -> {
                    Position tail = new Position(epoch, state.tail);
                    boolean recovered = hasAllAfter(state, after);
                    long next = after == null ? state.tail + 1 : recovered ? after.offset() + 1 : state.first();
                    LogSubscription subscription = new LogSubscription(
                            fanout, new LogSubscription.Beginning(state, tail, recovered, next), listener);
                    fanout.add(subscription);
                    return subscription;
                })
                .thenApply(subscription -> {
                    fanout.wake(List.of(subscription));
                    return subscription;
                });
    }

    private boolean hasAllAfter(ChannelState state, @Nullable Position position) {
        return position == null || (position.epoch().equals(epoch) && state.hasAllAfter(position.offset()));
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return history.answer(query);
    }

    /**
     * Tells of every commit, of all channels together: on the writer, right after it, before anybody is acknowledged.
     * Neither callback may block, or do more than note and hand over; one that throws is told that it missed something.
     *
     * @param committed gets what was added, originals and copies, in the order of their timetokens, all of them later
     *     than what it got before
     * @param missed gets a timetoken: something up to it may have been committed that is not told, and is found in the
     *     history. The first call, after nothing was told yet, is always this one
     * @return complete when commits are listened to; the first call may come a little later. Closing it ends the calls
     */
    public CompletionStage<Tap> tap(Consumer<List<Publication>> committed, LongConsumer missed) {
        LogTaps.Tap tap = new LogTaps.Tap(committed, missed);
        commit.taps().add(tap);
        // What comes after the first call is later than the clock was at it.
        Work<Long> first = new Work<>(transaction -> transaction.timetokens.next(), 0, 0);
        return writer.submit(first).handle((timetoken, failure) -> {
            if (failure != null) {
                commit.taps().remove(tap);
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            return () -> commit.taps().remove(tap);
        });
    }

    /** Somebody who is told of every commit. */
    @FunctionalInterface
    public interface Tap extends AutoCloseable {
        /** Tells no more. Idempotent. */
        @Override
        void close();
    }

    /**
     * A page of the channels whose canonical names begin like this, in the order of the names.
     *
     * @param prefix what names begin with
     * @param from the first name that belongs to the page; the prefix for the first page
     * @param since leaves out those whose newest entry is older than this timetoken
     * @param limit how many channels are looked at
     */
    public CompletionStage<Channels> channels(String prefix, String from, long since, int limit) {
        return writer.unlessClosed(() -> reader.under(prefix, from, since, limit));
    }

    /**
     * Some channels.
     *
     * @param next what the next page begins from; empty if there is none
     */
    public record Channels(List<ChannelName> names, Optional<String> next) {
        /** Copies the list. */
        public Channels {
            names = List.copyOf(names);
        }
    }

    /** The conversations on the direct channels of this log, as durable as it is. They end with it. */
    public Conversations conversations() {
        return conversations;
    }

    /** Texts under keys beside this log, as durable as it is. They end with it. */
    public SqlState state() {
        return state;
    }

    @Override
    public Guarantees guarantees() {
        long depth = Arrays.stream(ChannelKind.values())
                .mapToLong(kind -> options.keep(kind).count())
                .min()
                .orElse(1);
        return new Guarantees(true, true, (int) Math.min(Integer.MAX_VALUE, depth), options.bodyBytes());
    }

    /** Begins what goes on by itself. */
    void begin() {
        retention.begin();
    }

    Retention retention() {
        return retention;
    }

    /** Whether the store answers, as far as is known; for those who ask after the health of a node. */
    public boolean isAvailable() {
        return available && !watch.isOverdue();
    }

    /** On the writer: the disk failed under somebody else's transaction. */
    void stop(MirrorException fault) {
        commit.stop(fault);
    }

    /** On the writer: whether nothing may be written any more. */
    boolean isStopped() {
        return commit.isStopped();
    }

    boolean isClosed() {
        return writer.isClosed();
    }

    /** Finishes what was accepted, for at most 10 s, and ends every subscription. The store stays open. */
    @Override
    public void close() {
        writer.close(DRAIN);
        watch.close();
        table.close().forEach(LogSubscription::end);
    }
}
