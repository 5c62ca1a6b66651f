package dev.mirror.testkit.fake;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.spi.Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a peer that only remembers. The peer reads at once, until the test {@linkplain #stall stalls} it;
 * then frames wait in an outbox with as much room as the test gave it.
 *
 * <p>The end reaches the session through the listeners of {@link #onEnd}, once. Safe for any thread, so that a test
 * can look on.
 */
public final class RecordingConnection implements Connection {
    private final List<String> received = new ArrayList<>(); // guarded by this
    private final Deque<Frame> outbox = new ArrayDeque<>(); // guarded by this
    private final List<Runnable> endListeners = new ArrayList<>(); // guarded by this
    private int room = Integer.MAX_VALUE; // guarded by this
    private boolean stalled; // guarded by this
    private boolean ended; // guarded by this
    private @Nullable CloseReason reason; // guarded by this
    private @Nullable Consumer<String> reader; // guarded by this

    /** A connection whose peer reads. */
    public RecordingConnection() {}

    @Override
    public boolean send(Frame frame) {
        synchronized (this) {
            if (ended || outbox.size() >= room) {
                return false;
            }
            outbox.add(frame);
        }
        deliver();
        return true;
    }

    @Override
    public synchronized long queuedBytes() {
        return outbox.stream().mapToLong(Frame::size).sum();
    }

    @Override
    public void close(CloseReason why) {
        List<Runnable> listeners;
        synchronized (this) {
            if (ended) {
                return;
            }
            reason = why;
            listeners = end();
        }
        listeners.forEach(Runnable::run);
    }

    /** The peer goes away without a word: what waits is lost, and the session hears of the end. */
    public void vanish() {
        List<Runnable> listeners;
        synchronized (this) {
            listeners = end();
        }
        listeners.forEach(Runnable::run);
    }

    private List<Runnable> end() {
        if (ended) {
            return List.of();
        }
        ended = true;
        outbox.clear();
        List<Runnable> listeners = List.copyOf(endListeners);
        endListeners.clear();
        return listeners;
    }

    /** Calls the listener when the connection has ended; a transport would tell the session so. */
    public synchronized void onEnd(Runnable listener) {
        endListeners.add(listener);
    }

    /** Hands every further frame to the peer as it arrives, on the thread that sends. */
    public synchronized void onFrame(Consumer<String> peer) {
        reader = peer;
    }

    /** The peer stops reading; from now on at most this many frames wait for it. */
    public synchronized void stall(int frames) {
        stalled = true;
        room = frames;
    }

    /** The peer reads again, what waits first. The session's {@code drained()} is the test's to call. */
    public void resume() {
        synchronized (this) {
            stalled = false;
            room = Integer.MAX_VALUE;
        }
        deliver();
    }

    private void deliver() {
        for (String text = next(); text != null; text = next()) {
            Consumer<String> peer = peer();
            if (peer != null) {
                peer.accept(text);
            }
        }
    }

    private synchronized @Nullable String next() {
        if (stalled || outbox.isEmpty()) {
            return null;
        }
        String text = outbox.remove().toString();
        received.add(text);
        return text;
    }

    private synchronized @Nullable Consumer<String> peer() {
        return reader;
    }

    /** Every frame that the peer got so far, as text. */
    public synchronized List<String> frames() {
        return List.copyOf(received);
    }

    /** The frames that the peer got since the last take. */
    public synchronized List<String> take() {
        List<String> frames = List.copyOf(received);
        received.clear();
        return frames;
    }

    /** With which reason the server ended the connection; empty if it did not. */
    public synchronized Optional<CloseReason> closeReason() {
        return Optional.ofNullable(reason);
    }

    /** Whether the connection has ended, however that came about. */
    public synchronized boolean isEnded() {
        return ended;
    }
}
