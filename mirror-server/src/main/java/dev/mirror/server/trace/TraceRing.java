package dev.mirror.server.trace;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.Publication.Origin;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Conversations.Mark;
import dev.mirror.spi.Draft;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of the newest messages on this node, as far as they are sampled, and of the newest ones that something
 * failed for. It is bounded in both, and in the steps of each; the oldest is forgotten. It never keeps what was said.
 *
 * <p>Safe for any thread. It has a lock only for what begins to be traced, so messages that are not cost it nothing.
 */
public final class TraceRing implements Mirror.Trace {
    private final Limits limits;
    private final InstantSource clock;
    private final StepListener listener;
    private final Sampling sampling;
    private final ConcurrentMap<MessageTrace.Key, MessageTrace> byKey = new ConcurrentHashMap<>();
    /** Of conversations, whose marks concern many messages at once. The lists are immutable. */
    private final ConcurrentMap<ChannelName, List<MessageTrace>> byConversation = new ConcurrentHashMap<>();

    private final Object lock = new Object();
    // All guarded by lock.
    private final Deque<MessageTrace> sampled = new ArrayDeque<>();
    private final Deque<MessageTrace> failed = new ArrayDeque<>();
    private final Deque<Missing> missing = new ArrayDeque<>();

    /**
     * How much is remembered.
     *
     * @param messages of the sample, and again of failures, and again of gaps
     * @param steps of each message
     * @param oneIn how many messages one is sampled of; 0 for failures only
     */
    public record Limits(int messages, int steps, int oneIn) {}

    /** A session was told that something is missing: after the one position, up to the other. */
    record Missing(Instant at, Peer peer, ChannelName channel, Position from, Position to) {
        boolean covers(ChannelName name, String epoch, long offset) {
            if (!channel.equals(name)) {
                return false;
            }
            boolean anew = !from.epoch().equals(to.epoch());
            boolean before = anew && offset > from.offset() && isIn(from, epoch);
            boolean within = offset <= to.offset() && (anew || offset > from.offset()) && isIn(to, epoch);
            return before || within;
        }

        private static boolean isIn(Position position, String epoch) {
            return epoch.isEmpty() || position.epoch().equals(epoch);
        }
    }

    TraceRing(Limits limits, InstantSource clock, StepListener listener) {
        this.limits = limits;
        this.clock = clock;
        this.listener = listener;
        this.sampling = new Sampling(limits.oneIn());
    }

    /** A ring that also tells OpenTelemetry, if its interface is there; that tells an agent, if there is one. */
    public static TraceRing of(Limits limits, InstantSource clock) {
        StepListener listener;
        try {
            listener = Spans.ofAgent();
        } catch (NoClassDefFoundError absent) {
            listener = StepListener.NONE;
        }
        return new TraceRing(limits, clock, listener);
    }

    @Override
    public boolean wants(String id) {
        return sampling.wants(id);
    }

    @Override
    public void published(Step step, Peer peer, String id, @Nullable ChannelName channel) {
        UserId publisher = peer.user();
        MessageTrace trace = publisher == null ? null : trace(new MessageTrace.Key(publisher, id), false);
        if (trace != null) {
            String detail = channel == null ? "" : "on " + channel;
            trace.add(TraceStep.with(peer, clock.instant(), word(step), null, detail));
        }
    }

    @Override
    public void delivered(Step step, Peer peer, Publication publication) {
        MessageTrace.Key key = new MessageTrace.Key(
                publication.entry().publisher(), publication.entry().id());
        MessageTrace trace = trace(key, step == Step.LOST);
        if (trace != null) {
            Origin place = new Origin(publication.channel(), publication.position());
            settle(trace, publication.origin() == null ? place : publication.origin());
            trace.add(TraceStep.with(peer, clock.instant(), word(step), place, ""));
        }
    }

    @Override
    public void refused(Peer peer, String id, ErrorCode error, String detail) {
        UserId publisher = peer.user();
        if (publisher == null || id.isEmpty()) {
            return;
        }
        MessageTrace trace = trace(new MessageTrace.Key(publisher, id), true);
        if (trace != null) {
            String why = error.wire() + ": " + detail;
            trace.add(TraceStep.with(peer, clock.instant(), TraceStep.REFUSED, null, why));
        }
    }

    @Override
    public void missing(Peer peer, ChannelName channel, Position from, Position to) {
        synchronized (lock) {
            missing.addLast(new Missing(clock.instant(), peer, channel, from, to));
            if (missing.size() > limits.messages()) {
                missing.removeFirst();
            }
        }
    }

