package dev.mirror.websocket;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.spi.Connection;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the session sees it: Java-WebSocket's engine between a {@link Wire} and a session. Frames to the
 * peer go past the engine; control frames, fragments and the closing handshake go through it.
 *
 * <p>Life: opened once; closing, from when either side says so (nothing is received or sent any more); ended, when the
 * wire has. The session hears of the end when the last byte is on its way or the wire has ended, whichever is first.
 * Every method is called on the lane.
 */
final class EngineConnection extends WebSocketAdapter implements Connection {
    private static final long NEVER = Long.MAX_VALUE;

    private final Wire wire;
    private final Shared shared;
    private final WebSocketImpl engine;
    // All below: owned by the lane.
    private Sessions.@Nullable Session session;
    private @Nullable MirrorDraft draft;
    private long heardAt;
    /** By when the message that has begun must be whole; NEVER if none has. */
    private long wholeBy = NEVER;

    private boolean pinged;
    /** What was written when the outbox was last seen to move, or empty, and when that was. */
    private long progress;

    private long movedAt;
    private boolean open;
    private boolean told;

    EngineConnection(Wire wire, Shared shared) {
        this.wire = wire;
        this.shared = shared;
        this.engine = new WebSocketImpl(this, shared.drafts());
    }

    WebSocketImpl engine() {
        return engine;
    }

    boolean isOpen() {
        return open;
    }

    /** Has the engine answer the handshake. Called once, first. */
    void answer(Handshake.Accepted handshake, long now) {
        heardAt = now;
        movedAt = now;
        wire.timer(now + shared.options().idleAfter().toMillis());
        engine.decode(handshake.canonicalHead());
        if (!engine.isOpen()) {
            throw new IllegalStateException("the engine refused a handshake that was checked");
        }
    }

    /** Opens the session. Called once, after the answer. */
    void start(Handshake.Accepted handshake, Executor lane) {
        open = true;
        try {
            session = shared.sessions().open(this, lane, handshake.protocol(), handshake.credentials());
        } catch (Throwable t) {
            fault(t);
        }
    }

    /** Bytes from the peer; the array offset of the buffer must be 0, its bytes are overwritten. */
    void receive(ByteBuffer bytes, long now) {
        heardAt = now;
        pinged = false;
        if (!open || !bytes.hasRemaining()) {
            return;
        }
        try {
            engine.decode(bytes);
            expectTheRest(now);
        } catch (Throwable t) {
            fault(t);
        }
    }

    /** A peer that lets its messages drip is heard, but must not hold on to what they take. */
    private void expectTheRest(long now) {
        if (!open || draft == null || !draft.isMidway()) {
            wholeBy = NEVER;
        } else if (wholeBy == NEVER) {
            wholeBy = now + shared.options().messageTimeout().toMillis();
            wire.timer(Math.min(wholeBy, now + shared.options().idleAfter().toMillis()));
        }
    }

    @Override
    public boolean send(Frame frame) {
        if (!open || !accept(frame)) {
            return false;
        }
        wire.flushLater();
        return true;
    }

    private boolean accept(Frame frame) {
        if (wire.outbox().offer(frame)) {
            return true;
        }
        // Many frames within one turn do not make a slow consumer: the peer has had no chance to read them.
        wire.flushNow();
        return wire.outbox().offer(frame);
    }

    @Override
    public long queuedBytes() {
        return wire.outbox().bytes();
    }

    @Override
    public void close(CloseReason reason) {
        if (open) {
            if (reason.code() == CloseReason.SLOW_CONSUMER.code()) {
                shared.counters().slowConsumers.increment();
            }
            engine.close(reason.code(), reason.name());
        }
    }

    /** Makes room for others: what waits is forgotten, and the peer told to come back, if it reads that. */
    void makeRoom() {
        if (open) {
            wire.outbox().forgetUnbegun();
            close(CloseReason.SLOW_CONSUMER);
        } else {
            wire.abort();
        }
    }

