package dev.mirror.testkit;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.identity.Credentials;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.fake.FailingBroker;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;

/**
 * A mirror without network, threads or waiting: the hub that runs in production, over adapters in memory, fakes and
 * virtual time. Bots and applications are tested against it.
 *
 * <pre>{@code
 * try (TestMirror mirror = new TestMirror()) {
 *     TestPeer ann = mirror.connect("ann");
 *     TestPeer bob = mirror.connect("bob");
 *     ann.send("{\"code\":\"message.direct\",\"channel\":\"ann.bob\",\"message\":\"hello\"}");
 *     assertThat(bob.frames()).last().asString().contains("hello");
 * }
 * }</pre>
 *
 * <p>A user exists as soon as the test named it; {@link #users()} can name it before it connects. For one thread, that of
 * the test. Closing ends every session, and fails if something is left open then.
 */
public final class TestMirror implements AutoCloseable {
    private final VirtualTime time;
    private final StaticAuthenticator users;
    private final LeakCheck leaks = new LeakCheck(Duration.ZERO); // nothing here ends by itself
    private final MemoryBroker memory;
    private final FailingBroker broker;
    private final Mirror mirror;

    /** A mirror with the default limits. */
    public TestMirror() {
        this(MirrorOptions.defaults(), new VirtualTime());
    }

    /** A mirror with these limits, on this time. */
    public TestMirror(MirrorOptions options, VirtualTime time) {
        SeededRandom random = SeededRandom.of(1);
        this.time = time;
        this.users = new StaticAuthenticator(time);
        this.memory = new MemoryBroker(time, random);
        this.broker = new FailingBroker(leaks.watch(memory));
        this.mirror = Mirror.builder()
                .broker(broker)
                .authenticator(users)
                .conversations(memory.conversations())
                .presence(new MemoryPresence(time))
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(random)
                .scheduler(time)
                .options(options)
                .build();
        leaks.watch(mirror);
        leaks.watch(time);
    }

    /** Logs a user in, with a token that never ends, and connects a peer of version 2 that has got its hello. */
    public TestPeer connect(String user) {
        return connect(user, Protocol.V2);
    }

    /** Logs a user in, with a token that never ends, and connects a peer of either version that has got its hello. */
    public TestPeer connect(String user, Protocol protocol) {
        return connect(protocol, new Credentials.Token(users.token(user)));
    }

    /** Connects a peer with these credentials, right or wrong. */
    public TestPeer connect(Protocol protocol, Credentials credentials) {
        return connect(protocol, credentials, TestPeer.Listener.none());
    }

    /**
     * Connects a peer and tells the listener what arrives, the hello included. This is where a client's own transport is
     * plugged in: the peer sends, the listener hears.
     */
    public TestPeer connect(Protocol protocol, Credentials credentials, TestPeer.Listener listener) {
        TestPeer peer = new TestPeer(time, listener);
        peer.open(mirror, protocol, credentials);
        return peer;
    }

    /** Moves time on, with everything that it brings. */
    public void advance(Duration duration) {
        time.advance(duration);
    }

    /** The time that this mirror lives in. */
    public VirtualTime time() {
        return time;
    }

    /** The users, their tokens and passwords. */
    public StaticAuthenticator users() {
        return users;
    }

    /** The broker, which fails on command. */
    public FailingBroker broker() {
        return broker;
    }

    /** The hub itself, to publish from the application or to read counters. */
    public Mirror mirror() {
        return mirror;
    }

    /**
     * Ends every session.
     *
     * @throws AssertionError if a session, a subscription or a timer is left
     */
    @Override
    public void close() {
        mirror.close();
        // Those who left have left for good then, also who came back and left again (P7).
        time.advance(MemoryPresence.STANDARD_GRACE.multipliedBy(2));
        leaks.check();
        memory.close();
    }
}
