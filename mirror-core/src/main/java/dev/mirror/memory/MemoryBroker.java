package dev.mirror.memory;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.memory.Fanout.Interest;
import dev.mirror.memory.MemoryLog.Kept;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A broker in this process's memory. It keeps the newest publications up to its {@link Limits}, then forgets the
 * oldest, of the channel or of all; a reader from before that hears {@code recovered = false}. A repetition is
 * recognised as long as the first publication is kept.
 *
 * <p>A channel costs memory only while something of it is kept or somebody is subscribed. When its last publication
 * was forgotten it begins a new life, under a new epoch.
 *
 * <p>Stages are complete when a method returns. Listeners are called by whoever publishes or subscribes, without any
 * lock, and may use the broker. Where listeners are so slow that 16 MiB of one channel wait for them, a publish on it
 * fails with {@code busy}.
 */
public final class MemoryBroker implements Broker {
    private final InstantSource clock;
    private final Limits limits;
    private final String life;
    private final Object lock = new Object();
    private final Map<ChannelName, MemoryLog> logs = new HashMap<>(); // guarded by lock
    private final MemoryConversations conversations = new MemoryConversations(this);
    private final Map<Key, Kept> originals = new HashMap<>(); // guarded by lock; originals that are kept
    private @Nullable Kept oldest; // guarded by lock; the head of everything kept
    private @Nullable Kept newest; // guarded by lock
    private long keptBytes; // guarded by lock
    private String epoch; // guarded by lock; of logs that begin now
    private long forgotten; // guarded by lock; how many logs with publications ended
    private long timetoken; // guarded by lock; the last one given
    private boolean closed; // guarded by lock

    private record Key(UserId publisher, String id) {}

    /**
     * How much a broker keeps.
     *
     * @param publicationsPerChannel the newest of each channel, at least 1
     * @param totalBytes of all channels together, with what keeping them costs; the last publish is always kept
     * @param bodyBytes the largest body, in bytes of UTF-8; a larger one is refused with {@code too.large}
     */
    public record Limits(int publicationsPerChannel, long totalBytes, int bodyBytes) {
        /** 1,000 publications of a channel, 64 MiB in all, 32 KiB for a body. */
        public static final Limits STANDARD = new Limits(1_000, 64 << 20, 32 << 10);

        /** @throws IllegalArgumentException if a limit is less than 1 */
        public Limits {
            if (publicationsPerChannel < 1 || totalBytes < 1 || bodyBytes < 1) {
                throw new IllegalArgumentException("a limit is at least 1");
            }
        }
    }

    /** A broker with the standard limits. */
    public MemoryBroker(InstantSource clock, RandomGenerator random) {
        this(clock, random, Limits.STANDARD);
    }

