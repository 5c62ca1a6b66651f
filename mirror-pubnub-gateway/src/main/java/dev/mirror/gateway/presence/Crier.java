package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.PresenceSettings;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Presence.Change;
import dev.mirror.spi.Presence.Member;
import dev.mirror.spi.Presence.Members;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of who comes and goes in one channel: each for itself while there are few, together in intervals while there are
 * many.
 *
 * <p>Safe for any thread. What it tells is in order.
 */
final class Crier {
    /** How long silence may be the reason of a leave that is told later: presence waits for who comes back. */
    private static final long SILENCE_MILLIS = 60_000;
    /** How much waits for the outlet at most; beyond it, who comes and goes is told together, and states are not told. */
    private static final int MOST_WAITING = 1_000;

    private static final Logger LOG = System.getLogger(Crier.class.getName());

    private final ChannelName channel;
    private final PresenceSettings settings;
    private final InstantSource clock;
    private final Consumer<Envelope> outlet;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

    /** Until when somebody is interested. Guarded by the lock of the announcements. */
    long until;

    private final Object lock = new Object();
    private Presence.@Nullable Watch watch; // guarded by lock
    private boolean closed; // guarded by lock
    /** Changes that come before it is known who is there; {@code null} afterwards. Guarded by lock. */
    private @Nullable List<Change> early = new ArrayList<>(1);

    private int users; // guarded by lock
    private final Map<UserId, Silence> silences = new HashMap<>(2); // guarded by lock
    private PresenceEvent.Interval interval = new PresenceEvent.Interval(); // guarded by lock
    private long toldAt; // guarded by lock; when the last interval ended
    private final Queue<Envelope> waiting = new ArrayDeque<>(2); // guarded by lock
    private boolean telling; // guarded by lock

    /** Why somebody is about to leave. */
    private record Silence(long at, @Nullable String state) {}

    /** @param outlet takes what it tells, one at a time */
    Crier(ChannelName channel, PresenceSettings settings, InstantSource clock, Consumer<Envelope> outlet) {
        this.channel = channel;
        this.settings = settings;
        this.clock = clock;
        this.outlet = outlet;
        this.toldAt = clock.millis();
    }

    /**
     * Begins; from when the stage completes, everything is told.
     *
     * @return whether it is known who is there; if not, nothing is ever told
     */
    CompletionStage<Boolean> begin(Presence presence) {
        Presence.Watch begun = presence.watch(channel, this::changed);
        boolean over;
        synchronized (lock) {
            watch = begun;
            over = closed;
        }
        if (over) {
            begun.close();
        }
        presence.members(channel).whenComplete((members, failure) -> {
            if (failure == null) {
                known(members);
            } else {
                LOG.log(Level.WARNING, "who is in a channel is not known, so nobody hears who comes and goes", failure);
            }
            ready.complete(failure == null);
        });
        return ready;
    }

    /** The stage that the beginning returned. */
    CompletionStage<Boolean> ready() {
        return ready;
    }

    private void known(Members members) {
        synchronized (lock) {
            users = members.members().size();
            List<Change> meanwhile = early == null ? List.of() : early;
            early = null;
            meanwhile.stream()
                    .filter(change -> change.version() > members.version())
                    .forEach(this::add);
        }
        tell();
    }

    private void changed(Change change) {
        synchronized (lock) {
            if (early != null) {
                early.add(change);
                return;
            }
            add(change);
        }
        tell();
    }

    /** With the lock. */
    private void add(Change change) {
        int before = users;
        users = Math.max(0, users + (change.joined() ? 1 : -1));
        PresenceEvent.Action action = change.joined() ? PresenceEvent.Action.JOIN : PresenceEvent.Action.LEAVE;
        String state = null;
        Silence silence = silences.remove(change.member().user());
        if (silence != null && !change.joined() && clock.millis() - silence.at <= SILENCE_MILLIS) {
            action = PresenceEvent.Action.TIMEOUT;
            state = silence.state;
        }
        String uuid = Guest.shown(channel, change.member());
        if (Math.max(before, users) > settings.announceMax() || waiting.size() >= MOST_WAITING) {
            interval.add(action, uuid);
        } else {
            say(PresenceEvent.of(action, uuid, now(), users, state));
        }
    }

    /** If this user leaves, it is because of silence. */
    void silent(UserId user, @Nullable String state) {
        synchronized (lock) {
            silences.put(user, new Silence(clock.millis(), state));
        }
    }

    /** A user that is there has another state. */
    void state(Member member, String state) {
        synchronized (lock) {
            if (waiting.size() >= MOST_WAITING) {
                return;
            }
            String uuid = Guest.shown(channel, member);
            say(PresenceEvent.of(PresenceEvent.Action.STATE_CHANGE, uuid, now(), users, state));
        }
        tell();
    }

    /** Tells what came together, if an interval has passed. */
    void tick() {
        synchronized (lock) {
            long now = clock.millis();
            silences.values().removeIf(silence -> now - silence.at > SILENCE_MILLIS);
            if (now - toldAt < settings.interval().toMillis() || waiting.size() >= MOST_WAITING) {
                return;
            }
            toldAt = now;
            if (early == null && (users > settings.announceMax() || !interval.isEmpty())) {
                say(interval.tell(now(), users));
                interval = new PresenceEvent.Interval();
            }
        }
        tell();
    }

    private Instant now() {
        return clock.instant();
    }

    /** With the lock. */
    private void say(String payload) {
        waiting.add(Envelope.message(null, payload));
    }

    /** Hands over what waits, in order, without the lock. */
    private void tell() {
        synchronized (lock) {
            if (telling) {
                return;
            }
            telling = true;
        }
        for (Envelope next = next(); next != null; next = next()) {
            try {
                outlet.accept(next);
            } catch (RuntimeException fault) {
                LOG.log(Level.ERROR, "who came or went was not told", fault);
            }
        }
    }

    private @Nullable Envelope next() {
        synchronized (lock) {
            Envelope first = waiting.poll();
            telling = first != null;
            return first;
        }
    }

    /** Tells nothing any more. */
    void close() {
        Presence.Watch begun;
        synchronized (lock) {
            closed = true;
            begun = watch;
        }
        if (begun != null) {
            begun.close();
        }
    }
}
