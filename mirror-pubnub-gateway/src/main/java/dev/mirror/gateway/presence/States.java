package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The states of users in channels: all of them in memory, and in a {@link StateStore} for after a restart. What changes
 * while something is being written is written together afterwards, so the store has the last of it, always.
 *
 * <p>Safe for any thread.
 */
final class States {
    /** How long the state of somebody who is not there is kept: whoever was before a restart may come back. */
    static final Duration ABSENCE = Seats.PATIENCE.multipliedBy(2);

    private static final String SPACE = "presence";
    private static final int OVERHEAD_BYTES = 200;
    private static final Logger LOG = System.getLogger(States.class.getName());

    private final StateStore store;
    private final InstantSource clock;
    private final PresenceLimits limits;

    private final Object lock = new Object();
    private final Map<Key, String> states = new HashMap<>(); // guarded by lock
    /** When it is looked whether somebody is there, in that order. */
    private final Map<Key, Long> doubtful = new LinkedHashMap<>(); // guarded by lock

    private Round next = new Round(); // guarded by lock; what is written after what is being written
    private @Nullable Round current; // guarded by lock; what is being written
    private long bytes; // guarded by lock

    /** Whose state it is, and where. */
    record Key(String keyset, String channel, UserId user) {
        static Key of(Keyset keyset, ChannelName channel, UserId user) {
            return new Key(keyset.subscribeKey(), channel.canonical(), user);
        }

        String stored() {
            return keyset + '/' + channel + '/' + user.value();
        }

        static Optional<Key> read(String stored) {
            String[] parts = stored.split("/", -1);
            return parts.length == 3
                    ? UserId.parse(parts[2]).map(user -> new Key(parts[0], parts[1], user))
                    : Optional.empty();
        }
    }

    /** What is written together. */
    private static final class Round {
        final Set<Key> keys = new LinkedHashSet<>();
        final CompletableFuture<Void> written = new CompletableFuture<>();
    }

    private States(StateStore store, InstantSource clock, PresenceLimits limits) {
        this.store = store;
        this.clock = clock;
        this.limits = limits;
    }

    /** Reads what was written before. */
    static CompletionStage<States> open(StateStore store, InstantSource clock, PresenceLimits limits) {
        States states = new States(store, clock, limits);
        return store.each(SPACE, "", states::read).thenApply(done -> states);
    }

    private void read(List<Item> items) {
        synchronized (lock) {
            for (Item item : items) {
                Key.read(item.key()).ifPresent(key -> {
                    replace(key, item.value());
                    doubt(key);
                });
            }
        }
    }

    /** The state; empty if there is none. */
    Optional<String> get(Key key) {
        synchronized (lock) {
            return Optional.ofNullable(states.get(key));
        }
    }

    /**
     * Sets a state.
     *
     * @return whether it is another one than before
     * @throws MirrorException if there is no room for it
     */
    boolean set(Key key, String state) {
        synchronized (lock) {
            String before = states.get(key);
            if (state.equals(before)) {
                return false;
            }
            long more = memory(key, state) - (before == null ? 0 : memory(key, before));
            if (more > 0 && bytes + more > limits.allStateBytes()) {
                throw new MirrorException(ErrorCode.STORE_FULL, "there is no room for more presence state");
            }
            replace(key, state);
            doubt(key);
            next.keys.add(key);
        }
        return true;
    }

    /** Takes a state away. */
    void remove(Key key) {
        synchronized (lock) {
            if (states.containsKey(key)) {
                replace(key, null);
                doubtful.remove(key);
                next.keys.add(key);
            }
        }
        write();
    }

    /** With the lock. */
    private void replace(Key key, @Nullable String state) {
        String before = state == null ? states.remove(key) : states.put(key, state);
        bytes += (state == null ? 0 : memory(key, state)) - (before == null ? 0 : memory(key, before));
    }

    /** With the lock. */
    private void doubt(Key key) {
        doubtful.remove(key);
        doubtful.put(key, clock.millis() + ABSENCE.toMillis());
    }

    private static long memory(Key key, String state) {
        return (long) state.length() + key.channel.length() + OVERHEAD_BYTES;
    }

    /** Completes when everything that was changed before is as durable as the store makes it. */
    CompletionStage<Void> written() {
        CompletableFuture<Void> written;
        synchronized (lock) {
            Round last = next.keys.isEmpty() ? current : next;
            if (last == null) {
                return CompletableFuture.completedFuture(null);
            }
            written = last.written;
        }
        write();
        return written;
    }

    /** Writes what has changed, if nothing is being written. */
    void write() {
        Round round;
        synchronized (lock) {
            if (current != null || next.keys.isEmpty()) {
                return;
            }
            round = next;
            current = round;
            next = new Round();
        }
        write(round, List.copyOf(round.keys), 0);
    }

    private void write(Round round, List<Key> keys, int from) {
        int to = Math.min(keys.size(), from + StateStore.MAX_MANY);
        if (from == to) {
            over(round, null);
            return;
        }
        List<Change> changes = new ArrayList<>();
        synchronized (lock) {
            for (Key key : keys.subList(from, to)) {
                String state = states.get(key);
                changes.add(state == null ? Change.remove(key.stored()) : Change.put(key.stored(), state));
            }
        }
        store.write(SPACE, changes).whenComplete((done, failure) -> {
            if (failure == null) {
                write(round, keys, to);
            } else {
                over(round, failure);
            }
        });
    }

    private void over(Round round, @Nullable Throwable failure) {
        boolean more;
        synchronized (lock) {
            current = null;
            if (failure != null) { // the next change, or the next sweep, tries again
                next.keys.addAll(round.keys);
            }
            more = failure == null && !next.keys.isEmpty();
        }
        if (failure == null) {
            round.written.complete(null);
        } else {
            LOG.log(Level.WARNING, "presence state was not written", failure);
            round.written.completeExceptionally(failure);
        }
        if (more) {
            write();
        }
    }

    /**
     * Takes away the states of those who did not come.
     *
     * @param isThere whether somebody is
     */
    void sweep(Predicate<Key> isThere) {
        long now = clock.millis();
        List<Key> due = new ArrayList<>();
        synchronized (lock) {
            Iterator<Map.Entry<Key, Long>> inOrder = doubtful.entrySet().iterator();
            while (inOrder.hasNext()) {
                Map.Entry<Key, Long> first = inOrder.next();
                if (first.getValue() > now) {
                    break;
                }
                due.add(first.getKey());
                inOrder.remove();
            }
        }
        due.stream().filter(isThere.negate()).forEach(this::remove);
        write();
    }

    /** Whether nothing is left to sweep. */
    boolean isIdle() {
        synchronized (lock) {
            return doubtful.isEmpty() && next.keys.isEmpty();
        }
    }
}
