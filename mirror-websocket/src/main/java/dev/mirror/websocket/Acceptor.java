package dev.mirror.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections on the first loop and deals them out in turn. It never gives the port up: when it cannot accept,
 * for instance because there is no file descriptor left, or may not, because it went too fast, it pauses for a moment.
 * Owned by the first loop's thread.
 */
final class Acceptor extends TimerWheel.Entry implements EventLoop.Ready {
    private static final int BATCH = 64;
    private static final long PAUSE_MILLIS = 100;

    private final List<EventLoop> loops;
    private final ServerSocketChannel server;
    private final Source source;
    private final SelectionKey key;
    private final Counters counters;
    private final int perSecond;
    // All below: owned by the first loop's thread.
    private int next;
    private boolean failing;
    /** How many may be accepted now, in thousandths; at most a second's worth. */
    private long allowance;

    private long allowedAt;

    Acceptor(List<EventLoop> loops, ServerSocketChannel server, Source source) throws IOException {
        EventLoop loop = loops.get(0);
        this.loops = loops;
        this.server = server;
        this.source = source;
        this.counters = loop.shared().counters();
        this.perSecond = loop.shared().options().acceptsPerSecond();
        this.allowance = perSecond * 1_000L;
        this.allowedAt = loop.now();
        this.key = server.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
    }

    /** Where connections come from; a seam, so that a test can run out of descriptors. */
    @FunctionalInterface
    interface Source {
        @Nullable
        SocketChannel accept(ServerSocketChannel server) throws IOException;
    }

    @Override
    public void ready(SelectionKey selected) {
        refill(loops.get(0).now());
        for (int i = 0; i < BATCH; i++) {
            if (allowance < 1_000) {
                pause();
                return;
            }
            SocketChannel channel;
            try {
                channel = source.accept(server);
            } catch (IOException e) {
                pause();
                if (!failing) {
                    failing = true;
                    Faults.log(Level.WARNING, "Cannot accept connections at the moment", e);
                }
                return;
            }
            if (channel == null) {
                return;
            }
            failing = false;
            allowance -= 1_000;
            counters.accepted.increment();
            deal(channel);
        }
    }

    private void refill(long now) {
        allowance = Math.min(perSecond * 1_000L, allowance + (now - allowedAt) * perSecond);
        allowedAt = now;
    }

    private void pause() {
        key.interestOps(0);
        loops.get(0).wheel().schedule(this, loops.get(0).now() + PAUSE_MILLIS);
    }

    private void deal(SocketChannel channel) {
        EventLoop loop = loops.get(next);
        next = (next + 1) % loops.size();
        if (loop == loops.get(0)) {
            take(loop, channel);
            return;
        }
        try {
            loop.execute(() -> take(loop, channel));
        } catch (RejectedExecutionException e) {
            close(channel);
        }
    }

    private static void take(EventLoop loop, SocketChannel channel) {
        try {
            new LoopConnection(loop, channel);
        } catch (IOException | RuntimeException e) {
            // The peer may be gone already.
            Faults.log(Level.DEBUG, "A connection was lost before it began", e);
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            Faults.log(Level.DEBUG, "A channel failed to close", e);
        }
    }

    @Override
    void expire(long nowMillis) {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** A fault while accepting is no reason to stop. */
    @Override
    public void abort() {
        if (key.isValid()) {
            pause();
        }
    }

    /** Gives the port up. */
    void close() {
        loops.get(0).wheel().cancel(this);
        key.cancel();
        try {
            server.close();
        } catch (IOException e) {
            Faults.log(Level.WARNING, "The listener failed to close", e);
        }
    }
}
