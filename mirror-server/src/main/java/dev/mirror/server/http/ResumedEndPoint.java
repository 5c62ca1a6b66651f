package dev.mirror.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A channel that was read from before: what was read comes first. And one that can be watched while a request waits for
 * its answer, when nobody reads, to find out that the peer has gone.
 */
final class ResumedEndPoint extends SocketChannelEndPoint {
    private static final int PEEK_BYTES = 2_048;

    private final Executor executor;
    /** Read, and not yet taken. Guarded by this. */
    private ByteBuffer early;
    /** Guarded by this. */
    private boolean watching;

    /** Time and threads. */
    record Surroundings(Scheduler scheduler, Executor executor) {}

    ResumedEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key, Surroundings around, ByteBuffer early) {
        super(channel, selector, key, around.scheduler);
        this.executor = around.executor;
        this.early = early;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        synchronized (this) {
            if (early.hasRemaining()) {
                return BufferUtil.append(buffer, early);
            }
        }
        return super.fill(buffer);
    }

    /** What was read before is there at once, and no selector would tell. */
    @Override
    protected void needsFillInterest() {
        boolean there;
        synchronized (this) {
            there = early.hasRemaining();
        }
        if (there) {
            executor.execute(() -> getFillInterest().fillable());
        } else {
            super.needsFillInterest();
        }
    }

    /**
     * Runs a task if the peer goes away, until {@link #unwatch}. What it sends instead is kept for whoever reads next;
     * after that it is no longer watched.
     */
    synchronized void watch(Runnable gone) {
        // If somebody reads already, they will find out.
        watching = tryFillInterested(new Callback() {
            @Override
            public void succeeded() {
                if (peek()) {
                    gone.run();
                }
            }

            @Override
            public void failed(Throwable cause) {
                if (!(cause instanceof CancellationException)) {
                    gone.run();
                }
            }
        });
    }

    /** Watches no more; somebody else may read. Idempotent. */
    void unwatch() {
        boolean was;
        synchronized (this) {
            was = watching;
            watching = false;
        }
        if (was) {
            getFillInterest().onFail(new CancellationException());
        }
    }

    /** Whether the peer has gone. */
    private synchronized boolean peek() {
        if (!watching) {
            return false;
        }
        watching = false;
        if (early.hasRemaining()) {
            return false;
        }
        ByteBuffer buffer = BufferUtil.allocate(PEEK_BYTES);
        try {
            if (super.fill(buffer) < 0) {
                return true;
            }
        } catch (IOException broken) {
            return true;
        }
        early = buffer;
        return false;
    }
}