    /** By when something must be written, if something waits. */
    private long moveBy(long now) {
        Outbox outbox = wire.outbox();
        if (outbox.isEmpty() || outbox.progress() != progress) {
            progress = outbox.progress();
            movedAt = now;
        }
        long patience =
                shared.options().idleAfter().plus(shared.options().idleGrace()).toMillis();
        return outbox.isEmpty() ? NEVER : movedAt + patience;
    }

    /** The time that was asked for by {@link Wire#timer} has come. */
    void tick(long now) {
        if (!open) {
            wire.abort();
            return;
        }
        long pingAt = heardAt + shared.options().idleAfter().toMillis();
        long closeAt = pingAt + shared.options().idleGrace().toMillis();
        long moveBy = moveBy(now);
        if (now >= moveBy) {
            makeRoom();
        } else if (now >= closeAt || now >= wholeBy) {
            close(CloseReason.IDLE);
        } else if (now >= pingAt) {
            if (!pinged) {
                pinged = true;
                engine.sendFrame(new PingFrame());
            }
            wire.timer(Math.min(moveBy, Math.min(closeAt, wholeBy)));
        } else {
            wire.timer(Math.min(moveBy, Math.min(pingAt, wholeBy)));
        }
    }

    /** The outbox is empty. */
    void flushed() {
        if (!open) {
            tellEnd();
        } else if (session != null) {
            try {
                session.drained();
            } catch (Throwable t) {
                fault(t);
            }
        }
    }

    /** The wire has ended, however it came about. */
    void ended() {
        open = false;
        tellEnd();
    }

    private void tellEnd() {
        if (!told && session != null) {
            told = true;
            try {
                session.closed();
            } catch (Throwable t) {
                Faults.log("A session failed to close", t);
            }
        }
    }

    /** One whole message, checked to be UTF-8. */
    void message(byte[] buffer, int offset, int length) {
        if (session != null) {
            try {
                session.receive(buffer, offset, length);
            } catch (Throwable t) {
                fault(t);
            }
        }
    }

    /** A fault of ours while we serve this connection; it ends this connection and no other. */
    private void fault(Throwable t) {
        if (open) {
            close(CloseReason.INTERNAL);
            Faults.log("A connection is closed after a fault", t);
        }
    }

    // What the engine tells us.

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket conn, Draft draft, ClientHandshake request)
            throws org.java_websocket.exceptions.InvalidDataException {
        MirrorDraft own = (MirrorDraft) draft;
        own.attach(this);
        this.draft = own;
        return super.onWebsocketHandshakeReceivedAsServer(conn, draft, request);
    }

    @Override
    public void onWriteDemand(WebSocket conn) {
        for (ByteBuffer bytes = engine.outQueue.poll(); bytes != null; bytes = engine.outQueue.poll()) {
            int opcode = Framing.opcode(bytes.get(bytes.position()));
            if (opcode == Framing.PING || opcode == Framing.PONG) {
                wire.outbox().addUrgent(bytes);
            } else {
                wire.outbox().add(bytes);
            }
        }
        wire.flushLater();
    }

    /** A message that came in fragments. */
    @Override
    public void onWebsocketMessage(WebSocket conn, String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        message(bytes, 0, bytes.length);
    }

    @Override
    public void onWebsocketMessage(WebSocket conn, ByteBuffer blob) {
        throw new IllegalStateException("binary messages are refused before");
    }

    /** The close frame, if there is one, is in the outbox: nothing may follow it. */
    @Override
    public void onWebsocketClosing(WebSocket conn, int code, String reason, boolean remote) {
        open = false;
        wire.timer(shared.now() + shared.options().closeTimeout().toMillis());
        wire.finish();
    }

    @Override
    public void onWebsocketError(WebSocket conn, Exception ex) {
        fault(ex);
    }

    @Override
    public void onWebsocketOpen(WebSocket conn, Handshakedata d) {}

    @Override
    public void onWebsocketClose(WebSocket conn, int code, String reason, boolean remote) {}

    @Override
    public void onWebsocketCloseInitiated(WebSocket conn, int code, String reason) {}

    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress(WebSocket conn) {
        return null;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket conn) {
        return null;
    }
}
