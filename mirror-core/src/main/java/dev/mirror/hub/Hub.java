package dev.mirror.hub;

import dev.mirror.identity.UserId;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Presence;
import dev.mirror.spi.RelayStore;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Everything that the parts of the hub share: the ports, the options, and the tables. Safe for any thread. */
final class Hub {
    /** Enough that nobody guesses an id, in bytes. */
    private static final int ID_BYTES = 16;

    private static final long FIRST_PATIENCE_MILLIS = 250;

    final Broker broker;
    final Authenticator authenticator;
    final Presence presence;
    final RelayStore relays;
    final Conversations conversations;
    /** Whether the broker's offsets show that one is missing; asked for once, since a subscriber asks for each event. */
    final boolean contiguous;

    final AccessPolicy access;
    final InstantSource clock;
    final Scheduler scheduler;
    final Mirror.Trace trace;
    final MirrorOptions options;
    final Counters counters = new Counters();
    final Sessions sessions = new Sessions();
    final Channels channels;
    final Publishing publishing;
    final Directs directs;
    final Deadlines deadlines;
    /** Grows whenever log-ins are ended, before their sessions are looked for. */
    final AtomicLong revocations = new AtomicLong();

    private final RandomGenerator random;

    /** @throws IllegalStateException if something required is missing; the message names it */
    Hub(Mirror.Builder builder) {
        this.broker = required(builder.broker, "broker");
        this.contiguous = broker.guarantees().contiguousOffsets();
        this.authenticator = required(builder.authenticator, "authenticator");
        this.presence = required(builder.presence, "presence");
        this.relays = required(builder.relays, "relays");
        this.conversations = required(builder.conversations, "conversations");
        this.clock = required(builder.clock, "clock");
        this.random = required(builder.random, "random");
        this.scheduler = required(builder.scheduler, "scheduler");
        this.trace = builder.trace;
        this.access = builder.access;
        this.options = builder.options;
        this.deadlines = new Deadlines(scheduler);
        this.channels = new Channels(broker, counters, trace);
        this.publishing = new Publishing(this);
        this.directs = new Directs(this);
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalStateException("Mirror.builder()." + name + "(…) is missing");
        }
        return value;
    }

    /** A new id of 22 characters that nobody can guess, if the source of chance is a good one. */
    String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A session's limit of publications. */
    TokenBucket publishRate() {
        return new TokenBucket(clock, options.publishesPerSecond, options.publishBurst);
    }

    /** How long a peer should wait before it comes back: spread, so that not all come at once. */
    long comeBackMillis(CloseReason reason) {
        return switch (reason.verdict()) {
            case BACK_OFF -> random.nextLong(500, 5_000);
            case COME_BACK -> random.nextLong(0, 500);
            case STAY_AWAY, AUTHENTICATE -> 0;
        };
    }

    /** How long to wait before the log is read again: twice as long each time, spread so that not all ask at once. */
    Duration patience(int attempt) {
        long most = FIRST_PATIENCE_MILLIS << attempt;
        return Duration.ofMillis(random.nextLong(most / 2, most));
    }

    /** Hands a task to a lane; false if the lane has ended, and its sessions with it. Never throws at the one who asks. */
    static boolean hand(Executor lane, Runnable task) {
        try {
            lane.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    /** Notes that a user was here. Nothing depends on it, so nobody hears if it fails. */
    void seen(UserId user) {
        conversations.seen(user, clock.instant());
    }

    /** What a stage failed with, in the words of the wire. */
    static MirrorException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof MirrorException known
                ? known
                : new MirrorException(ErrorCode.INTERNAL, "the server failed; its log says why", cause);
    }
}
