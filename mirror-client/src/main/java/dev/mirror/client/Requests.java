package dev.mirror.client;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be answered. Requests go out in the order in which they were made; after a reconnect those without an
 * answer go out again, with their ids, in the same order. On the lane only. Its bound is the {@link Budget}'s, which
 * whoever adds a request has asked.
 */
final class Requests {
    private static final JsonCodec CODEC = JsonCodec.of(Protocol.V2);
    /** How often a request is made because the server, or its store, was at a limit or away, before it fails too. */
    private static final int MAX_BUSY = 20;

    private static final int MAX_FAULTS = 5;
    private static final long MIN_PAUSE_MILLIS = 50;

    private final Environment environment;
    private final Pace publications = new Pace();
    private final Pace marks = new Pace();
    private final TreeMap<Long, Entry> waiting = new TreeMap<>(); // the lane's; not sent on this connection
    private final Map<String, Entry> sent = new HashMap<>(); // the lane's; sent on this connection
    private final Set<String> open = new HashSet<>(); // the lane's; ids of what somebody waits for
    private long made; // the lane's; numbers the requests
    /** Nobody guesses it, so no id that an application makes is one of the client's own. */
    private final String sessionPrefix;

    private long sessionIds; // the lane's
    private @Nullable Link link; // the lane's; null while not connected
    private long pausedUntil; // the lane's; no request goes out before, by the clock
    private boolean paused; // the lane's
    private Runnable wake = () -> {}; // the lane's; calls off the next look
    private Runnable empty = () -> {}; // the lane's; told when nothing waits any more
    private Runnable unauthorised = () -> {}; // the lane's; told when a request needs a newer token

    /** The connection that requests go out on. */
    private record Link(ClientTransport.Connection connection, UserId me, int frameBytes) {}

    private static final class Entry {
        final long order;
        final Request request;
        int refusals; // the lane's

        Entry(long order, Request request) {
            this.order = order;
            this.request = request;
        }
    }

    Requests(Environment environment) {
        this.environment = environment;
        this.sessionPrefix = Long.toUnsignedString(environment.random().nextLong(), Character.MAX_RADIX) + '-';
    }

    void onEmpty(Runnable task) {
        this.empty = task;
    }

    void onUnauthorised(Runnable task) {
        this.unauthorised = task;
    }

    void connected(ClientTransport.Connection connection, Welcome welcome) {
        Welcome.Limits limits = welcome.limits();
        publications.reset(limits.publishPerSecond(), limits.publishBurst(), now());
        marks.reset(limits.publishPerSecond(), limits.publishBurst(), now());
        paused = false;
        link = new Link(connection, welcome.user(), limits.frameBytes());
    }

    void disconnected() {
        link = null;
        wake.run();
        List<Entry> cut = new ArrayList<>(sent.values());
        sent.clear();
        for (Entry entry : cut) {
            switch (entry.request.kind()) {
                case PUBLICATION, MARK, QUESTION -> waiting.put(entry.order, entry);
                case SIGNAL -> fail(entry, notConnected());
                case SESSION -> {}
            }
        }
    }

    void add(Request request) {
        Entry entry = new Entry(++made, request);
        if (request.kind() == Request.Kind.SESSION) {
            sendNow(entry);
        } else if (!open.add(request.id())) {
            MirrorException conflict =
                    new MirrorException(ErrorCode.CONFLICT, "a request with this id waits for its answer");
            request.answer().failed(conflict, 0);
        } else if (request.kind() == Request.Kind.SIGNAL) {
            sendNow(entry);
        } else {
            waiting.put(entry.order, entry);
            pump();
        }
    }

    private void sendNow(Entry entry) {
        if (link != null) {
            send(link, entry);
        } else if (entry.request.kind() == Request.Kind.SIGNAL) {
            fail(entry, notConnected());
        }
    }

    /** Asks something that belongs to this connection. */
    void session(Request.Message message, Request.Answer answer) {
        add(new Request(sessionPrefix + ++sessionIds, Request.Kind.SESSION, message, answer));
    }

