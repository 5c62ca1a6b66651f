package dev.mirror.client;

import dev.mirror.message.CloseReason;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings what a socket hears to the lane. At most {@value #MAX_WAITING} messages wait there; then the socket is read no
 * further. The lane never waits for the socket, so this ends.
 */
final class Inbound {
    private static final int MAX_WAITING = 256;

    private final Executor lane;
    private final ClientTransport.Listener listener;
    private final Semaphore room = new Semaphore(MAX_WAITING);
    private final AtomicBoolean closed = new AtomicBoolean();

    Inbound(Executor lane, ClientTransport.Listener listener) {
        this.lane = lane;
        this.listener = listener;
    }

    void received(byte[] text) {
        room.acquireUninterruptibly();
        boolean taken = onLane(() -> {
            room.release();
            listener.received(text);
        });
        if (!taken) {
            room.release();
        }
    }

    void heard() {
        onLane(listener::heard);
    }

    void closed(CloseReason reason) {
        if (closed.compareAndSet(false, true)) {
            onLane(() -> listener.closed(reason));
        }
    }

    private boolean onLane(Runnable task) {
        try {
            lane.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }
}
