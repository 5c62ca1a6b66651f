package dev.mirror.testkit.wire;

import dev.mirror.hub.AccessPolicy;
import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Broker;
import dev.mirror.spi.RelayStore;
import dev.mirror.testkit.fake.FailingBroker;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The real hub over memory, in virtual time, with gates where a test wants to see what happens in between. Unlike
 * {@link dev.mirror.testkit.TestMirror} it lets a test stop between any two tasks.
 */
final class World implements AutoCloseable {
    final VirtualTime time;
    final SeededRandom random = SeededRandom.of(42);
    final StaticAuthenticator users;
    final Gate checks = new Gate();
    final Gate existence = new Gate();
    final Gate keeps = new Gate();
    final Gate takes = new Gate();
    /** What keeping and taking relays fails with, if not {@code null}. */
    @Nullable
    ErrorCode relaysFailWith;

    final MemoryRelayStore relays = new MemoryRelayStore();
    final MemoryPresence presence;
    final MemoryBroker memory;
    final FailingBroker failing;
    final GatedBroker broker;
    final RecordingTrace trace = new RecordingTrace();
    final Mirror mirror;

    /** Chance decides which lane runs next. */
    static World underChance(long seed) {
        return underChance(seed, (time, broker) -> broker);
    }

    /** Chance decides which lane runs next; the broker has something in front of it. */
    static World underChance(long seed, BiFunction<VirtualTime, Broker, Broker> front) {
        VirtualTime time = new VirtualTime(VirtualTime.START, new SplittableRandom(seed));
        MemoryBroker.Limits limits = new MemoryBroker.Limits(100_000, 1L << 30, 32 << 10);
        return new World(time, MirrorOptions.defaults(), limits, AccessPolicy.byKind(), front);
    }

    World() {
        this(MirrorOptions.defaults(), MemoryBroker.Limits.STANDARD);
    }

    World(MirrorOptions options) {
        this(options, MemoryBroker.Limits.STANDARD);
    }

    World(MirrorOptions options, MemoryBroker.Limits limits) {
        this(options, limits, AccessPolicy.byKind());
    }

    World(MirrorOptions options, MemoryBroker.Limits limits, AccessPolicy access) {
        this(new VirtualTime(), options, limits, access, (time, broker) -> broker);
    }

    private World(
            VirtualTime time,
            MirrorOptions options,
            MemoryBroker.Limits limits,
            AccessPolicy access,
            BiFunction<VirtualTime, Broker, Broker> front) {
        this.time = time;
        users = new StaticAuthenticator(time);
        memory = new MemoryBroker(time, random, limits);
        failing = new FailingBroker(front.apply(time, memory));
        broker = new GatedBroker(failing);
        presence = new MemoryPresence(time);
        mirror = Mirror.builder()
                .broker(broker)
                .conversations(memory.conversations())
                .authenticator(authenticator())
                .presence(presence)
                .relays(relays())
                .access(access)
                .clock(time)
                .random(random)
                .scheduler(time)
                .options(options)
                .trace(trace)
                .build();
    }

    private Authenticator authenticator() {
        return new Authenticator() {
            @Override
            public CompletionStage<Principal> authenticate(Credentials credentials) {
                return checks.pass(() -> users.authenticate(credentials));
            }

            @Override
            public CompletionStage<Boolean> exists(UserId user) {
                return existence.pass(() -> users.exists(user));
            }
        };
    }

    private RelayStore relays() {
        return new RelayStore() {
            @Override
            public CompletionStage<Void> keep(UserId receiver, String channel) {
                return keeps.pass(() -> unlessFailing(() -> relays.keep(receiver, channel)));
            }

            @Override
            public CompletionStage<List<String>> take(UserId receiver) {
                return takes.pass(() -> unlessFailing(() -> relays.take(receiver)));
            }
        };
    }

    private <T> CompletionStage<T> unlessFailing(Supplier<CompletionStage<T>> call) {
        return relaysFailWith == null
                ? call.get()
                : CompletableFuture.failedFuture(new MirrorException(relaysFailWith, "the relays fail"));
    }

    /** A peer of version 2 that has got its hello, which is taken. */
    Peer two(String user) {
        Peer peer = open(Protocol.V2, new Credentials.Token(users.token(user)));
        peer.take();
        return peer;
    }

    /** A peer of version 1 that has got its hello, which is taken. */
    Peer one(String user) {
        Peer peer = open(Protocol.V1, new Credentials.Token(users.token(user)));
        peer.take();
        return peer;
    }

    Peer open(Protocol protocol, Credentials credentials) {
        return open(protocol, credentials, time.lane());
    }

    Peer open(Protocol protocol, Credentials credentials, Executor lane) {
        Peer peer = openLater(protocol, credentials, lane);
        run();
        return peer;
    }

    /** A peer whose opening waits on its lane. */
    Peer openLater(Protocol protocol, Credentials credentials, Executor lane) {
        return new Peer(this, lane, protocol, credentials);
    }

    Credentials tokenOf(String user) {
        return new Credentials.Token(users.token(user));
    }

    /** Runs everything that waits, without moving the clock. */
    void run() {
        time.runAll();
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    void seconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    long now() {
        return time.millis();
    }

    @Override
    public void close() {
        mirror.close();
        run();
    }
}