    /** Sends what may go out now. */
    void pump() {
        wake.run();
        wake = () -> {};
        while (link != null && !waiting.isEmpty()) {
            Entry next = waiting.firstEntry().getValue();
            long delay = paused ? Math.max(0, pausedUntil - now()) : 0;
            if (delay == 0) {
                delay = turn(next.request.kind());
            }
            if (delay > 0) {
                wake = environment.later(Duration.ofNanos(delay), this::pump);
                return;
            }
            paused = false;
            waiting.pollFirstEntry();
            send(link, next);
        }
    }

    /** How long until the server's limits allow another request of this kind, in nanoseconds. */
    private long turn(Request.Kind kind) {
        return switch (kind) {
            case PUBLICATION -> publications.take(now());
            case MARK -> marks.take(now());
            default -> 0;
        };
    }

    private void send(Link to, Entry entry) {
        Frame frame;
        try {
            frame = CODEC.encode(entry.request.message().of(entry.request.id(), to.me()));
        } catch (IllegalArgumentException impossible) {
            fail(entry, new MirrorException(ErrorCode.BAD_CHANNEL, "the two ids are too long for one channel"));
            return;
        }
        if (frame.size() > to.frameBytes()) {
            fail(
                    entry,
                    new MirrorException(ErrorCode.TOO_LARGE, "a message has at most " + to.frameBytes() + " bytes"));
            return;
        }
        sent.put(entry.request.id(), entry);
        to.connection().send(frame);
    }

    /** False if nothing waits for this answer. */
    boolean ok(ServerMessage.Ok ok) {
        Entry entry = sent.remove(ok.re());
        if (entry == null) {
            return false;
        }
        entry.request.answer().ok(ok);
        done(entry);
        return true;
    }

    /** False if nothing waits for this answer. */
    boolean refused(ServerMessage.Refused refused) {
        Entry entry = sent.remove(refused.re());
        if (entry == null) {
            return false;
        }
        entry.refusals++;
        if (entry.request.kind().isRepeated() && entry.refusals < patience(refused.error())) {
            waiting.put(entry.order, entry);
            again(refused, entry.refusals);
        } else {
            entry.request
                    .answer()
                    .failed(new MirrorException(refused.error(), refused.detail()), refused.afterMillis());
            done(entry);
        }
        return true;
    }

    private static int patience(ErrorCode error) {
        return switch (error) {
            case TOO_MANY, BUSY, STORE_FULL, STORE_UNAVAILABLE -> MAX_BUSY;
            case INTERNAL -> MAX_FAULTS;
            case AUTH_REQUIRED, AUTH_EXPIRED, AUTH_REVOKED -> 2;
            default -> 0;
        };
    }

    private void again(ServerMessage.Refused refused, int refusals) {
        if (refused.error().retry() == ErrorCode.Retry.AUTH) {
            unauthorised.run();
            return;
        }
        long millis = Math.max(MIN_PAUSE_MILLIS * refusals, refused.afterMillis());
        long until = now() + Duration.ofMillis(millis).toNanos();
        pausedUntil = paused ? Math.max(pausedUntil, until) : until;
        paused = true;
        pump();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Fails everything that waits. */
    void failAll(MirrorException failure) {
        disconnected();
        List<Entry> left = new ArrayList<>(waiting.values());
        waiting.clear();
        left.forEach(entry -> fail(entry, failure));
    }

    private void fail(Entry entry, MirrorException failure) {
        entry.request.answer().failed(failure, 0);
        done(entry);
    }

    private void done(Entry entry) {
        if (open.remove(entry.request.id()) && open.isEmpty()) {
            empty.run();
        }
    }

    private long now() {
        return environment.nanos().getAsLong();
    }

    private static MirrorException notConnected() {
        return new MirrorException(ErrorCode.BUSY, "not connected; a signal is not kept for later");
    }
}