    /**
     * A broker.
     *
     * @param clock tells when something was published
     * @param random names the life of this broker; used only here
     * @param limits how much it keeps
     */
    public MemoryBroker(InstantSource clock, RandomGenerator random, Limits limits) {
        this.clock = clock;
        this.limits = limits;
        this.life = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX);
        this.epoch = life + "-0";
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        int bodyBytes = draft.entry().bodyBytes();
        if (bodyBytes > limits.bodyBytes) {
            return refuse(ErrorCode.TOO_LARGE, "a body has at most " + limits.bodyBytes + " bytes");
        }
        return answer(() -> publishNow(draft, bodyBytes));
    }

    private Receipt publishNow(Draft draft, int bodyBytes) {
        List<MemoryLog> told = new ArrayList<>(1 + draft.copies().size());
        Receipt receipt;
        synchronized (lock) {
            requireOpen();
            Key key = new Key(draft.entry().publisher(), draft.entry().id());
            Kept known = originals.get(key);
            if (known != null) {
                return repeated(known.publication, draft);
            }
            requireListenersKeepUp(draft);
            timetoken = Math.max(timetoken + 1, timetokenOf(clock.instant()));
            Kept original = append(draft.channel(), draft.entry(), null, bodyBytes, told);
            originals.put(key, original);
            Position position = original.publication.position();
            Publication.Origin origin = new Publication.Origin(draft.channel(), position);
            for (ChannelName copy : draft.copies()) {
                append(copy, draft.entry(), origin, bodyBytes, told);
            }
            forgetSurplus();
            receipt = new Receipt(position, timetoken, false);
        }
        for (MemoryLog log : told) {
            drain(log);
        }
        return receipt;
    }

    private static Receipt repeated(Publication first, Draft draft) {
        if (!first.channel().equals(draft.channel())
                || !first.entry().body().equals(draft.entry().body())) {
            throw new MirrorException(ErrorCode.CONFLICT, "this id was used for another publication");
        }
        return new Receipt(first.position(), first.timetoken(), true);
    }

    /** All or nothing: looks at every channel before anything is appended to one. */
    private void requireListenersKeepUp(Draft draft) {
        requireListenersKeepUp(draft.channel());
        draft.copies().forEach(this::requireListenersKeepUp);
    }

    private void requireListenersKeepUp(ChannelName channel) {
        MemoryLog log = logs.get(channel);
        if (log != null && log.fanout.isFull()) {
            throw new MirrorException(ErrorCode.BUSY, "the listeners of a channel do not keep up");
        }
    }

    private Kept append(
            ChannelName channel,
            Publication.Entry entry,
            Publication.@Nullable Origin origin,
            int bodyBytes,
            List<MemoryLog> told) {
        MemoryLog log = logs.computeIfAbsent(channel, name -> new MemoryLog(name, epoch, lock));
        Publication publication = new Publication(channel, log.next(), timetoken, entry, origin);
        Kept kept = new Kept(log, publication, bodyBytes);
        log.append(kept);
        kept.older = newest;
        if (newest == null) {
            oldest = kept;
        } else {
            newest.newer = kept;
        }
        newest = kept;
        keptBytes += kept.cost;
        if (origin == null && channel.kind() == ChannelKind.DIRECT) {
            conversations.published(log, publication);
        }
        log.fanout.tell(publication, kept.cost);
        told.add(log);
        if (log.size() > limits.publicationsPerChannel) {
            forget(log.oldest());
        }
        return kept;
    }

    private void forgetSurplus() {
        while (keptBytes > limits.totalBytes && oldest != null && oldest.publication.timetoken() < timetoken) {
            forget(oldest);
        }
    }

    private void forget(Kept kept) {
        if (kept.older == null) {
            oldest = kept.newer;
        } else {
            kept.older.newer = kept.newer;
        }
        if (kept.newer == null) {
            newest = kept.older;
        } else {
            kept.newer.older = kept.older;
        }
        keptBytes -= kept.cost;
        kept.log.forgetOldest();
        if (kept.publication.origin() == null) {
            Publication.Entry entry = kept.publication.entry();
            originals.remove(new Key(entry.publisher(), entry.id()));
        }
        endIfUnused(kept.log);
    }

    /** A log that nobody needs ends; if it had publications, no later log may be taken for it. */
    private void endIfUnused(MemoryLog log) {
        if (log.size() == 0 && log.fanout.isIdle() && logs.remove(log.channel, log) && log.first() > 1) {
            forgotten++;
            epoch = life + '-' + Long.toString(forgotten, Character.MAX_RADIX);
            if (log.channel.kind() == ChannelKind.DIRECT) {
                conversations.ended(log);
            }
        }
    }

    private void drain(MemoryLog log) {
        log.fanout.drain();
        synchronized (lock) {
            endIfUnused(log);
        }
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return answer(() -> {
            Interest<Publication> interest = new Interest<>(listener);
            MemoryLog log;
            MemorySubscription subscription;
            synchronized (lock) {
                requireOpen();
                log = logs.computeIfAbsent(channel, name -> new MemoryLog(name, epoch, lock));
                boolean recovered = log.hasAllAfter(after);
                long from = after == null ? Long.MAX_VALUE : recovered ? after.offset() + 1 : log.first();
                log.fanout.add(interest, log.read(from, Long.MAX_VALUE), log.costFrom(from));
                subscription = new MemorySubscription(log.tail(), recovered, () -> end(log, interest));
            }
            drain(log);
            return subscription;
        });
    }

    private record MemorySubscription(Position position, boolean recovered, Runnable end) implements Subscription {
        @Override
        public void close() {
            end.run();
        }
    }

    private void end(MemoryLog log, Interest<Publication> interest) {
        synchronized (lock) {
            log.fanout.remove(interest);
            endIfUnused(log);
        }
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return locked(() -> {
            MemoryLog log = logs.get(query.channel());
            return log == null ? page(new MemoryLog(query.channel(), epoch, lock), query) : page(log, query);
        });
    }

    private static History page(MemoryLog log, HistoryQuery query) {
        Position from = query.from();
        Position tail = log.tail();
        boolean recovered = log.hasAllAfter(from);
        boolean known = from != null && from.epoch().equals(log.epoch) && from.offset() <= tail.offset();
        List<Publication> publications;
        if (query.timetoken() > 0) {
            long at = log.offsetAt(query.timetoken());
            publications =
                    query.backward() ? log.read(at - query.limit(), at - 1) : log.read(at, at + query.limit() - 1);
        } else if (query.backward()) {
            long to = from != null && known ? from.offset() - 1 : tail.offset();
            publications = log.read(to - query.limit() + 1, to);
        } else {
            long begin = from != null && recovered ? from.offset() + 1 : log.first();
            publications = log.read(begin, begin + query.limit() - 1);
        }
        return new History(publications, tail, log.first(), recovered);
    }

    /** The conversations on this broker's direct channels. They end with it. */
    public Conversations conversations() {
        return conversations;
    }

    @Override
    public Guarantees guarantees() {
        return new Guarantees(true, false, limits.publicationsPerChannel, limits.bodyBytes);
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            logs.values().forEach(log -> log.fanout.removeAll());
            logs.clear();
            originals.clear();
            conversations.clear();
            oldest = null;
            newest = null;
            keptBytes = 0;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new MirrorException(ErrorCode.BUSY, "the broker is closed");
        }
    }

    /** Answers out of one step that nothing else comes between. */
    <T> CompletionStage<T> locked(Supplier<T> action) {
        return answer(() -> {
            synchronized (lock) {
                requireOpen();
                return action.get();
            }
        });
    }

    private static <T> CompletionStage<T> answer(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (MirrorException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private static <T> CompletionStage<T> refuse(ErrorCode code, String detail) {
        return CompletableFuture.failedFuture(new MirrorException(code, detail));
    }

    private static long timetokenOf(Instant now) {
        return Math.addExact(
                Math.multiplyExact(now.getEpochSecond(), Publication.TIMETOKENS_PER_MILLI * 1_000),
                now.getNano() / 100);
    }
}
