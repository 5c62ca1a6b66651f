package dev.mirror.memory;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.memory.Fanout.Interest;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which channel, for one process. It holds as many entries as sessions have entered channels, and those who
 * left within the grace, so its bound is theirs; a channel that nobody is in or watches costs nothing.
 *
 * <p>Stages are complete when a method returns. Watchers are called by whoever enters or leaves, or by the scheduler
 * when a grace ends, without any lock. If they are so slow that more than 16 MiB of changes of one channel wait for
 * them, an enter fails with {@code busy}.
 */
public final class MemoryPresence implements Presence {
    /** How long somebody may be away before it counts as a leave, unless the application says otherwise. */
    public static final Duration STANDARD_GRACE = Duration.ofSeconds(10);

    private static final long CHANGE_BYTES = 256;

    private final Scheduler scheduler;
    private final Duration grace;
    private final Object lock = new Object();
    private final Map<ChannelName, Place> places = new HashMap<>(); // guarded by lock

    /** Who is in one channel. */
    private static final class Place {
        final ChannelName channel;
        final Map<SessionId, UserId> sessions = new HashMap<>(); // guarded by lock
        final Map<UserId, Seat> seats = new HashMap<>(); // guarded by lock
        final Fanout<Change> fanout;
        long version; // guarded by lock; of the last change

        Place(ChannelName channel, Object lock) {
            this.channel = channel;
            fanout = new Fanout<>(lock);
        }

        void tell(Member member, boolean joined) {
            fanout.tell(new Change(member, joined, ++version), CHANGE_BYTES);
        }
    }

    /** One user in one channel. */
    private static final class Seat {
        final Member member;
        int sessions; // guarded by lock; 0 during the grace
        long absences; // guarded by lock; so many times the last session left
        boolean watched; // guarded by lock; whether a timer is set for it, of which there is never more than one

        Seat(Member member) {
            this.member = member;
        }
    }

    /**
     * Nobody is anywhere. A leave is told after {@link #STANDARD_GRACE}.
     *
     * @param scheduler tells when a grace has passed
     */
    public MemoryPresence(Scheduler scheduler) {
        this(scheduler, STANDARD_GRACE);
    }

    /**
     * Nobody is anywhere.
     *
     * @param scheduler tells when a grace has passed
     * @param grace how long somebody may be away before it counts as a leave; zero if every leave is told at once
     */
    public MemoryPresence(Scheduler scheduler, Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace is not negative");
        }
        this.scheduler = scheduler;
        this.grace = grace;
    }

    @Override
    public CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session) {
        Place place;
        synchronized (lock) {
            place = places.computeIfAbsent(channel, name -> new Place(name, lock));
            if (place.fanout.isFull()) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.BUSY, "the watchers of a channel do not keep up"));
            }
            if (place.sessions.putIfAbsent(session, member.user()) == null) {
                Seat seat = place.seats.get(member.user());
                if (seat == null) {
                    seat = new Seat(member);
                    place.seats.put(member.user(), seat);
                    place.tell(member, true);
                }
                seat.sessions++;
            }
        }
        return drained(place);
    }

    @Override
    public CompletionStage<Void> leave(ChannelName channel, SessionId session) {
        Place place;
        Runnable timer;
        synchronized (lock) {
            place = places.get(channel);
            timer = place == null ? null : left(place, session);
        }
        if (place == null) {
            return done(null);
        }
        if (timer != null) {
            scheduler.schedule(grace, timer);
        }
        return drained(place);
    }

    /** Under the lock. What has to be done when the grace has passed, if anything. */
    private @Nullable Runnable left(Place place, SessionId session) {
        UserId user = place.sessions.remove(session);
        Seat seat = user == null ? null : place.seats.get(user);
        if (seat == null || --seat.sessions > 0) {
            return null;
        }
        long absence = ++seat.absences;
        if (grace.isZero()) {
            gone(place, seat);
            return null;
        }
        if (seat.watched) {
            return null;
        }
        seat.watched = true;
        return () -> passed(place, seat, absence);
    }

    /** A grace has passed; if the user was there in between, another one begins. */
    private void passed(Place place, Seat seat, long absence) {
        boolean again;
        long latest;
        synchronized (lock) {
            latest = seat.absences;
            again = seat.sessions == 0 && latest != absence;
            seat.watched = again;
            if (seat.sessions == 0 && !again) {
                gone(place, seat);
            }
        }
        if (again) {
            scheduler.schedule(grace, () -> passed(place, seat, latest));
        }
        drained(place);
    }

    /** Under the lock. */
    private static void gone(Place place, Seat seat) {
        place.seats.remove(seat.member.user());
        place.tell(seat.member, false);
    }

    @Override
    public CompletionStage<Members> members(ChannelName channel) {
        List<Member> members = new ArrayList<>();
        long version = 0;
        synchronized (lock) {
            Place place = places.get(channel);
            if (place != null) {
                version = place.version;
                place.seats.values().forEach(seat -> members.add(seat.member));
            }
        }
        members.sort(Comparator.comparing(member -> member.user().value()));
        return done(new Members(version, members));
    }

    @Override
    public Watch watch(ChannelName channel, Consumer<Change> listener) {
        Interest<Change> interest = new Interest<>(listener);
        Place place;
        synchronized (lock) {
            place = places.computeIfAbsent(channel, name -> new Place(name, lock));
            place.fanout.add(interest, List.of(), 0);
        }
        return () -> {
            synchronized (lock) {
                place.fanout.remove(interest);
                endIfUnused(place);
            }
        };
    }

    private CompletionStage<Void> drained(Place place) {
        place.fanout.drain();
        synchronized (lock) {
            endIfUnused(place);
        }
        return done(null);
    }

    private void endIfUnused(Place place) {
        if (place.seats.isEmpty() && place.fanout.isIdle()) {
            places.remove(place.channel, place);
        }
    }

    @SuppressWarnings("NullAway") // the value of a stage of Void
    private static <T> CompletionStage<T> done(@Nullable T value) {
        return CompletableFuture.completedFuture(value);
    }
}
