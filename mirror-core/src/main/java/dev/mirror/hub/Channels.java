package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Local fan-out: one broker subscription for each channel that somebody on this node wants, and from it one task for
 * each lane, however many sessions it has there. A publication is encoded once.
 *
 * <p>Who is subscribed is kept by lane, in a {@link Group} that only its lane touches; a channel knows its groups by an
 * immutable list that is replaced, never changed. So a publication is handed to thousands without a lock.
 */
final class Channels {
    private final Broker broker;
    private final Counters counters;
    private final Mirror.Trace trace;
    private final ConcurrentMap<ChannelName, Live> live = new ConcurrentHashMap<>();
    private final ConcurrentMap<Executor, Map<ChannelName, Group>> lanes =
            new ConcurrentHashMap<>(); // each map is owned by its lane

    Channels(Broker broker, Counters counters, Mirror.Trace trace) {
        this.broker = broker;
        this.counters = counters;
        this.trace = trace;
    }

    /** The subscribers of one channel on one lane. */
    private static final class Group {
        final Executor lane;
        final List<Subscriber> members = new ArrayList<>(1); // owned by the lane

        Group(Executor lane) {
            this.lane = lane;
        }
    }

    /** A channel that somebody on this node is subscribed to. */
    private record Live(List<Group> groups, CompletableFuture<Broker.Subscription> subscription, AtomicBoolean begun) {
        static Live of(List<Group> groups) {
            return new Live(groups, new CompletableFuture<>(), new AtomicBoolean());
        }

        @Nullable
        Live without(Group group) {
            List<Group> rest = groups.stream().filter(each -> each != group).toList();
            return rest.isEmpty() ? null : new Live(rest, subscription, begun);
        }

        Live with(Group group) {
            if (groups.contains(group)) {
                return this;
            }
            List<Group> more = new ArrayList<>(groups);
            more.add(group);
            return new Live(List.copyOf(more), subscription, begun);
        }
    }

    /**
     * Begins to hand the channel's publications to the subscriber. On its lane.
     *
     * @return complete when the broker's subscription stands; nothing published after that is missed
     */
    CompletionStage<Broker.Subscription> join(ChannelName name, Executor lane, Subscriber subscriber) {
        Group group = lanes.computeIfAbsent(lane, key -> new HashMap<>()).computeIfAbsent(name, key -> new Group(lane));
        group.members.add(subscriber);
        Live channel = live.compute(name, (key, old) -> old == null ? Live.of(List.of(group)) : old.with(group));
        if (channel.begun.compareAndSet(false, true)) {
            begin(name, channel);
        }
        return channel.subscription;
    }

    private void begin(ChannelName name, Live channel) {
        CompletableFuture<Broker.Subscription> own = channel.subscription;
        broker.subscribe(name, null, publication -> deliver(name, own, publication))
                .whenComplete((subscription, failure) -> {
                    if (failure == null) {
                        own.complete(subscription);
                    } else {
                        // Those who come from now on try anew; those who wait hear of the failure.
                        live.computeIfPresent(name, (key, old) -> old.subscription == own ? Live.of(old.groups) : old);
                        own.completeExceptionally(failure);
                    }
                });
    }

    /** Ends it. On the subscriber's lane. */
    void leave(ChannelName name, Executor lane, Subscriber subscriber) {
        Map<ChannelName, Group> groups = lanes.getOrDefault(lane, Map.of());
        Group group = groups.get(name);
        if (group == null || !group.members.remove(subscriber) || !group.members.isEmpty()) {
            return;
        }
        groups.remove(name);
        if (groups.isEmpty()) {
            lanes.remove(lane); // a transport may make a lane for every connection
        }
        List<Live> ended = new ArrayList<>(1);
        live.computeIfPresent(name, (key, old) -> {
            Live rest = old.without(group);
            if (rest == null) {
                ended.add(old);
            }
            return rest;
        });
        for (Live channel : ended) {
            CompletionStage<Broker.Subscription> subscription = channel.subscription;
            subscription.thenAccept(Broker.Subscription::close);
        }
    }

    /** Hands a publication to every lane that wants it. On the broker's thread, one call at a time for a channel. */
    private void deliver(ChannelName name, CompletableFuture<Broker.Subscription> source, Publication publication) {
        Live channel = live.get(name);
        if (channel == null || channel.subscription != source) {
            return; // an earlier subscription to the channel, which ends; its order is not the new one's
        }
        ServerMessage.Event event = new ServerMessage.Event(publication.channel(), publication);
        boolean traced = trace.wants(publication.entry().id());
        Encoded encoded = new Encoded(event, JsonCodec.of(Protocol.V2).encode(event), traced);
        for (Group group : channel.groups) {
            counters.backlog.incrementAndGet();
            if (!Hub.hand(group.lane, () -> deliver(group, encoded))) {
                counters.backlog.decrementAndGet();
            }
        }
    }

    /** On the group's lane. */
    private void deliver(Group group, Encoded encoded) {
        counters.backlog.decrementAndGet();
        counters.deliveries.add(group.members.size());
        // By index: a delivery can end a session, which takes its subscriber out of the list.
        for (int i = group.members.size() - 1; i >= 0; i--) {
            group.members.get(i).deliver(encoded);
        }
    }

    /** Does something for every subscriber of a room on this node, each on its lane. Any thread. */
    void forEachSubscriber(ChannelName name, Consumer<Subscriber> action) {
        Live channel = live.get(name);
        if (channel == null) {
            return;
        }
        for (Group group : channel.groups) {
            Hub.hand(group.lane, () -> List.copyOf(group.members).forEach(action));
        }
    }

    /** How many channels somebody is subscribed to. */
    int count() {
        return live.size();
    }

    /** An event with its frame, in the spelling of the log, and whether its steps are wanted. */
    record Encoded(ServerMessage.Event event, Frame frame, boolean traced) {}
}
