package dev.mirror.testkit.contract;

import dev.mirror.channel.ChannelName;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.SeededRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A broker with one fault: around a sound one, each fault breaks one promise. */
final class BrokenBroker implements Broker {
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final Fault fault;
    private final Broker sound;
    private final AtomicInteger published = new AtomicInteger();
    private final Queue<Draft> late = new ArrayDeque<>(); // guarded by itself; answered, not yet stored
    private final Map<ChannelName, List<Consumer<Publication>>> raw = new ConcurrentHashMap<>();

    enum Fault {
        NONE,
        ANSWERS_BEFORE_IT_STORED,
        DROPS_ONE,
        DOUBLES_ON_RESUME,
        LEAVES_A_HOLE_AT_THE_SEAM,
        SWAPS_TWO,
        SKIPS_AN_OFFSET,
        CALLS_SEVERAL_AT_A_TIME,
        LIES_THAT_IT_RECOVERED,
        FORGETS_IDS,
        TAKES_OTHER_CONTENT_FOR_THE_SAME,
        CALLS_A_REPETITION_NEW,
        COPIES_LATER,
        COPIES_WITHOUT_ORIGIN,
        REPEATS_TIMETOKENS,
        IGNORES_THE_LIMIT_OF_A_PAGE,
        TURNS_PAGES_ROUND,
        CALLS_AFTER_CLOSE,
        ENDS_AT_A_FAULT,
        STOPS_OTHERS_AT_A_FAULT,
        TAKES_ANY_EPOCH,
        HAS_ONE_EPOCH_FOR_ALL,
        TAKES_ANY_SIZE,
        COUNTS_CHARACTERS,
        GOES_ON_AFTER_CLOSE,
        CUTS_BODIES,
        IGNORES_THE_TIME,
        BEGINS_AFTER_THE_TIME,
        READS_TIMES_BACKWARD_FROM_THE_END
    }

    BrokenBroker(Fault fault, MemoryBroker.Limits limits) {
        this.fault = fault;
        int seed = fault == Fault.HAS_ONE_EPOCH_FOR_ALL ? 0 : OPENED.incrementAndGet();
        boolean anySize = fault == Fault.TAKES_ANY_SIZE || fault == Fault.COUNTS_CHARACTERS;
        MemoryBroker.Limits real = anySize
                ? new MemoryBroker.Limits(limits.publicationsPerChannel(), limits.totalBytes(), 1 << 20)
                : limits;
        this.sound = new MemoryBroker(InstantSource.system(), SeededRandom.of(seed), real);
        this.stated = new Guarantees(true, false, limits.publicationsPerChannel(), limits.bodyBytes());
    }

