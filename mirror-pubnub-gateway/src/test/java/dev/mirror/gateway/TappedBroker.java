package dev.mirror.gateway;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.stream.Catalogue;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory that tells a stream of what was committed, as the log in a database does: in the order of the
 * timetokens, before it is acknowledged; several at once, or not at all, when a test says so.
 */
public final class TappedBroker implements Broker {
    private final MemoryBroker broker;
    private final List<Publication> held = new ArrayList<>(); // guarded by this
    private final TreeSet<String> names = new TreeSet<>(); // guarded by this
    private @Nullable Stream stream; // guarded by this
    private boolean holding; // guarded by this
    private boolean silent; // guarded by this
    private final Map<ChannelName, TreeSet<Long>> damaged = new HashMap<>(); // guarded by this
    private int read; // guarded by this
    private int trimmed; // guarded by this
    private long last; // guarded by this; the last timetoken

    /** Whether history waits for the test. */
    private @Nullable CompletableFuture<Void> gate; // guarded by this

    /** What acknowledgements wait for. */
    private CompletableFuture<Void> unconfirmed = CompletableFuture.completedFuture(null); // guarded by this

    /** One in front of this broker. */
    public TappedBroker(MemoryBroker broker) {
        this.broker = broker;
    }

    /** Tells this stream from now on, of what was before as missed. */
    public synchronized void tell(Stream told) {
        stream = told;
        held.clear();
        told.missed(last);
    }

    /** From now on commits are gathered, and told together by {@link #commit}. */
    public synchronized void hold() {
        holding = true;
    }

    /** Tells of what was gathered, as of one transaction. */
    public synchronized void commit() {
        holding = false;
        told().committed(List.copyOf(held));
        held.clear();
    }

    /** From now on the stream is told of nothing, or it is again, after hearing that it missed something. */
    public synchronized void silent(boolean isSilent) {
        if (silent && !isSilent) {
            told().missed(last);
        }
        silent = isSilent;
    }

    /** From now on history is answered when the returned stage completes. */
    public synchronized CompletableFuture<Void> gate() {
        CompletableFuture<Void> made = new CompletableFuture<>();
        gate = made;
        return made;
    }

    /** From now on what is published is acknowledged when the returned stage completes, by whoever completes it. */
    public synchronized CompletableFuture<Void> holdAcknowledgements() {
        unconfirmed = new CompletableFuture<>();
        return unconfirmed;
    }

    /** From now on the first rows of a page that was full are gone when it is read. */
    public synchronized void trim(int rows) {
        trimmed = rows;
    }

    /** From now on what is at this offset cannot be read. */
    public synchronized void damage(ChannelName channel, long offset) {
        damaged.computeIfAbsent(channel, unknown -> new TreeSet<>()).add(offset);
    }

    /** How many rows were read since this was asked. */
    public synchronized int read() {
        int before = read;
        read = 0;
        return before;
    }

    private synchronized History worn(HistoryQuery query, History page) {
        List<Publication> rows = page.publications();
        read += rows.size();
        if (trimmed > 0 && !query.backward() && rows.size() == query.limit()) {
            rows = rows.subList(trimmed, rows.size());
            trimmed = 0;
        }
        TreeSet<Long> holes = damaged.getOrDefault(query.channel(), new TreeSet<>());
        List<Publication> sound = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Publication row = rows.get(query.backward() ? rows.size() - 1 - i : i);
            if (holes.contains(row.position().offset())) {
                if (sound.isEmpty()) {
                    throw new MirrorException(ErrorCode.STORE_DAMAGED, "not what was written");
                }
                break;
            }
            sound.add(query.backward() ? 0 : sound.size(), row);
        }
        return new History(sound, page.tail(), page.first(), page.after(), page.recovered());
    }

    private Stream told() {
        if (stream == null) {
            throw new IllegalStateException("nobody is told");
        }
        return stream;
    }

    @Override
    public synchronized CompletionStage<Receipt> publish(Draft draft) {
        CompletableFuture<Void> confirmed = unconfirmed;
        return broker.publish(draft)
                .thenApply(receipt -> committed(draft, receipt))
                .thenCombine(confirmed, (receipt, done) -> receipt);
    }

    private synchronized Receipt committed(Draft draft, Receipt receipt) {
        if (receipt.duplicate()) {
            return receipt;
        }
        last = receipt.timetoken();
        names.add(draft.channel().canonical());
        held.add(new Publication(draft.channel(), receipt.position(), receipt.timetoken(), draft.entry(), null));
        Publication.Origin origin = new Publication.Origin(draft.channel(), receipt.position());
        for (ChannelName copy : draft.copies()) {
            held.add(new Publication(copy, receipt.position(), receipt.timetoken(), draft.entry(), origin));
        }
        if (silent) {
            held.clear();
        } else if (!holding) {
            commit();
        }
        return receipt;
    }

    /** The names of logs; of all, however old what is in them. */
    public synchronized CompletionStage<Catalogue.Page> names(Catalogue.Wish wish) {
        List<String> found = names.tailSet(wish.from()).stream()
                .filter(name -> name.startsWith(wish.prefix()))
                .limit(wish.limit())
                .toList();
        return CompletableFuture.completedFuture(new Catalogue.Page(
                found.stream().flatMap(name -> ChannelName.parse(name).stream()).toList(),
                found.size() < wish.limit() ? Optional.empty() : Optional.of(found.get(found.size() - 1) + '\u0001')));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return broker.subscribe(channel, after, listener);
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        CompletableFuture<Void> waited;
        synchronized (this) {
            waited = gate == null ? CompletableFuture.completedFuture(null) : gate;
        }
        return waited.thenCompose(open -> broker.history(query)).thenApply(page -> worn(query, page));
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
