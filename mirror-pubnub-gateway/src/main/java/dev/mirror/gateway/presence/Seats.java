package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Presence.Member;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Which users of keysets are in which channels, and until when. It tells a {@link Presence} of each that comes, and of
 * each that leaves or falls silent; who is there besides, only that one knows.
 *
 * <p>Safe for any thread.
 */
final class Seats {
    /** How long somebody counts without a sign of life who did not say. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration MOST_PATIENCE = Duration.ofHours(1);
    private static final Logger LOG = System.getLogger(Seats.class.getName());

    private final Function<ChannelName, Presence> presences;
    private final Watcher watcher;
    private final InstantSource clock;
    private final PresenceLimits limits;

    private final Object lock = new Object();
    private final Map<Who, Map<ChannelName, Seat>> byUser = new HashMap<>(); // guarded by lock
    private final Map<String, Map<ChannelName, Set<Seat>>> byKeyset = new HashMap<>(); // guarded by lock
    private final TreeSet<Seat> due = new TreeSet<>(Seat.BY_DUE); // guarded by lock; every seat that is wanted
    private long taken; // guarded by lock; so many seats were ever taken
    private int size; // guarded by lock

    /** Hears of what is about to happen. */
    interface Watcher {
        /** A seat is about to be taken or given up; it is when the stage completes. */
        CompletionStage<Void> changes(Seat seat);

        /** Somebody has left, or is no longer counted, because of silence. */
        void ended(Seat seat, boolean silence);
    }

    private record Who(String keyset, UserId user) {}

    /** What did not fit. */
    enum Outcome {
        /** Everything did. */
        SEATED,
        /** The user is in too many channels. */
        TOO_MANY_CHANNELS,
        /** A channel has too many users. */
        TOO_MANY_USERS,
        /** There is no room for more. */
        FULL
    }

    /** @param presences whose members those of a channel are */
    Seats(Function<ChannelName, Presence> presences, Watcher watcher, InstantSource clock, PresenceLimits limits) {
        this.presences = presences;
        this.watcher = watcher;
        this.clock = clock;
        this.limits = limits;
    }

    /**
     * A sign of life in channels.
     *
     * @param seconds how long it counts; empty for as long as before
     */
    Outcome touch(Keyset keyset, Guest guest, Collection<ChannelName> channels, OptionalLong seconds) {
        long now = clock.millis();
        Outcome outcome = Outcome.SEATED;
        List<Seat> changed = new ArrayList<>();
        synchronized (lock) {
            for (ChannelName channel : channels) {
                Member member = guest.in(channel);
                Who who = new Who(keyset.subscribeKey(), member.user());
                Seat seat = byUser.getOrDefault(who, Map.of()).get(channel);
                if (seat == null) {
                    Outcome one = room(who, channel);
                    if (one != Outcome.SEATED) {
                        outcome = one;
                        continue;
                    }
                    seat = new Seat(keyset, channel, member, guest.session(member), taken++);
                    seat.patienceMillis = PATIENCE.toMillis();
                    add(who, seat);
                }
                extend(seat, now, seconds);
                seat.wanted = true;
                if (!seat.entered && !seat.moving) {
                    changed.add(seat);
                }
            }
        }
        changed.forEach(this::settle);
        return outcome;
    }

    /** With the lock. */
    private Outcome room(Who who, ChannelName channel) {
        if (byUser.getOrDefault(who, Map.of()).size() >= limits.channelsPerUser()) {
            return Outcome.TOO_MANY_CHANNELS;
        }
        int users = byKeyset.getOrDefault(who.keyset, Map.of())
                .getOrDefault(channel, Set.of())
                .size();
        if (users >= limits.usersPerChannel()) {
            return Outcome.TOO_MANY_USERS;
        }
        return size >= limits.seats() ? Outcome.FULL : Outcome.SEATED;
    }

    /** With the lock. */
    private void add(Who who, Seat seat) {
        size++;
        byUser.computeIfAbsent(who, unknown -> new HashMap<>(2)).put(seat.channel, seat);
        byKeyset.computeIfAbsent(who.keyset, unknown -> new HashMap<>())
                .computeIfAbsent(seat.channel, unknown -> new HashSet<>(2))
                .add(seat);
    }

    /** With the lock. */
    private void forget(Seat seat) {
        Who who = new Who(seat.keyset.subscribeKey(), seat.member.user());
        Map<ChannelName, Seat> ofUser = byUser.get(who);
        Map<ChannelName, Set<Seat>> ofKeyset = byKeyset.get(who.keyset);
        if (ofUser == null || ofKeyset == null || !ofUser.remove(seat.channel, seat)) {
            return;
        }
        size--;
        if (ofUser.isEmpty()) {
            byUser.remove(who);
        }
        ofKeyset.computeIfPresent(seat.channel, (channel, seats) -> {
            seats.remove(seat);
            return seats.isEmpty() ? null : seats;
        });
    }

