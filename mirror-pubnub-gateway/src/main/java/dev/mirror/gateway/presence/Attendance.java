package dev.mirror.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.presence.Places.Place;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.stream.Interest;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.message.Publication;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Presence.Member;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who is in which channel: users of keysets from their first sign of life until they leave or fall silent, in rooms
 * together with WebSocket users.
 *
 * <p>Rooms have the presence of the hub. The other channels have one of the gateway's own, in which a leave is told at
 * once. Safe for any thread; nothing blocks.
 */
public final class Attendance implements AutoCloseable {
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int REMEMBERED = 10_000;
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final Logger LOG = System.getLogger(Attendance.class.getName());

    private final Presence rooms;
    private final Presence others;
    private final Authenticator users;
    private final Stream.Surroundings surroundings;
    private final Seats seats;
    private final Announcements announcements;
    private final States states;
    private final PresenceLimits limits;
    private final Cache<UserId, Boolean> strangers; // lately there was no such account
    private final AtomicBoolean sweeping = new AtomicBoolean(); // whether a sweep is to come
    private volatile boolean closed; // set once

    /**
     * What it stands on.
     *
     * @param rooms knows who is in rooms; the one that the hub has
     * @param state keeps states
     * @param users tells who exists
     * @param stream takes what is told
     */
    public record Ground(Presence rooms, StateStore state, Authenticator users, Stream stream) {}

