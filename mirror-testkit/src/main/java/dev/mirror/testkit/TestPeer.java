package dev.mirror.testkit;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.fake.RecordingConnection;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One peer of a {@link TestMirror}, seen from the peer's side: it says text frames and gets text frames, as over a
 * WebSocket.
 *
 * <p>What it does takes effect before the method returns, unless it is called by a task of the virtual time; then it
 * takes effect after that task. It has a lane of its own, on which its listener is called.
 */
public final class TestPeer implements AutoCloseable {
    private final VirtualTime time;
    private final Executor lane;
    private final RecordingConnection connection = new RecordingConnection();
    private @Nullable Session session; // only on the lane

    /** Hears what arrives at a peer. Called on the peer's lane. */
    public interface Listener {
        /** A frame came. */
        void onText(String text);

        /** The connection has ended: by the server with a close code and a name, or, with 1006, without a word. */
        void onEnd(int code, String reason);

        /** One that does not listen. */
        static Listener none() {
            return new Listener() {
                @Override
                public void onText(String text) {
                    // The peer remembers it anyway.
                }

                @Override
                public void onEnd(int code, String reason) {
                    // The peer remembers it anyway.
                }
            };
        }
    }

    TestPeer(VirtualTime time, Listener listener) {
        this.time = time;
        this.lane = time.lane();
        connection.onFrame(listener::onText);
        connection.onEnd(() -> lane.execute(() -> {
            if (session != null) {
                session.closed();
            }
            CloseReason reason = connection.closeReason().orElse(new CloseReason(1006, ""));
            listener.onEnd(reason.code(), reason.name());
        }));
    }

    void open(Mirror mirror, Protocol protocol, Credentials credentials) {
        onLane(() -> session = mirror.open(connection, lane, protocol, credentials));
    }

    /** Says a frame. After the end it is lost, as on a wire. */
    public void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        onLane(() -> {
            if (session != null && !connection.isEnded()) {
                session.receive(bytes, 0, bytes.length);
            }
        });
    }

    /** Every frame that came, since the last {@link #take()}. */
    public List<String> frames() {
        return connection.frames();
    }

    /** Returns and forgets the frames that came. */
    public List<String> take() {
        return connection.take();
    }

    /** With which reason the server ended the connection; empty if it did not. */
    public Optional<CloseReason> closeReason() {
        return connection.closeReason();
    }

    /** Whether the connection has ended, from whichever side. */
    public boolean isEnded() {
        return connection.isEnded();
    }

    /** Stops reading: from now on at most so many frames wait for it, then the server finds its outbox full. */
    public void stall(int frames) {
        connection.stall(frames);
    }

    /** Reads again, what waits first. */
    public void resume() {
        onLane(() -> {
            connection.resume();
            if (session != null) {
                session.drained();
            }
        });
    }

    /** Goes away without a word, as when a network fails. Idempotent. */
    @Override
    public void close() {
        connection.vanish();
        time.runAll();
    }

    private void onLane(Runnable task) {
        lane.execute(task);
        time.runAll();
    }
}
