package dev.mirror.bench.micro;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import dev.mirror.testkit.fake.StaticAuthenticator;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * A mirror with memory adapters and connections that only count, on one lane: the calling thread. Owned by one thread.
 */
final class Bed implements AutoCloseable {
    private static final int UNLIMITED = 1_000_000_000;

    private final StaticAuthenticator authenticator = new StaticAuthenticator(InstantSource.system());
    private final MemoryBroker broker = new MemoryBroker(InstantSource.system(), new SplittableRandom(1));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Executor lane = tasks::add;
    private final Mirror mirror;
    private long frames;

    Bed() {
        this(Mirror.Trace.NONE);
    }

    /** A mirror that is watched. */
    Bed(Mirror.Trace trace) {
        mirror = Mirror.builder()
                .broker(broker)
                .authenticator(authenticator)
                .conversations(broker.conversations())
                .presence(new MemoryPresence((delay, task) -> () -> {}))
                .relays(new MemoryRelayStore())
                .clock(InstantSource.system())
                .random(new SplittableRandom(2))
                .scheduler((delay, task) -> () -> {})
                .options(MirrorOptions.builder()
                        .publishRate(UNLIMITED, UNLIMITED)
                        .build())
                .trace(trace)
                .build();
    }

    /** Opens a session of a user whose peer reads at once. */
    Session open(String user, Protocol protocol) {
        Connection connection = new Connection() {
            @Override
            public boolean send(Frame frame) {
                frames++;
                return true;
            }

            @Override
            public long queuedBytes() {
                return 0;
            }

            @Override
            public void close(CloseReason reason) {
                throw new IllegalStateException("closed with " + reason);
            }
        };
        Session session = mirror.open(connection, lane, protocol, new Credentials.Token(authenticator.token(user)));
        runTasks();
        return session;
    }

    /** Lets the session receive a text, and does what follows from it. */
    void receive(Session session, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        session.receive(bytes, 0, bytes.length);
        runTasks();
    }

    /** The same with bytes that are there already; yields how many frames were sent so far. */
    long receive(Session session, byte[] text) {
        session.receive(text, 0, text.length);
        runTasks();
        return frames;
    }

    long frames() {
        return frames;
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
