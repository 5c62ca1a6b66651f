package dev.mirror.memory;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.memory.Fanout.Interest;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Presence;
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
 * Who is in which channel, for one process. It holds as many entries as sessions have entered channels, so its bound
 * is theirs; a channel that nobody is in or watches costs nothing.
 *
 * <p>Stages are complete when a method returns. Watchers are called by whoever enters or leaves, without any lock. If
 * they are so slow that more than 16 MiB of changes of one channel wait for them, an enter fails with {@code busy}.
 */
public final class MemoryPresence implements Presence {
    private static final long CHANGE_BYTES = 256;

    private final Object lock = new Object();
    private final Map<ChannelName, Place> places = new HashMap<>(); // guarded by lock

    /** Who is in one channel. */
    private static final class Place {
        final Map<SessionId, UserId> sessions = new HashMap<>(); // guarded by lock
        final Map<UserId, Seat> seats = new HashMap<>(); // guarded by lock
        final Fanout<Change> fanout;

        Place(Object lock) {
            fanout = new Fanout<>(lock);
        }
    }

    private record Seat(Member member, int sessions) {
        Seat plus(int more) {
            return new Seat(member, sessions + more);
        }
    }

    /** Nobody is anywhere. */
    public MemoryPresence() {}

    @Override
    public CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session) {
        Place place;
        synchronized (lock) {
            place = places.computeIfAbsent(channel, name -> new Place(lock));
            if (place.fanout.isFull()) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.BUSY, "the watchers of a channel do not keep up"));
            }
            if (place.sessions.putIfAbsent(session, member.user()) == null) {
                Seat seat = place.seats.get(member.user());
                place.seats.put(member.user(), seat == null ? new Seat(member, 1) : seat.plus(1));
                if (seat == null) {
                    place.fanout.tell(new Change(member, true), CHANGE_BYTES);
                }
            }
        }
        return drained(channel, place);
    }

    @Override
    public CompletionStage<Void> leave(ChannelName channel, SessionId session) {
        Place place;
        synchronized (lock) {
            place = places.get(channel);
            UserId user = place == null ? null : place.sessions.remove(session);
            Seat seat = place == null || user == null ? null : place.seats.get(user);
            if (place == null || user == null || seat == null) {
                return done(null);
            }
            if (seat.sessions > 1) {
                place.seats.put(user, seat.plus(-1));
            } else {
                place.seats.remove(user);
                place.fanout.tell(new Change(seat.member, false), CHANGE_BYTES);
            }
        }
        return drained(channel, place);
    }

    @Override
    public CompletionStage<List<Member>> members(ChannelName channel) {
        List<Member> members = new ArrayList<>();
        synchronized (lock) {
            Place place = places.get(channel);
            if (place != null) {
                place.seats.values().forEach(seat -> members.add(seat.member));
            }
        }
        members.sort(Comparator.comparing(member -> member.user().value()));
        return done(List.copyOf(members));
    }

    @Override
    public Watch watch(ChannelName channel, Consumer<Change> listener) {
        Interest<Change> interest = new Interest<>(listener);
        Place place;
        synchronized (lock) {
            place = places.computeIfAbsent(channel, name -> new Place(lock));
            place.fanout.add(interest, List.of(), 0);
        }
        return () -> {
            synchronized (lock) {
                place.fanout.remove(interest);
                endIfUnused(channel, place);
            }
        };
    }

    private CompletionStage<Void> drained(ChannelName channel, Place place) {
        place.fanout.drain();
        synchronized (lock) {
            endIfUnused(channel, place);
        }
        return done(null);
    }

    private void endIfUnused(ChannelName channel, Place place) {
        if (place.sessions.isEmpty() && place.fanout.isIdle()) {
            places.remove(channel, place);
        }
    }

    @SuppressWarnings("NullAway") // the value of a stage of Void
    private static <T> CompletionStage<T> done(@Nullable T value) {
        return CompletableFuture.completedFuture(value);
    }
}
