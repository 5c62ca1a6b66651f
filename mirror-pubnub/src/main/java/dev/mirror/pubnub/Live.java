package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/**
 * Live messages: which channels are subscribed to, over how many polls, and who is told of what was heard. Changes are
 * collected for a moment and made together. Safe for any thread.
 */
final class Live implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Live.class.getName());
    private static final int NODES = 64;
    private static final Duration RENEWAL = Duration.ofMinutes(20);

    private final Workers workers;
    private final Scheduler scheduler;
    private final RandomGenerator chance;
    private final PubNubBrokerOptions options;
    private final Known known;
    private final String epoch;
    private final Inlet inlet;
    private final Shard.Surroundings surroundings;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>(); // changed under this object's lock
    private final List<Shard> shards = new CopyOnWriteArrayList<>(); // changed by the control thread
    private final Map<String, Shard> homes = new ConcurrentHashMap<>(); // changed by the control thread
    private List<Joining> joining = new ArrayList<>(); // guarded by this
    private boolean flushing; // guarded by this; a change will be made
    private volatile boolean closed; // set once

    /** Who listens to a channel. */
    static final class Channel {
        final ChannelName name;
        final List<Reader> readers = new CopyOnWriteArrayList<>();
        /** The last number of each broker; only the thread that hears. */
        final Map<String, Long> numbers = Known.bounded(NODES);

        Channel(ChannelName name) {
            this.name = name;
        }

        /** Whether a number of this message's sender is missing before it. */
        boolean skips(Envelope envelope) {
            if (envelope.number() == 0) {
                return false;
            }
            Long last = numbers.put(envelope.node(), envelope.number());
            return last != null && envelope.number() > last + 1;
        }
    }

    /** A reader that waits for its channel to be heard. */
    private record Joining(String name, CompletableFuture<Boolean> joined) {}

    /** Time, chance, threads, and what is known. */
    record Parts(Workers workers, Scheduler scheduler, RandomGenerator chance, Known known, String epoch) {}

    Live(PubNubBrokerOptions options, Talk talk, Parts parts) {
        this.options = options;
        this.workers = parts.workers;
        this.scheduler = parts.scheduler;
        this.chance = parts.chance;
        this.known = parts.known;
        this.epoch = parts.epoch;
        this.inlet = new Inlet(options.queue(), options.reorder(), this::handle, this::missedEverywhere);
        this.surroundings = new Shard.Surroundings(options, talk, this::pause, inlet::offer);
        if (options.secretKey().isPresent()) {
            renewLater();
        }
    }

    /** Adds a reader; complete when what is published from then on is heard. */
    CompletableFuture<Boolean> add(ChannelName name, Reader reader) {
        CompletableFuture<Boolean> joined = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                joined.completeExceptionally(Workers.ended());
                return joined;
            }
            String key = Names.of(name);
            channels.computeIfAbsent(key, unknown -> new Channel(name)).readers.add(reader);
            joining.add(new Joining(key, joined));
            flushSoon();
        }
        return joined;
    }

    void remove(ChannelName name, Reader reader) {
        synchronized (this) {
            Channel channel = channels.get(Names.of(name));
            if (channel != null && channel.readers.remove(reader) && channel.readers.isEmpty()) {
                channels.remove(Names.of(name));
                flushSoon();
            }
        }
    }

    private void flushSoon() {
        if (!flushing && !closed) {
            flushing = true;
            scheduler.schedule(options.batch(), () -> workers.control(this::flush));
        }
    }

    private void flush() {
        List<Joining> taken;
        Set<String> wanted;
        synchronized (this) {
            flushing = false;
            taken = joining;
            joining = new ArrayList<>();
            wanted = new HashSet<>(channels.keySet());
        }
        if (closed) {
            taken.forEach(each -> each.joined.completeExceptionally(Workers.ended()));
            return;
        }
        try {
            Map<Shard, MirrorException> failed = change(wanted);
            for (Joining each : taken) {
                Shard home = homes.get(each.name);
                MirrorException failure = home == null ? null : failed.get(home);
                if (failure == null) {
                    each.joined.complete(true);
                } else {
                    each.joined.completeExceptionally(failure);
                }
            }
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "the subscription could not be changed", fault);
            taken.forEach(each -> each.joined.completeExceptionally(fault(fault)));
        }
    }

    /** Of the cause only its kind: what the SDK says may quote what was said. */
    private static MirrorException fault(RuntimeException cause) {
        return new MirrorException(
                ErrorCode.INTERNAL,
                "the subscription could not be changed (" + cause.getClass().getSimpleName() + ")");
    }

    /** Makes the subscription what is wanted; the polls for which that failed, with the reason. */
    private Map<Shard, MirrorException> change(Set<String> wanted) {
        Map<Shard, List<String>> more = new HashMap<>();
        Map<Shard, List<String>> less = new HashMap<>();
        for (String name : List.copyOf(homes.keySet())) {
            if (!wanted.contains(name)) {
                less.computeIfAbsent(homes.remove(name), shard -> new ArrayList<>())
                        .add(name);
            }
        }
        for (String name : wanted) {
            if (!homes.containsKey(name)) {
                Shard home = roomy(more);
                homes.put(name, home);
                more.computeIfAbsent(home, shard -> new ArrayList<>()).add(name);
            }
        }
        Map<Shard, MirrorException> failed = new HashMap<>();
        for (Shard shard : shards) {
            try {
                List<String> added = more.getOrDefault(shard, List.of());
                List<String> removed = less.getOrDefault(shard, List.of());
                if (!added.isEmpty() || !removed.isEmpty()) {
                    shard.change(added, removed);
                }
            } catch (MirrorException failure) {
                failed.put(shard, failure);
            } catch (RuntimeException fault) {
                failed.put(shard, fault(fault));
            }
        }
        shards.removeIf(Shard::isEnded);
        return failed;
    }

    private Shard roomy(Map<Shard, List<String>> more) {
        for (Shard shard : shards) {
            int coming = more.getOrDefault(shard, List.of()).size();
            // One that loses all its names would end, so it takes new ones only if it keeps some.
            if (shard.hasRoom(coming) && homes.containsValue(shard)) {
                return shard;
            }
        }
        Shard shard = new Shard(surroundings);
        shards.add(shard);
        return shard;
    }

    private void pause(Duration pause, Runnable task) {
        long millis = pause.toMillis();
        Duration some = Duration.ofMillis(millis / 2 + chance.nextLong(1 + millis / 2));
        scheduler.schedule(some, () -> workers.control(task));
    }

    private void renewLater() {
        scheduler.schedule(
                RENEWAL,
                () -> workers.control(() -> {
                    if (!closed) {
                        renewLater();
                        shards.forEach(Live::renew);
                    }
                }));
    }

    private static void renew(Shard shard) {
        try {
            shard.renew();
        } catch (MirrorException failure) {
            LOG.log(Level.WARNING, "no new token for the subscription: {0}", failure.getMessage());
        }
    }

    /** In the thread that hears: what was missed is noted before anything newer passes. */
    private void handle(Events.Event event) {
        if (event instanceof Events.Message message) {
            hear(message);
        } else if (event instanceof Events.Crowded crowded) {
            missed(crowded.shard());
        } else if (event instanceof Events.Broken broken) {
            workers.control(() -> broken.shard().broken(broken.life(), broken.reason()));
        } else if (event instanceof Events.Connected there) {
            if (there.shard().isBack(there.life())) {
                missed(there.shard());
            }
            workers.control(() -> there.shard().connected(there.life()));
        }
    }

    private void hear(Events.Message message) {
        message.shard().heard(message.timetoken());
        Channel channel = channels.get(message.name());
        if (channel == null) {
            return;
        }
        Envelope envelope = Envelope.of(message.body(), message.timetoken());
        Publication publication = envelope.at(channel.name, epoch, message.timetoken());
        known.heard(publication);
        if (channel.skips(envelope)) {
            channel.readers.forEach(Reader::missed);
        }
        channel.readers.forEach(reader -> reader.hear(publication));
    }

    /** The readers of a shard's channels cannot rely on having heard everything. */
    private void missed(Shard shard) {
        channels.forEach((name, channel) -> {
            if (shard.equals(homes.get(name))) {
                channel.readers.forEach(Reader::missed);
            }
        });
    }

    private void missedEverywhere() {
        channels.values().forEach(channel -> channel.readers.forEach(Reader::missed));
    }

    /** What the audit compares. */
    Map<String, Channel> channels() {
        return channels;
    }

    /** Looks for channels by their polls; a channel whose poll is not there yet is left out. */
    Map<Shard, List<String>> homes() {
        Map<Shard, List<String>> found = new HashMap<>();
        homes.forEach((name, shard) ->
                found.computeIfAbsent(shard, key -> new ArrayList<>()).add(name));
        return found;
    }

    /** A poll that is open and hears nothing is made anew. */
    void restart(Shard shard) {
        workers.control(shard::restart);
    }

    /** Whether every poll that there should be is there. */
    boolean isConnected() {
        return shards.stream().allMatch(Shard::isConnected);
    }

    /** Ends every subscription. What the SDK has of threads ends with it. */
    @Override
    public void close() {
        List<Joining> left;
        synchronized (this) {
            closed = true;
            left = joining;
            joining = new ArrayList<>();
        }
        left.forEach(each -> each.joined.completeExceptionally(Workers.ended()));
        channels.values().forEach(channel -> channel.readers.forEach(Reader::end));
        channels.clear();
        workers.control(() -> shards.forEach(Shard::end));
        inlet.close();
    }
}