    private Attendance(Ground ground, Stream.Surroundings surroundings, PresenceLimits limits, States states) {
        this.rooms = ground.rooms();
        this.others = new MemoryPresence(surroundings.scheduler(), Duration.ZERO);
        this.users = ground.users();
        this.surroundings = surroundings;
        this.states = states;
        this.limits = limits;
        this.strangers = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(MEMORY)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(surroundings.clock().millis()))
                .executor(Runnable::run)
                .build();
        this.announcements = new Announcements(this::presence, ground.stream(), surroundings.clock(), limits);
        this.seats = new Seats(this::presence, new Ending(), surroundings.clock(), limits);
    }

    /** Nobody is anywhere; states are those of before. */
    public static CompletionStage<Attendance> open(
            Ground ground, Stream.Surroundings surroundings, PresenceLimits limits) {
        return States.open(ground.state(), surroundings.clock(), limits).thenApply(states -> {
            Attendance opened = new Attendance(ground, surroundings, limits, states);
            if (!states.isIdle()) {
                opened.sweepLater();
            }
            return opened;
        });
    }

    /** What happens around the seats. */
    private final class Ending implements Seats.Watcher {
        @Override
        public CompletionStage<Void> changes(Seat seat) {
            return announcements.expect(seat.keyset, seat.channel);
        }

        @Override
        public void ended(Seat seat, boolean silence) {
            UserId user = seat.member.user();
            States.Key key = States.Key.of(seat.keyset, seat.channel, user);
            if (silence) {
                announcements.silent(seat.channel, user, states.get(key).orElse(null));
            }
            states.remove(key);
        }
    }

    /** Who is in a channel. */
    CompletionStage<Presence.Members> members(ChannelName channel) {
        return presence(channel).members(channel);
    }

    private Presence presence(ChannelName channel) {
        return channel.kind() == ChannelKind.ROOM ? rooms : others;
    }

    Seats seats() {
        return seats;
    }

    PresenceLimits limits() {
        return limits;
    }

    /**
     * A poll begins: a sign of life in all channels that it listens to, and an interest in who comes and goes where it
     * listens for that. What does not fit is left out, and nothing fails.
     */
    public void listens(Request request, List<Interest> interests) {
        Keyset keyset = request.keyset();
        CompletableFuture<?>[] observed = interests.stream()
                .filter(Interest::isPresence)
                .map(interest -> announcements.observe(keyset, interest.topic()).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        List<Place> places = Places.of(keyset, interests);
        Optional<String> uuid = request.uuid().filter(Request::isUuid);
        if (uuid.isPresent() && !places.isEmpty()) {
            CompletableFuture.allOf(observed)
                    .thenCompose(ready -> guest(request, uuid.get(), places))
                    .thenAccept(guest -> {
                        Seats.Outcome outcome = touch(request, guest, places);
                        StateText.perChannel(request.query()).ifPresent(named -> set(keyset, guest, places, named));
                        if (outcome != Seats.Outcome.SEATED) {
                            LOG.log(Level.DEBUG, "somebody who polls is not counted everywhere: {0}", outcome);
                        }
                    })
                    .exceptionally(failure -> {
                        LOG.log(Level.DEBUG, "somebody who polls is not counted", failure);
                        return null;
                    });
        }
        sweepLater();
    }

    /** A sign of life; it counts as long as the request says. */
    Seats.Outcome touch(Request request, Guest guest, List<Place> places) {
        OptionalLong seconds = request.query().number("heartbeat");
        List<ChannelName> channels = places.stream().map(Place::channel).toList();
        Seats.Outcome outcome = seats.touch(request.keyset(), guest, channels, seconds);
        sweepLater();
        return outcome;
    }

    /** Who somebody is in these channels: whoever asks, or, with another uuid, somebody that nothing proves. */
    CompletionStage<Guest> guest(Request request, String uuid, Collection<Place> places) {
        boolean provable = places.stream().anyMatch(place -> place.channel().kind() != ChannelKind.EXTERNAL);
        if (!provable) {
            return CompletableFuture.completedFuture(new Guest(request.keyset(), uuid, Optional.empty(), false));
        }
        boolean own = request.uuid().filter(uuid::equals).isPresent();
        return request.call().principal().thenCompose(shown -> {
            Optional<Principal> proven =
                    shown.filter(principal -> own || principal.user().value().equals(uuid));
            Optional<UserId> account = proven.isPresent() ? Optional.empty() : UserId.parse(uuid);
            return account.map(this::exists)
                    .orElseGet(() -> CompletableFuture.completedFuture(false))
                    .thenApply(claimed -> new Guest(request.keyset(), uuid, proven, claimed));
        });
    }

    /** Asked with each poll; who is no account is remembered for a while, so that it is not looked for each time. */
    private CompletionStage<Boolean> exists(UserId user) {
        if (strangers.getIfPresent(user) != null) {
            return CompletableFuture.completedFuture(false);
        }
        return users.exists(user).thenApply(there -> {
            if (!there) {
                strangers.put(user, true);
            }
            return there;
        });
    }

    /** The state that is shown for a user; empty if there is none. */
    Optional<String> state(Keyset keyset, ChannelName channel, UserId user) {
        return states.get(States.Key.of(keyset, channel, user));
    }

    /**
     * Sets states, as they are named by channel or group; tells of those that are new.
     *
     * @throws dev.mirror.gateway.wire.Refusal if one is too large
     * @throws dev.mirror.message.MirrorException if there is no room
     */
    void set(Keyset keyset, Guest guest, List<Place> places, JsonNode named) {
        for (Place place : places) {
            JsonNode state = named.has(place.name()) ? named.get(place.name()) : named.get(place.match());
            if (state != null && state.isObject()) {
                set(keyset, guest, place.channel(), state);
            }
        }
    }

    /** Sets a state; an empty one is none. */
    void set(Keyset keyset, Guest guest, ChannelName channel, JsonNode state) {
        Member member = guest.in(channel);
        States.Key key = States.Key.of(keyset, channel, member.user());
        String text = state.toString();
        boolean changed;
        if (Publication.utf8Length(text) > limits.stateBytes()) {
            throw PresenceRefusal.of(413, "Maximum size of a state is " + limits.stateBytes() + " bytes");
        }
        if (state.isEmpty()) {
            changed = states.get(key).isPresent();
            states.remove(key);
        } else {
            changed = states.set(key, text);
        }
        if (changed && seats.isThere(key)) {
            announcements
                    .expect(keyset, channel)
                    .thenRun(() -> announcements.state(channel, member, text))
                    .exceptionally(failure -> {
                        LOG.log(Level.DEBUG, "a state was not told", failure);
                        return null;
                    });
        }
        sweepLater();
    }

    /** Completes when all states that were set before are kept. */
    CompletionStage<Void> kept() {
        return states.written();
    }

    private void sweepLater() {
        if (!closed && sweeping.compareAndSet(false, true)) {
            surroundings.scheduler().schedule(SWEEP, this::sweepElsewhere);
        }
    }

    private void sweepElsewhere() {
        if (!closed) {
            surroundings.executor().execute(this::sweep);
        }
    }

    private void sweep() {
        sweeping.set(false);
        seats.sweep();
        announcements.sweep();
        states.sweep(seats::isThere);
        if (seats.size() > 0 || !announcements.isIdle() || !states.isIdle()) {
            sweepLater();
        }
    }

    /** Tells nothing any more, and looks after nobody. */
    @Override
    public void close() {
        closed = true;
        announcements.close();
        states.write(); // what failed before waits for a sweep, and there is none any more
    }
}
