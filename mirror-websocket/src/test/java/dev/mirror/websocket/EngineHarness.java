package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** An adopted connection without a network: what it writes is kept, and its lane runs in the calls of the test. */
final class EngineHarness implements ByteSink, Executor {
    final FakeSessions sessions;
    final AdoptedConnection connection;
    final EventLoop timers;
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    boolean finished;
    boolean closed;
    /** Whether writes stay under way until {@link #writeDone}. */
    boolean hold;

    Runnable onWrite = () -> {};

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private boolean running;

    EngineHarness(WebSocketOptions options, FakeSessions sessions) {
        this.sessions = sessions;
        this.timers = new EventLoop(new Shared(options, sessions));
        this.connection = new AdoptedConnection(
                timers, new Handshake.Accepted(RawClient.KEY, Protocol.V1, Credentials.none()), this, this);
        timers.shared().counters().enter(1);
        execute(connection::opened);
    }

    EngineHarness(WebSocketOptions options) {
        this(options, new FakeSessions((session, text) -> {}));
    }

    /** Feeds a copy, in pieces of that size. */
    void feed(byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length; at += piece) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.min(piece, bytes.length - at));
            buffer.put(bytes, at, buffer.remaining()).flip();
            execute(() -> connection.receive(buffer));
        }
    }

    void feed(byte[] bytes) {
        feed(bytes, Math.max(1, bytes.length));
    }

    FakeSessions.FakeSession session() {
        return sessions.only();
    }

    List<String> messages() {
        return List.copyOf(session().received);
    }

    /** The frames written so far; fails if one is masked, or not whole. */
    List<RawClient.Received> frames() {
        ByteBuffer in = ByteBuffer.wrap(written.toByteArray());
        List<RawClient.Received> frames = new ArrayList<>();
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int second = in.get() & 0xFF;
            long length = second < 126 ? second : second == 126 ? in.getShort() & 0xFFFF : in.getLong();
            byte[] payload = new byte[Math.toIntExact(length)];
            in.get(payload);
            frames.add(new RawClient.Received(first & 15, first >= 128, new String(payload, ISO_8859_1)));
        }
        return frames;
    }

    /** The code of the close frame, which must be the last one; -1 if there is none. */
    int closeCode() {
        List<RawClient.Received> frames = frames();
        for (int i = 0; i < frames.size() - 1; i++) {
            if (frames.get(i).opcode() == 8) {
                throw new AssertionError("something follows the close frame: " + frames);
            }
        }
        return frames.isEmpty() ? -1 : frames.get(frames.size() - 1).closeCode();
    }

    void writeDone() {
        CompletableFuture<Void> done = underWay;
        done.complete(null);
    }

    void writeFailed() {
        underWay.completeExceptionally(new java.io.IOException("broken"));
    }

    @Override
    public CompletionStage<Void> write(ByteBuffer bytes) {
        if (finished || closed || !underWay.isDone()) {
            throw new AssertionError("a write after the end, or two at once");
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        written.writeBytes(copy);
        onWrite.run();
        underWay = hold ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
        return underWay;
    }

    @Override
    public void finish() {
        finished = true;
    }

    @Override
    public void close() {
        if (closed) {
            throw new AssertionError("closed twice");
        }
        closed = true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running) {
            return;
        }
        running = true;
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
        running = false;
    }
}