    /** Hears how the broker answered a publish. */
    public void stored(Draft draft, @Nullable Receipt receipt, @Nullable Throwable failure) {
        Publication.Entry entry = draft.entry();
        if (failure == null && !wants(entry.id())) {
            return;
        }
        MessageTrace trace = trace(new MessageTrace.Key(entry.publisher(), entry.id()), failure != null);
        if (trace == null) {
            return;
        }
        if (receipt == null) {
            trace.add(new TraceStep(clock.instant(), TraceStep.FAILED, null, null, null, reason(failure)));
            return;
        }
        Origin place = new Origin(draft.channel(), receipt.position());
        settle(trace, place);
        String detail = receipt.duplicate() ? "it was there before" : copies(draft);
        trace.add(new TraceStep(clock.instant(), TraceStep.STORED, null, null, place, detail));
    }

    /** Hears that a user's marks moved. */
    public void marked(UserId user, ChannelName channel, Mark mark) {
        for (MessageTrace trace : byConversation.getOrDefault(channel, List.of())) {
            trace.marked(clock.instant(), user, mark);
        }
    }

    /** What is traced, the newest first; failures before the sample. */
    List<MessageTrace.Snapshot> newest() {
        List<MessageTrace> all = new ArrayList<>();
        synchronized (lock) {
            failed.descendingIterator().forEachRemaining(all::add);
            sampled.descendingIterator().forEachRemaining(all::add);
        }
        return all.stream().map(MessageTrace::snapshot).toList();
    }

    /** The gaps that sessions were told of, the oldest first. */
    List<Missing> gaps() {
        synchronized (lock) {
            return List.copyOf(missing);
        }
    }

    Sampling sampling() {
        return sampling;
    }

    /** What is known of a message, or begins to be; {@code null} if it is none that is traced. */
    private @Nullable MessageTrace trace(MessageTrace.Key key, boolean failure) {
        MessageTrace known = byKey.get(key);
        if (known != null || (!failure && !sampling.samples(key.id()))) {
            return known;
        }
        MessageTrace made = new MessageTrace(key, limits.steps(), listener.begin(key));
        MessageTrace forgotten = null;
        synchronized (lock) {
            known = byKey.putIfAbsent(key, made);
            if (known == null) {
                boolean failures = !sampling.samples(key.id());
                if (failures) {
                    sampling.failed(key.id());
                }
                forgotten = begin(failures ? failed : sampled, made);
            }
        }
        if (forgotten != null) {
            forgotten.end();
        }
        return known == null ? made : known;
    }

    /** Takes one in, and the oldest out if there are too many. Under the lock. */
    private @Nullable MessageTrace begin(Deque<MessageTrace> ring, MessageTrace made) {
        ring.addLast(made);
        if (ring.size() <= limits.messages()) {
            return null;
        }
        MessageTrace oldest = ring.removeFirst();
        byKey.remove(oldest.key());
        if (ring == failed) {
            sampling.forgotten(oldest.key().id());
        }
        Origin place = oldest.place();
        if (place != null) {
            byConversation.computeIfPresent(place.channel(), (channel, old) -> without(old, oldest));
        }
        return oldest;
    }

    private void settle(MessageTrace trace, Origin original) {
        if (trace.settle(original) && original.channel().kind() == ChannelKind.DIRECT) {
            synchronized (lock) {
                // Unless it was forgotten meanwhile, and would stay here for ever.
                if (byKey.get(trace.key()) == trace) {
                    byConversation.merge(original.channel(), List.of(trace), TraceRing::joined);
                }
            }
        }
    }

    private static List<MessageTrace> joined(List<MessageTrace> old, List<MessageTrace> more) {
        List<MessageTrace> all = new ArrayList<>(old);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static @Nullable List<MessageTrace> without(List<MessageTrace> old, MessageTrace trace) {
        List<MessageTrace> rest = old.stream().filter(each -> each != trace).toList();
        return rest.isEmpty() ? null : rest;
    }

    private static String copies(Draft draft) {
        return draft.copies().isEmpty() ? "" : "with copies in " + draft.copies();
    }

    private static String word(Step step) {
        return step.name().toLowerCase(Locale.ROOT);
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof MirrorException known
                ? known.code().wire() + ": " + known.getMessage()
                : ErrorCode.INTERNAL.wire() + ": the server's log says why";
    }
}