    /** With the lock. A deadline that moves back costs nothing until the old one is reached. */
    private void extend(Seat seat, long now, OptionalLong seconds) {
        if (seconds.isPresent() && seconds.getAsLong() > 0) {
            seat.patienceMillis = Math.min(seconds.getAsLong(), MOST_PATIENCE.toSeconds()) * 1_000;
        }
        seat.deadline = now + seat.patienceMillis;
        if (!seat.wanted || seat.dueAt > seat.deadline) {
            due.remove(seat);
            seat.dueAt = seat.deadline;
            due.add(seat);
        }
    }

    /** Somebody leaves channels; nothing happens in those it is not in. */
    void leave(Keyset keyset, Guest guest, Collection<ChannelName> channels) {
        List<Seat> left = new ArrayList<>();
        synchronized (lock) {
            for (ChannelName channel : channels) {
                Who who = new Who(keyset.subscribeKey(), guest.in(channel).user());
                Seat seat = byUser.getOrDefault(who, Map.of()).get(channel);
                if (seat != null && seat.wanted) {
                    seat.wanted = false;
                    due.remove(seat);
                    left.add(seat);
                }
            }
        }
        end(left, false);
    }

    /** Ends the seats of those who gave no sign of life for too long. */
    void sweep() {
        long now = clock.millis();
        List<Seat> silent = new ArrayList<>();
        synchronized (lock) {
            while (!due.isEmpty() && due.first().dueAt <= now) {
                Seat seat = due.pollFirst();
                if (seat.deadline > now) {
                    seat.dueAt = seat.deadline;
                    due.add(seat);
                } else {
                    seat.wanted = false;
                    silent.add(seat);
                }
            }
        }
        end(silent, true);
    }

    private void end(List<Seat> seats, boolean silence) {
        for (Seat seat : seats) {
            watcher.ended(seat, silence);
            settle(seat);
        }
    }

    /** Takes a seat, or gives it up, as it is wanted by now; one step at a time, so that the last word counts. */
    private void settle(Seat seat) {
        boolean enter;
        synchronized (lock) {
            if (seat.moving) {
                return;
            }
            if (seat.wanted == seat.entered) {
                if (!seat.wanted) {
                    forget(seat);
                }
                return;
            }
            seat.moving = true;
            enter = seat.wanted;
        }
        Presence presence = presences.apply(seat.channel);
        watcher.changes(seat)
                .thenCompose(told -> enter
                        ? presence.enter(seat.channel, seat.member, seat.session)
                        : presence.leave(seat.channel, seat.session))
                .whenComplete((done, failure) -> {
                    boolean again;
                    synchronized (lock) {
                        seat.moving = false;
                        seat.entered = enter && failure == null;
                        again = failure == null || !enter || !seat.wanted;
                    }
                    if (again) {
                        settle(seat);
                    }
                    if (failure != null) { // the next sign of life tries again, if there is one
                        LOG.log(Level.DEBUG, "presence did not take a change", failure);
                    }
                });
    }

    /** Whether the user is there whose state this would be. */
    boolean isThere(States.Key key) {
        return ChannelName.parse(key.channel())
                .filter(channel -> isThere(new Who(key.keyset(), key.user()), channel))
                .isPresent();
    }

    private boolean isThere(Who who, ChannelName channel) {
        synchronized (lock) {
            Seat seat = byUser.getOrDefault(who, Map.of()).get(channel);
            return seat != null && seat.wanted;
        }
    }

    /** The channels that any of these ids is in. */
    Set<ChannelName> channels(Keyset keyset, Collection<UserId> users) {
        Set<ChannelName> channels = new HashSet<>();
        synchronized (lock) {
            for (UserId user : users) {
                byUser.getOrDefault(new Who(keyset.subscribeKey(), user), Map.of()).values().stream()
                        .filter(seat -> seat.wanted)
                        .forEach(seat -> channels.add(seat.channel));
            }
        }
        return channels;
    }

    /** The channels that users of a keyset are in. */
    Set<ChannelName> channels(Keyset keyset) {
        Set<ChannelName> channels = new HashSet<>();
        synchronized (lock) {
            byKeyset.getOrDefault(keyset.subscribeKey(), Map.of()).forEach((channel, seats) -> {
                if (seats.stream().anyMatch(seat -> seat.wanted)) {
                    channels.add(channel);
                }
            });
        }
        return channels;
    }

    /** How many seats there are. */
    int size() {
        synchronized (lock) {
            return size;
        }
    }
}
