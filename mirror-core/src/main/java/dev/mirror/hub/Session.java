package dev.mirror.hub;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Connection;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the hub knows of one connection: who is behind it, what it subscribed to, and what it is owed.
 *
 * <p>Life cycle: <em>authenticating</em> from {@link Mirror#open}; then <em>active</em> for a peer that proved who it
 * is, or, in version 1, <em>anonymous</em> until its deadline; then <em>closed</em>, for ever. It ends with its
 * connection: what survives is in the broker's logs, and a peer that comes back resumes by position.
 *
 * <p>Threads: every method belongs to the session's lane, and so does every field.
 */
public final class Session {
    /** How many messages, in all as large as one may be, wait before the hello; more closes with 4029. */
    private static final int MAX_EARLY = 32;
    /** A quarter of an outbox, in bytes. */
    private static final long ENOUGH_BYTES = 256 * 1024;
    /** A quarter of an outbox, in frames. */
    private static final int ENOUGH_FRAMES = 250;

    private final Hub hub;
    private final Connection connection;
    private final Executor lane;
    private final Protocol protocol;
    private final JsonCodec codec;
    private final SessionId id;
    private final Refusals refusals;

    private State state = State.AUTHENTICATING;
    private @Nullable Principal principal; // set while active
    private @Nullable Requests requests; // set while active or anonymous
    private @Nullable Deque<ClientMessage> early = new ArrayDeque<>(1); // only before the hello
    private int earlyBytes; // of them
    private Scheduler.@Nullable Task deadline; // the next thing that time brings: authentication, notice or expiry
    private long deadlines; // so many were set or called off
    private int caughtUp; // frames of the past that were sent since the outbox was last seen empty

    /** What a peer may ask, by version. */
    interface Requests {
        /** Carries a request out; false for one that counts as a refusal against the connection. */
        boolean handle(ClientMessage message);
    }

    private enum State {
        AUTHENTICATING,
        ANONYMOUS,
        ACTIVE,
        CLOSED
    }

    Session(Hub hub, Connection connection, Executor lane, Protocol protocol) {
        this.hub = hub;
        this.connection = connection;
        this.lane = lane;
        this.protocol = protocol;
        this.codec = JsonCodec.of(protocol);
        this.id = new SessionId(hub.newId());
        this.refusals = new Refusals(hub.clock, hub.options.refusalsPerMinute);
    }

    /** Its public name, {@code websocketId} on the wire. */
    public SessionId id() {
        return id;
    }

    /** Takes one whole text message, valid UTF-8, that the peer sent. What is wrong with it is answered, not thrown. */
    public void receive(byte[] buffer, int offset, int length) {
        if (state == State.CLOSED) {
            return;
        }
        ClientMessage message = codec.decodeClient(buffer, offset, length);
        if (early == null) {
            handle(message);
        } else if (early.size() < MAX_EARLY && earlyBytes + length <= hub.options.frameBytes) {
            earlyBytes += length;
            early.add(message);
        } else {
            end(CloseReason.TOO_MANY);
        }
    }

    /** Hears that the connection's outbox became empty. */
    public void drained() {
        if (requests instanceof VersionTwo two) {
            two.subscriptions().drained();
        }
    }

    /** Hears that the connection has ended, however it came about. */
    public void closed() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        early = null;
        cancelDeadline();
        if (requests instanceof VersionTwo two) {
            two.close();
        }
        if (principal != null) {
            hub.sessions.remove(principal.user(), this);
            hub.seen(principal.user());
        }
    }

    void open(Credentials credentials) {
        if (hub.publishing.isDraining()) {
            end(CloseReason.RESTART);
            return;
        }
        if (credentials instanceof Credentials.None) {
            anonymous(CloseReason.AUTH_REQUIRED);
            return;
        }
        long revision = hub.revocations.get();
        authenticate(
                credentials, checked -> admit(checked, credentials, revision), failure -> anonymous(reason(failure)));
    }

    /** Runs one of the two on the lane, at once if the answer is there at once. */
    void authenticate(Credentials credentials, Consumer<Principal> proved, Consumer<MirrorException> failed) {
        then(hub.authenticator.authenticate(credentials), (checked, failure) -> {
            if (state == State.CLOSED) {
                return;
            }
            if (failure == null) {
                proved.accept(checked);
            } else {
                failed.accept(Hub.failure(failure));
            }
        });
    }

    /** Goes on with what a stage yields, on the lane: at once if it is there at once, so that nothing overtakes it. */
    <T> void then(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> next) {
        if (stage.toCompletableFuture().isDone()) {
            stage.whenComplete(next);
        } else {
            stage.whenCompleteAsync(next, lane);
        }
    }

    /** Goes on with what a stage yields, on the lane, or with a failure if that takes too long. */
    <T> void inTime(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> next) {
        hub.deadlines.within(stage).whenCompleteAsync(next, lane);
    }

    private void admit(Principal checked, Credentials credentials, long revision) {
        state = State.ACTIVE;
        principal = checked;
        if (protocol == Protocol.V1) {
            requests = new VersionOne(this, hub, checked);
            enter(credentials, revision, () -> greet(new ServerMessage.Hello(id.value(), "", "", null)));
        } else {
            VersionTwo two = new VersionTwo(this, hub, checked);
            requests = two;
            two.subscriptions()
                    .greet(
                            checked,
                            (hello, begin) -> enter(credentials, revision, () -> {
                                greet(hello);
                                begin.run();
                            }));
        }
    }

    /** Takes the session into the index, where others find it, and says hello in the same step: nothing overtakes that. */
    private void enter(Credentials credentials, long revision, Runnable hello) {
        if (principal == null || state == State.CLOSED) {
            return;
        }
        if (!hub.sessions.add(principal.user(), this, hub.options.sessionsPerUser)) {
            end(CloseReason.BUSY);
        } else if (hub.publishing.isDraining()) {
            end(CloseReason.RESTART);
        } else if (hub.revocations.get() != revision) {
            // Somebody was revoked between the check and the entry in the index; it may have been this log-in.
            hub.sessions.remove(principal.user(), this);
            long now = hub.revocations.get();
            authenticate(credentials, again -> enter(credentials, now, hello), failure -> end(reason(failure)));
        } else {
            watchExpiry(principal);
            hub.seen(principal.user());
            hello.run();
        }
    }

    /** Says hello; after it what waited, in order. */
    private void greet(ServerMessage.Hello hello) {
        send(hello);
        if (principal != null && state != State.CLOSED) {
            hub.directs.deliverKept(this, principal.user());
        }
        releaseEarly();
    }

    private void anonymous(CloseReason reason) {
        if (protocol != Protocol.V1) {
            end(reason);
            return;
        }
        state = State.ANONYMOUS;
        requests = new VersionOne(this, hub, null);
        after(hub.options.authenticationDeadline, () -> end(reason));
        greet(new ServerMessage.Hello(id.value(), "", "", null));
    }

    private void releaseEarly() {
        Deque<ClientMessage> waiting = early;
        early = null;
        if (waiting != null) {
            waiting.forEach(this::handle);
        }
    }

    private void handle(ClientMessage message) {
        if (state == State.CLOSED || requests == null) {
            return;
        }
        if (!requests.handle(message)) {
            countRefusal();
        }
    }

    /** Counts a refused request; the one that is too many ends the connection. */
    void countRefusal() {
        if (state != State.CLOSED && refusals.add()) {
            end(CloseReason.TOO_MANY);
        }
    }

    /** Sends a message; false if the session has ended, or ends now because the peer reads too slowly. */
    boolean send(ServerMessage message) {
        return state != State.CLOSED && send(codec.encode(message));
    }

    /** Sends a frame that was encoded for several. */
    boolean send(Frame frame) {
        if (state == State.CLOSED) {
            return false;
        }
        if (!connection.send(frame)) {
            end(CloseReason.SLOW_CONSUMER);
            return false;
        }
        return true;
    }

    /** Refuses a request; says so if an answer is wanted. */
    void refuse(@Nullable String request, ErrorCode error, long afterMillis, String detail) {
        hub.counters.refused(error);
        if (request != null && protocol == Protocol.V2) {
            hub.trace.refused(peer(), request, error, detail);
            send(new ServerMessage.Refused(request, error, afterMillis, detail));
        }
    }

    /** A fault of the server that leaves this session unable to keep its promises: it ends, and can come back. */
    void fail(MirrorException failure) {
        System.getLogger(Session.class.getName())
                .log(
                        System.Logger.Level.WARNING,
                        "a session ends because of " + failure.code().wire(),
                        failure);
        end(failure.code() == ErrorCode.INTERNAL ? CloseReason.INTERNAL : CloseReason.BUSY);
    }

    /** Ends the connection. Idempotent. */
    void end(CloseReason reason) {
        if (state == State.CLOSED) {
            return;
        }
        if (protocol == Protocol.V2) {
            connection.send(codec.encode(new ServerMessage.Bye(reason, hub.comeBackMillis(reason))));
        }
        closed();
        connection.close(reason);
    }

    /** Ends the session if the log-in behind it is one of these. On the lane. */
    void endIf(Predicate<Principal> which, CloseReason reason) {
        if (principal != null && which.test(principal)) {
            end(reason);
        }
    }

    /** Continues under a newer proof of the same user. */
    void refresh(Principal newer) {
        principal = newer;
        watchExpiry(newer);
    }

    private void watchExpiry(Principal checked) {
        cancelDeadline();
        if (checked.expiresAt().equals(Instant.MAX)) {
            return;
        }
        Instant notice = checked.expiresAt().minus(hub.options.expiryNotice);
        at(notice, () -> {
            if (protocol == Protocol.V2) {
                send(new ServerMessage.Expiring(checked.expiresAt().toEpochMilli()));
            }
            at(checked.expiresAt(), () -> end(CloseReason.AUTH_EXPIRED));
        });
    }

    private void at(Instant time, Runnable then) {
        Duration delay = Duration.between(hub.clock.instant(), time);
        after(delay.isNegative() ? Duration.ZERO : delay, then);
    }

    private void after(Duration delay, Runnable then) {
        long number = ++deadlines;
        deadline = hub.scheduler.schedule(
                delay,
                () -> Hub.hand(lane, () -> {
                    // It may have been called off while it waited on the lane.
                    if (state != State.CLOSED && number == deadlines) {
                        then.run();
                    }
                }));
    }

    private void cancelDeadline() {
        deadlines++;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private static CloseReason reason(MirrorException failure) {
        return switch (failure.code()) {
            case AUTH_EXPIRED -> CloseReason.AUTH_EXPIRED;
            case AUTH_REVOKED -> CloseReason.AUTH_REVOKED;
            case BUSY, STORE_UNAVAILABLE, STORE_FULL -> CloseReason.BUSY;
            case INTERNAL -> CloseReason.INTERNAL;
            default -> CloseReason.AUTH_REQUIRED;
        };
    }

    Executor lane() {
        return lane;
    }

    Mirror.Trace.Peer peer() {
        return new Mirror.Trace.Peer(id, principal == null ? null : principal.user());
    }

    /** Whether the peer has enough to read for now, so that what can wait, or be dropped, does not go to its outbox. */
    boolean hasEnough() {
        long queued = connection.queuedBytes();
        if (queued == 0) {
            caughtUp = 0;
        }
        return queued > ENOUGH_BYTES || caughtUp >= ENOUGH_FRAMES;
    }

    /** Sends a frame of the past, of which there may be many. */
    boolean sendPast(ServerMessage message) {
        caughtUp++;
        return send(message);
    }

    /** Whether the hello was said; nothing may go before it. */
    boolean isGreeted() {
        return early == null;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isVersionTwo() {
        return protocol == Protocol.V2;
    }
}
