package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the rooms that the client watches. After a reconnect, and after a change that did not arrive, which their
 * versions show (W45), a room is watched again, and what changed meanwhile is told as joins and leaves. On the lane only.
 */
final class Watches {
    private static final Logger LOG = System.getLogger(Watches.class.getName());
    private static final long RETRY_MILLIS = 1_000;

    private final Environment environment;
    private final Requests requests;
    private final Delivery delivery;
    private final Map<ChannelName, Watch> all = new LinkedHashMap<>(); // the lane's
    private boolean connected; // the lane's

    private static final class Watch {
        final ChannelName room;
        final List<Outcome<SortedMap<UserId, String>>> outcomes = new ArrayList<>(); // the lane's

        @Nullable
        SortedMap<UserId, String> members; // the lane's; as told to the handlers; null before the first answer

        long version; // the lane's; of the change that came last; 0 if the server does not say
        boolean live; // the lane's; whether changes count
        boolean asked; // the lane's; whether an answer is awaited
        int tooMany; // the lane's; how often the server was at a limit, one after the other

        Watch(ChannelName room) {
            this.room = room;
        }
    }

    Watches(Environment environment, Requests requests, Delivery delivery) {
        this.environment = environment;
        this.requests = requests;
        this.delivery = delivery;
    }

    void connected() {
        connected = true;
        List.copyOf(all.values()).forEach(this::ask);
    }

    void disconnected() {
        connected = false;
        for (Watch watch : all.values()) {
            watch.live = false;
            watch.asked = false;
        }
    }

    void add(ChannelName room, Outcome<SortedMap<UserId, String>> outcome) {
        Watch watch = all.computeIfAbsent(room, Watch::new);
        watch.outcomes.add(outcome);
        if (connected && !watch.asked) {
            ask(watch);
        }
    }

    void remove(ChannelName room, Outcome<Boolean> outcome) {
        Watch watch = all.remove(room);
        if (watch != null) {
            fail(watch, new MirrorException(ErrorCode.CONFLICT, "the room is watched no longer"));
            stop(room);
        }
        outcome.done(true);
    }

    private void stop(ChannelName room) {
        if (connected) {
            requests.session((id, me) -> new ClientMessage.Presence(id, room, false), Request.Answer.IGNORED);
        }
    }

    private void ask(Watch watch) {
        watch.live = false;
        watch.asked = true;
        requests.session((id, me) -> new ClientMessage.Presence(id, watch.room, true), new Request.Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                if (isCurrent(watch)) {
                    answered(watch, Answers.members(ok));
                }
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                if (isCurrent(watch)) {
                    refused(watch, failure, afterMillis);
                }
            }
        });
    }

    private boolean isCurrent(Watch watch) {
        return all.get(watch.room) == watch;
    }

    private void answered(Watch watch, Answers.Members answer) {
        SortedMap<UserId, String> now = answer.listed();
        watch.asked = false;
        watch.live = true;
        watch.tooMany = 0;
        watch.version = answer.version();
        boolean wanted = delivery.wantsPresence();
        if (wanted) {
            tellDifference(watch, answer);
        } else {
            all.remove(watch.room);
            stop(watch.room);
        }
        List<Outcome<SortedMap<UserId, String>>> told = List.copyOf(watch.outcomes);
        watch.outcomes.clear();
        told.forEach(outcome -> outcome.done(now));
    }

    /** Tells, as joins and leaves, what changed while nobody looked; the first list is told to whoever asked only. */
    private void tellDifference(Watch watch, Answers.Members answer) {
        SortedMap<UserId, String> now = answer.listed();
        SortedMap<UserId, String> before = watch.members;
        if (before == null) {
            watch.members = new TreeMap<>(now);
            return;
        }
        for (Map.Entry<UserId, String> gone : List.copyOf(before.entrySet())) {
            if (answer.lacks(gone.getKey())) {
                tell(watch, new ServerMessage.Presence(watch.room, gone.getKey(), gone.getValue(), false, 0));
            }
        }
        for (Map.Entry<UserId, String> come : now.entrySet()) {
            if (!before.containsKey(come.getKey())) {
                tell(watch, new ServerMessage.Presence(watch.room, come.getKey(), come.getValue(), true, 0));
            }
        }
    }

    /** False if it is not about a room that is watched. */
    boolean changed(ServerMessage.Presence change) {
        Watch watch = all.get(change.channel());
        if (watch == null || !watch.live || watch.members == null) {
            return false;
        }
        if (!follows(watch, change.version())) {
            return true;
        }
        boolean known = watch.members.containsKey(change.userId());
        if (known != change.joined()) {
            tell(watch, change);
        }
        return true;
    }

    /** Whether this is the next change. One that came before is known; before a later one something is missing. */
    private boolean follows(Watch watch, long version) {
        if (version > watch.version + 1) {
            ask(watch);
            return false;
        }
        boolean next = version == 0 || version > watch.version;
        watch.version = Math.max(version, watch.version);
        return next;
    }

    private void tell(Watch watch, ServerMessage.Presence change) {
        SortedMap<UserId, String> members = watch.members;
        if (members == null || !watch.live) {
            return;
        }
        if (!delivery.presence(change)) {
            watch.live = false;
        } else if (change.joined()) {
            members.put(change.userId(), change.name());
        } else {
            members.remove(change.userId());
        }
    }

    /** The handlers caught up: asks again where a change could not be told. */
    void caughtUp() {
        if (connected) {
            all.values().stream()
                    .filter(watch -> !watch.live && !watch.asked)
                    .toList()
                    .forEach(this::ask);
        }
    }

    private void refused(Watch watch, MirrorException failure, long afterMillis) {
        watch.asked = false;
        if (failure.code().retry() == ErrorCode.Retry.AFTER
                && (failure.code() != ErrorCode.TOO_MANY || ++watch.tooMany < Subscriptions.MAX_TOO_MANY)) {
            environment.later(Duration.ofMillis(Math.max(RETRY_MILLIS, afterMillis)), () -> {
                if (connected && isCurrent(watch) && !watch.live && !watch.asked) {
                    ask(watch);
                }
            });
            return;
        }
        LOG.log(Level.WARNING, "The server refused to let a room be watched: {0}", failure.code());
        all.remove(watch.room);
        fail(watch, failure);
    }

    private static void fail(Watch watch, MirrorException failure) {
        List<Outcome<SortedMap<UserId, String>>> told = List.copyOf(watch.outcomes);
        watch.outcomes.clear();
        told.forEach(outcome -> outcome.failed(failure));
    }

    void failAll(MirrorException failure) {
        List<Watch> left = List.copyOf(all.values());
        all.clear();
        left.forEach(watch -> fail(watch, failure));
    }
}