    private final Guarantees stated;

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        int number = published.incrementAndGet();
        Draft changed = changed(draft, number);
        return switch (fault) {
            case ANSWERS_BEFORE_IT_STORED -> {
                flush();
                Position tail = new Position("epoch", number);
                synchronized (late) {
                    late.add(draft);
                }
                yield CompletableFuture.completedFuture(new Receipt(tail, number, false));
            }
            case COPIES_LATER -> {
                CompletionStage<Receipt> receipt = sound.publish(draftTo(draft, draft.channel(), number + "-original"));
                draft.copies().forEach(copy -> sound.publish(draftTo(draft, copy, number + "-copy")));
                yield receipt;
            }
            case COPIES_WITHOUT_ORIGIN -> {
                draft.copies().forEach(copy -> sound.publish(draftTo(draft, copy, number + "-copy")));
                yield sound.publish(new Draft(draft.channel(), List.of(), draft.entry()));
            }
            case COUNTS_CHARACTERS ->
                draft.entry().body().length() > stated.maxBodyBytes()
                        ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.TOO_LARGE, "too long"))
                        : sound.publish(draft);
            case TAKES_OTHER_CONTENT_FOR_THE_SAME -> sound.publish(draft).exceptionally(conflict -> firstOf(draft));
            case CALLS_A_REPETITION_NEW ->
                sound.publish(draft).thenApply(known -> new Receipt(known.position(), known.timetoken(), false));
            case REPEATS_TIMETOKENS -> sound.publish(draft).thenApply(this::withOldTimetoken);
            case SKIPS_AN_OFFSET -> sound.publish(draft).thenApply(this::withHigherOffset);
            default -> sound.publish(changed);
        };
    }

    private Draft changed(Draft draft, int number) {
        if (fault == Fault.FORGETS_IDS) {
            return draftTo(draft, draft.channel(), draft.entry().id() + '#' + number);
        }
        if (fault == Fault.CUTS_BODIES) {
            String body = draft.entry().body().replaceAll("[^\\x00-\\x7f]", "?");
            Publication.Entry entry = draft.entry();
            return new Draft(
                    draft.channel(), draft.copies(), new Publication.Entry(entry.publisher(), entry.id(), body));
        }
        return draft;
    }

    private static Draft draftTo(Draft draft, ChannelName channel, String id) {
        Publication.Entry entry = draft.entry();
        return new Draft(channel, List.of(), new Publication.Entry(entry.publisher(), id, entry.body()));
    }

    private Receipt firstOf(Draft draft) {
        Position position = new Position("epoch", 1);
        return new Receipt(position, 1, draft.copies().isEmpty());
    }

    private Receipt withOldTimetoken(Receipt receipt) {
        return new Receipt(receipt.position(), receipt.timetoken() / 1_000_000_000, receipt.duplicate());
    }

    private Receipt withHigherOffset(Receipt receipt) {
        Position position = receipt.position();
        long offset = position.offset() + (position.offset() > 2 ? 1 : 0);
        return new Receipt(new Position(position.epoch(), offset), receipt.timetoken(), receipt.duplicate());
    }

    private void flush() {
        synchronized (late) {
            while (!late.isEmpty()) {
                sound.publish(late.remove());
            }
        }
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return switch (fault) {
            case DROPS_ONE -> sound.subscribe(channel, after, dropping(listener));
            case SWAPS_TWO -> sound.subscribe(channel, after, swapping(listener));
            case DOUBLES_ON_RESUME -> sound.subscribe(channel, oneBefore(after), listener);
            case LEAVES_A_HOLE_AT_THE_SEAM -> leaveHole(channel, after, listener);
            case LIES_THAT_IT_RECOVERED ->
                sound.subscribe(channel, after, listener).thenApply(real -> new Altered(real, true, false));
            case TAKES_ANY_EPOCH -> sound.subscribe(channel, inThisEpoch(channel, after), listener);
            case CALLS_AFTER_CLOSE ->
                sound.subscribe(channel, after, listener).thenApply(real -> new Altered(real, real.recovered(), true));
            case ENDS_AT_A_FAULT -> sound.subscribe(channel, after, endingAtAFault(listener));
            case CALLS_SEVERAL_AT_A_TIME -> sound.subscribe(channel, after, inThreads(listener));
            case STOPS_OTHERS_AT_A_FAULT -> {
                List<Consumer<Publication>> all = raw.computeIfAbsent(channel, name -> new CopyOnWriteArrayList<>());
                all.add(listener);
                yield all.size() > 1
                        ? sound.subscribe(channel, after, ignored -> {})
                        : sound.subscribe(channel, after, publication -> all.forEach(one -> one.accept(publication)));
            }
            default -> sound.subscribe(channel, after, listener);
        };
    }

    private static Consumer<Publication> dropping(Consumer<Publication> listener) {
        return publication -> {
            if (publication.position().offset() != 5) {
                listener.accept(publication);
            }
        };
    }

    private static Consumer<Publication> swapping(Consumer<Publication> listener) {
        Queue<Publication> held = new ArrayDeque<>();
        return publication -> {
            if (publication.position().offset() == 2) {
                held.add(publication);
            } else {
                listener.accept(publication);
                while (!held.isEmpty()) {
                    listener.accept(held.remove());
                }
            }
        };
    }

    private static @Nullable Position oneBefore(@Nullable Position after) {
        return after == null || after.offset() == 0 ? after : new Position(after.epoch(), after.offset() - 1);
    }

    /** Reads what is kept, then subscribes: what comes between the two is lost. */
    private CompletionStage<Subscription> leaveHole(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        if (after != null) {
            sound.history(HistoryQuery.after(channel, after, HistoryQuery.MAX_LIMIT))
                    .thenAccept(page -> page.publications().forEach(listener));
            CompletableFuture.runAsync(() -> sound.publish(
                            new Draft(channel, List.of(), new Publication.Entry(BrokerFixture.ANN, "between", "1"))))
                    .join();
        }
        return sound.subscribe(channel, null, listener);
    }

    private @Nullable Position inThisEpoch(ChannelName channel, @Nullable Position position) {
        return position == null ? null : new Position(tail(channel).epoch(), position.offset());
    }

    private Position tail(ChannelName channel) {
        HistoryQuery query = new HistoryQuery(channel, null, 0, true, 0);
        return sound.history(query).toCompletableFuture().join().tail();
    }

    private static Consumer<Publication> endingAtAFault(Consumer<Publication> listener) {
        AtomicInteger faults = new AtomicInteger();
        return publication -> {
            if (faults.get() == 0) {
                faults.incrementAndGet();
                listener.accept(publication);
                faults.decrementAndGet();
            }
        };
    }

    /** Collects some, then calls the listener with all of them at the same moment. */
    private static Consumer<Publication> inThreads(Consumer<Publication> listener) {
        List<Publication> batch = new ArrayList<>();
        return publication -> {
            batch.add(publication);
            if (batch.size() == 10) {
                List<Publication> all = List.copyOf(batch);
                batch.clear();
                new Crowd(all.size(), i -> listener.accept(all.get(i))).close();
            }
        };
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return switch (fault) {
            case IGNORES_THE_LIMIT_OF_A_PAGE ->
                sound.history(
                        new HistoryQuery(query.channel(), query.from(), query.timetoken(), query.backward(), 300));
            case TURNS_PAGES_ROUND -> sound.history(query).thenApply(page -> turned(page, query.backward()));
            case TAKES_ANY_EPOCH ->
                sound.history(new HistoryQuery(
                        query.channel(),
                        inThisEpoch(query.channel(), query.from()),
                        query.timetoken(),
                        query.backward(),
                        query.limit()));
            case LIES_THAT_IT_RECOVERED ->
                sound.history(query)
                        .thenApply(page ->
                                new History(page.publications(), page.tail(), page.first(), page.after(), true));
            case IGNORES_THE_TIME -> sound.history(from(query, 0, query.backward()));
            case BEGINS_AFTER_THE_TIME ->
                sound.history(from(query, query.timetoken() + (query.timetoken() > 0 ? 1 : 0), query.backward()));
            case READS_TIMES_BACKWARD_FROM_THE_END ->
                sound.history(query.timetoken() > 0 && query.backward() ? from(query, 0, true) : query);
            default -> sound.history(query);
        };
    }

    private static HistoryQuery from(HistoryQuery query, long timetoken, boolean backward) {
        return new HistoryQuery(query.channel(), query.from(), timetoken, backward, query.limit());
    }

    private static History turned(History page, boolean turn) {
        List<Publication> publications = new ArrayList<>(page.publications());
        if (turn) {
            Collections.reverse(publications);
        }
        return new History(publications, page.tail(), page.first(), page.after(), page.recovered());
    }

    @Override
    public Guarantees guarantees() {
        return stated;
    }

    @Override
    public void close() {
        if (fault != Fault.GOES_ON_AFTER_CLOSE) {
            sound.close();
        }
    }

    /** A subscription that says another thing, or that cannot be closed. */
    private record Altered(Subscription real, boolean recovered, boolean open) implements Subscription {
        @Override
        public Position position() {
            return real.position();
        }

        @Override
        public void close() {
            if (!open) {
                real.close();
            }
        }
    }
}
