package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.stream.Interest;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells of who comes and goes, on the presence twins of channels: of those that somebody listens to, or did a while ago.
 *
 * <p>Safe for any thread.
 */
final class Announcements {
    /** How long a channel counts as listened to after a poll began. A poll is held for less. */
    private static final Duration INTEREST = Duration.ofMinutes(10);

    private final Function<ChannelName, Presence> presences;
    private final Stream stream;
    private final InstantSource clock;
    private final int most;

    private final Object lock = new Object();
    /** Names with the ending for presence, and until when somebody is interested; in the order of that. */
    private final Map<String, Long> interests = new LinkedHashMap<>(); // guarded by lock

    private final Map<ChannelName, Crier> criers = new HashMap<>(); // guarded by lock

    /** @param presences whose members those of a channel are */
    Announcements(
            Function<ChannelName, Presence> presences, Stream stream, InstantSource clock, PresenceLimits limits) {
        this.presences = presences;
        this.stream = stream;
        this.clock = clock;
        this.most = limits.observed();
    }

    /**
     * Somebody listens.
     *
     * @param topic a channel or a wildcard, as the stream knows it, with the ending for presence
     */
    CompletionStage<Void> observe(Keyset keyset, String topic) {
        long until = clock.millis() + INTEREST.toMillis();
        synchronized (lock) {
            interests.remove(topic);
            if (interests.size() < most) {
                interests.put(topic, until);
            }
        }
        // A wildcard stands for channels that nobody knows yet: it is looked at when something is about to happen.
        return ChannelName.parse(ChannelNames.withoutPresence(topic))
                .map(channel -> expect(keyset, channel))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /** Something is about to happen in a channel; when the stage completes, it will be told if anybody listens. */
    CompletionStage<Void> expect(Keyset keyset, ChannelName channel) {
        long now = clock.millis();
        List<String> topics = Interest.topics(channel, ChannelNames.PRESENCE);
        Crier crier;
        boolean fresh;
        synchronized (lock) {
            long until = topics.stream()
                    .mapToLong(topic -> interests.getOrDefault(topic, 0L))
                    .max()
                    .orElse(0);
            crier = criers.get(channel);
            if (until <= now || (crier == null && criers.size() >= most)) {
                return CompletableFuture.completedFuture(null);
            }
            fresh = crier == null;
            if (crier == null) {
                crier = new Crier(channel, keyset.presence(), clock, said -> stream.pass(channel, said, true));
                criers.put(channel, crier);
            }
            crier.until = Math.max(crier.until, until);
        }
        Crier found = crier;
        return (fresh ? found.begin(presences.apply(channel)) : found.ready()).thenAccept(known -> {
            if (!known) {
                drop(channel, found);
            }
        });
    }

    /** Whoever is interested next begins anew. */
    private void drop(ChannelName channel, Crier crier) {
        boolean dropped;
        synchronized (lock) {
            dropped = criers.remove(channel, crier);
        }
        if (dropped) {
            crier.close();
        }
    }

    /** If this user is no longer there, it is because of silence. */
    void silent(ChannelName channel, UserId user, @Nullable String state) {
        Crier crier = crier(channel);
        if (crier != null) {
            crier.silent(user, state);
        }
    }

    /** A user that is there has another state. */
    void state(ChannelName channel, Presence.Member member, String state) {
        Crier crier = crier(channel);
        if (crier != null) {
            crier.state(member, state);
        }
    }

    private @Nullable Crier crier(ChannelName channel) {
        synchronized (lock) {
            return criers.get(channel);
        }
    }

    /** Ends what nobody listens to any more, and tells what is told in intervals. */
    void sweep() {
        long now = clock.millis();
        List<Crier> ended = new ArrayList<>();
        List<Crier> others;
        synchronized (lock) {
            Iterator<Long> inOrder = interests.values().iterator();
            while (inOrder.hasNext() && inOrder.next() <= now) {
                inOrder.remove();
            }
            Predicate<Crier> over = crier -> crier.until <= now;
            criers.values().stream().filter(over).forEach(ended::add);
            criers.values().removeIf(over);
            others = List.copyOf(criers.values());
        }
        ended.forEach(Crier::close);
        others.forEach(Crier::tick);
    }

    /** Whether nothing is left to sweep. */
    boolean isIdle() {
        synchronized (lock) {
            return interests.isEmpty() && criers.isEmpty();
        }
    }

    /** Tells nothing any more. */
    void close() {
        List<Crier> all;
        synchronized (lock) {
            all = List.copyOf(criers.values());
            criers.clear();
            interests.clear();
        }
        all.forEach(Crier::close);
    }
}
