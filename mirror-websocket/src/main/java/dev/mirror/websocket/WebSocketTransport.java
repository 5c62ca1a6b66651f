package dev.mirror.websocket;

import dev.mirror.hub.Mirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Connects a {@link Mirror} to the world over WebSocket: one port, and a few event loops that own it.
 *
 * <pre>{@code
 * var transport = new WebSocketTransport(mirror, WebSocketOptions.builder().port(9000).build()).start();
 * }</pre>
 *
 * <p>Life: made, started once, closed once. {@link #close} stops accepting, lets the mirror say good-bye, waits up to
 * {@link WebSocketOptions#drainTimeout}, cuts what is left, and ends the threads.
 *
 * <p>Threads: one for each loop. A connection belongs to one loop for its life, and the loop is the lane of its
 * session. Every method here is safe for any thread, but {@link #close} must not be called on a loop.
 */
public final class WebSocketTransport implements AutoCloseable {
    private static final Logger LOG = System.getLogger(WebSocketTransport.class.getName());
    private static final int BACKLOG = 1_024;
    private static final long JOIN_MILLIS = 5_000;

    private final Shared shared;
    private final Object lock = new Object();
    /** Empty until it is started; then never changed. Written under the lock. */
    private volatile List<EventLoop> loops = List.of();
    // All below: guarded by lock.
    private @Nullable Acceptor acceptor;
    private @Nullable CompletableFuture<Void> drained;
    private int port = -1;
    private boolean closed;

    /** A transport that is not started yet. */
    public WebSocketTransport(Mirror mirror, WebSocketOptions options) {
        this(new HubSessions(mirror), options);
    }

    WebSocketTransport(Sessions sessions, WebSocketOptions options) {
        shared = new Shared(options, sessions);
    }

    /**
     * What the transport has counted.
     *
     * @param connections WebSocket connections that are open now, adopted ones included
     * @param accepted TCP connections accepted since the start, those handed over to HTTP included
     * @param refused requests answered with an error, and connections cut because their request did not come
     * @param queuedBytes bytes that wait in all outboxes now
     * @param slowConsumers connections closed because their outbox was full
     */
    public record Stats(int connections, long accepted, long refused, long queuedBytes, long slowConsumers) {}

    /**
     * Binds the port and starts the loops.
     *
     * @return this
     * @throws UncheckedIOException if the port cannot be bound
     * @throws IllegalStateException if it was started or closed before
     */
    public WebSocketTransport start() {
        return start(ServerSocketChannel::accept);
    }

    /** Starts with a source of connections other than the port's own. */
    WebSocketTransport start(Acceptor.Source source) {
        synchronized (lock) {
            if (port >= 0 || closed) {
                throw new IllegalStateException("started already");
            }
            try {
                listen(source);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            loops.forEach(EventLoop::start);
        }
        LOG.log(
                Level.INFO,
                "WebSocket: listening on {0}:{1,number,#}",
                shared.options().host(),
                port());
        return this;
    }

    private void listen(Acceptor.Source source) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            loops = IntStream.range(0, shared.options().loops())
                    .mapToObj(i -> new EventLoop(shared))
                    .toList();
            server.configureBlocking(false);
            server.bind(
                    new InetSocketAddress(
                            shared.options().host(), shared.options().port()),
                    BACKLOG);
            acceptor = new Acceptor(loops, server, source);
            port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        } catch (IOException | RuntimeException e) {
            server.close();
            loops.forEach(EventLoop::end);
            throw e;
        }
    }

    /**
     * The port that it listens on.
     *
     * @throws IllegalStateException if it was not started
     */
    public int port() {
        synchronized (lock) {
            if (port < 0) {
                throw new IllegalStateException("not started");
            }
            return port;
        }
    }

    /** What was counted so far. */
    public Stats stats() {
        Counters counters = shared.counters();
        return new Stats(
                counters.connections(),
                counters.accepted.sum(),
                counters.refused.sum(),
                loops.stream().mapToLong(loop -> loop.budget().used()).sum(),
                counters.slowConsumers.sum());
    }

    /**
     * Takes a request for an upgrade that came over an HTTP connection of somebody else's, and decides about it as if it
     * had come to the transport's own port.
     *
     * @param lane runs what concerns the connection, one task at a time, in order of submission
     * @param sink where its bytes go
     * @throws IllegalStateException if the transport was not started
     */
    public AdoptedConnection adopt(UpgradeRequest request, Executor lane, ByteSink sink) {
        if (loops.isEmpty()) {
            throw new IllegalStateException("not started");
        }
        Handshake.Decision decision = Handshake.decide(request, shared.options());
        if (decision instanceof Handshake.Accepted
                && !shared.counters().enter(shared.options().maxConnections())) {
            decision = Handshake.UNAVAILABLE;
        }
        if (decision instanceof Handshake.Refused) {
            shared.counters().refused.increment();
        }
        AdoptedConnection adopted = new AdoptedConnection(loops.get(0), decision, lane, sink);
        if (decision instanceof Handshake.Accepted) {
            shared.adopted().add(adopted);
        }
        return adopted;
    }

    /**
     * Stops accepting and lets the mirror say good-bye to every session. Requests for HTTP are not taken any more
     * either. A second call changes nothing.
     *
     * @return completed when every connection has ended; without a deadline
     */
    public CompletionStage<Void> drain() {
        synchronized (lock) {
            if (drained == null) {
                drained = new CompletableFuture<>();
                beginDrain(drained);
            }
            return drained.minimalCompletionStage();
        }
    }

    private void beginDrain(CompletableFuture<Void> done) {
        Acceptor listener = acceptor;
        if (listener == null) {
            done.complete(null);
            return;
        }
        loops.get(0).execute(listener::close);
        loops.forEach(loop -> loop.execute(loop::abortHandshakes));
        shared.counters().drain();
        // Not here: the lock is held.
        CompletionStage<Void> ended = shared.counters().allEnded;
        loops.get(0)
                .execute(() -> shared.sessions()
                        .drain()
                        .handle((said, failure) -> {
                            sayBye();
                            return true;
                        })
                        .runAfterBoth(ended, () -> done.complete(null)));
    }

    /** Ends whoever the mirror does not know, for instance because they have not said yet who they are. */
    private void sayBye() {
        loops.forEach(loop -> loop.execute(loop::closeAll));
        shared.adopted().forEach(AdoptedConnection::close);
    }

    /** Drains up to the deadline, cuts what is left, ends the threads. A second call does nothing. */
    @Override
    public void close() {
        if (loops.stream().anyMatch(EventLoop::isCurrent)) {
            throw new IllegalStateException("close must not be called on a loop");
        }
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            awaitDrain();
            shared.adopted().forEach(AdoptedConnection::cut);
            // All loops first, then stop them: a session that ends may have something to say to another loop.
            CountDownLatch cut = new CountDownLatch(loops.size());
            loops.forEach(loop -> loop.execute(() -> {
                loop.abortAll();
                cut.countDown();
            }));
            if (!cut.await(JOIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "A loop is stuck");
            }
            stopLoops();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loops.forEach(EventLoop::stop);
        }
    }

    private void stopLoops() throws InterruptedException {
        loops.forEach(EventLoop::stop);
        for (EventLoop loop : loops) {
            loop.join(JOIN_MILLIS);
        }
    }

    private void awaitDrain() throws InterruptedException {
        try {
            drain().toCompletableFuture().get(shared.options().drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} connections did not end in time and are cut",
                    shared.counters().connections());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a drain never fails", e);
        }
    }
}
