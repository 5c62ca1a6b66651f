package dev.mirror.websocket;

import dev.mirror.message.CloseReason;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket on somebody else's connection: an upgrade that came over a kept-alive or an encrypted HTTP connection.
 * The owner of that connection answers the request with {@link #status} and {@link #headers}; if that is 101, it then
 * calls {@link #opened} and hands in what it reads.
 *
 * <p>Threads: every method but the two named above is called on the lane that was given to
 * {@link WebSocketTransport#adopt}, never two at a time. Outgoing bytes go to the {@link ByteSink} on the lane, up to
 * 64 KiB at a time, with the same limits as on the transport's own connections.
 */
public final class AdoptedConnection {
    private static final int WRITE_BYTES = 64 * 1024;

    private final EventLoop timers;
    private final Executor lane;
    private final ByteSink sink;
    private final Handshake.Decision decision;
    private final Outbox outbox;
    private final EngineConnection engine;
    private final Timer timer = new Timer();
    // All below: owned by the lane.
    private boolean scheduled;
    private boolean writing;
    private boolean finishing;
    private boolean shut;
    private boolean started;
    private boolean ended;
    /** How much waits, as of the last write; written on the lane, read by the loop that makes room. */
    private volatile int queued;

    AdoptedConnection(EventLoop timers, Handshake.Decision decision, Executor lane, ByteSink sink) {
        this.timers = timers;
        this.decision = decision;
        this.lane = lane;
        this.sink = sink;
        this.outbox = new Outbox(timers.budget());
        this.engine = new EngineConnection(new SinkWire(), timers.shared());
    }

    /** The status of the answer: 101, or the error that the request is answered with. */
    public int status() {
        return decision instanceof Handshake.Refused refused ? refused.status() : 101;
    }

    /** The headers of the answer, besides those that every answer has. */
    public Map<String, String> headers() {
        return decision instanceof Handshake.Accepted accepted
                ? accepted.answer()
                : ((Handshake.Refused) decision).answer();
    }

    /**
     * The answer 101 is on its way: the session begins. Called once, before anything else.
     *
     * @throws IllegalStateException if the request was refused
     */
    public void opened() {
        if (!(decision instanceof Handshake.Accepted accepted) || started) {
            throw new IllegalStateException("refused, or opened already");
        }
        started = true;
        // The owner has answered; the engine's own 101 goes nowhere.
        scheduled = true;
        engine.answer(accepted, timers.shared().now());
        scheduled = false;
        outbox.clear();
        engine.start(accepted, lane);
    }

    /**
     * Bytes from the peer. The buffer must have an array and an array offset of 0; its bytes are overwritten, and it is
     * the caller's again after the call. Ignored once the connection is closing.
     */
    public void receive(ByteBuffer bytes) {
        if (!bytes.hasArray() || bytes.arrayOffset() != 0) {
            throw new IllegalArgumentException("the buffer must have an array, with offset 0");
        }
        if (started && !ended) {
            engine.receive(bytes, timers.shared().now());
        }
    }

    /**
     * The peer's stream has ended, or the connection failed. The owner always calls it in the end, opened or not; it may
     * be called again, and for a request that was refused.
     */
    public void ended() {
        end();
    }

    /** Any thread. Tells the peer that the server goes down. */
    void close() {
        onLane(() -> engine.close(CloseReason.RESTART));
    }

    /** Any thread. How much waits, as of the last write, if its limits are this loop's. */
    int queuedBytes(EventLoop loop) {
        return loop == timers ? queued : 0;
    }

    /** Any thread. Ends at once. */
    void cut() {
        onLane(this::end);
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        timer.stop();
        sink.close();
        outbox.clear();
        if (decision instanceof Handshake.Accepted) {
            timers.shared().adopted().remove(this);
            timers.shared().counters().leave();
        }
        engine.ended();
    }

    private void flush() {
        scheduled = false;
        queued = outbox.bytes();
        if (ended || writing) {
            return;
        }
        if (!outbox.isEmpty()) {
            write();
            return;
        }
        if (finishing && !shut) {
            shut = true;
            sink.finish();
        }
        engine.flushed();
    }

    private void write() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(outbox.bytes(), WRITE_BYTES));
        outbox.handOut(bytes);
        bytes.flip();
        int count = bytes.remaining();
        writing = true;
        sink.write(bytes).whenComplete((done, failure) -> onLane(() -> written(count, failure)));
    }

    private void written(int count, @Nullable Throwable failure) {
        writing = false;
        if (ended) {
            return;
        }
        if (failure != null) {
            end();
            return;
        }
        outbox.advance(count);
        flush();
    }

    private void onLane(Runnable task) {
        try {
            lane.execute(task);
        } catch (RejectedExecutionException e) {
            // The lane is gone, and whoever ended it ends its connections.
            timer.stop();
        }
    }

    private final class SinkWire implements Wire {
        @Override
        public Outbox outbox() {
            return outbox;
        }

        @Override
        public void flushLater() {
            if (!scheduled && !ended) {
                scheduled = true;
                onLane(AdoptedConnection.this::flush);
            }
        }

        @Override
        public void flushNow() {
            // The sink tells when it is done, not at once.
        }

        @Override
        public void finish() {
            finishing = true;
            flushLater();
        }

        @Override
        public void abort() {
            end();
        }

        @Override
        public void timer(long dueMillis) {
            timer.set(dueMillis);
        }
    }

    /** Rings on a loop, and hands over to the lane. */
    private final class Timer extends TimerWheel.Entry {
        void set(long dueMillis) {
            onLoop(() -> timers.wheel().schedule(this, dueMillis));
        }

        void stop() {
            onLoop(() -> timers.wheel().cancel(this));
        }

        private void onLoop(Runnable task) {
            try {
                timers.execute(task);
            } catch (RejectedExecutionException e) {
                // The transport is closed; it told this connection before.
                assert timers.hasStopped();
            }
        }

        @Override
        void expire(long nowMillis) {
            onLane(() -> {
                if (!ended) {
                    engine.tick(nowMillis);
                }
            });
        }
    }
}
