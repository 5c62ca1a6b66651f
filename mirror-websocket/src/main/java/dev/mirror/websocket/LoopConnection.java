package dev.mirror.websocket;

import dev.mirror.message.CloseReason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A channel of an event loop, from accept to end: collects the head of the request, then is a WebSocket, or is handed
 * over, or is refused. Owned by the loop's thread.
 */
final class LoopConnection extends TimerWheel.Entry implements EventLoop.Ready, Wire {

    private final EventLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Outbox outbox;
    // All below: owned by the loop's thread.
    /** What came of the head so far, if it did not come at once. */
    private byte @Nullable [] head;

    private @Nullable EngineConnection engine;
    private State state = State.HEAD;
    private boolean dirty;
    private boolean shut;

    private enum State {
        /** The request is not complete. */
        HEAD,
        /** Read and write. */
        OPEN,
        /** Write what waits, then the end of the stream, then wait for the peer's; what is read is thrown away. */
        FINISHING,
        /** The channel is closed, or somebody else's. */
        ENDED
    }

    /** Takes a channel that was accepted. */
    LoopConnection(EventLoop loop, SocketChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.outbox = new Outbox(loop.budget());
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.key = channel.register(loop.selector(), SelectionKey.OP_READ, this);
        loop.enterHandshake(this);
        timer(loop.now() + loop.shared().options().handshakeTimeout().toMillis());
    }

    @Override
    public void ready(SelectionKey selected) {
        if (selected.isReadable()) {
            read();
        }
        if (state != State.ENDED && selected.isWritable()) {
            flush();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.readBuffer();
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            abort();
            return;
        }
        buffer.flip();
        if (state == State.HEAD) {
            collect(buffer);
        } else if (state == State.OPEN && engine != null) {
            engine.receive(buffer, loop.now());
        }
    }

    private void collect(ByteBuffer buffer) {
        ByteBuffer all = buffer;
        int searched = 0;
        if (head != null) {
            byte[] joined = Arrays.copyOf(head, head.length + buffer.remaining());
            buffer.get(joined, head.length, buffer.remaining());
            searched = Math.max(0, head.length - 3);
            all = ByteBuffer.wrap(joined);
        }
        int end = UpgradeRequest.endOfHead(all.array(), searched, all.limit());
        int limit = loop.shared().options().maxHeadBytes();
        if (all.limit() > 0 && !Character.isUpperCase(all.get(0))) {
            refuse(Handshake.BAD_REQUEST);
        } else if (end > limit || (end < 0 && all.limit() >= limit)) {
            refuse(Handshake.TOO_LARGE);
        } else if (end < 0) {
            keep(Arrays.copyOf(all.array(), all.limit()));
        } else {
            keep(null);
            dispatch(all, end);
        }
    }

    private void keep(byte @Nullable [] bytes) {
        int growth = (bytes == null ? 0 : bytes.length) - (head == null ? 0 : head.length);
        head = bytes;
        loop.headsGrew(growth);
    }

    private void dispatch(ByteBuffer all, int end) {
        WebSocketOptions options = loop.shared().options();
        Optional<UpgradeRequest> request = UpgradeRequest.parse(all.duplicate().limit(end));
        Optional<HttpHandOver> http = options.httpHandOver();
        if (http.isPresent() && request.filter(UpgradeRequest::isForWebSocket).isEmpty()) {
            handOver(http.get(), all);
            return;
        }
        Handshake.Decision decision =
                request.map(r -> Handshake.decide(r, options)).orElse(Handshake.BAD_REQUEST);
        if (decision instanceof Handshake.Accepted && !loop.shared().counters().enter(options.maxConnections())) {
            decision = Handshake.UNAVAILABLE;
        }
        if (decision instanceof Handshake.Accepted accepted) {
            loop.leaveHandshake(this);
            state = State.OPEN;
            EngineConnection started = new EngineConnection(this, loop.shared());
            engine = started;
            started.answer(accepted, loop.now());
            started.start(accepted, loop);
            started.receive(all.position(end), loop.now());
        } else {
            refuse((Handshake.Refused) decision);
        }
    }

    private void handOver(HttpHandOver http, ByteBuffer all) {
        // A copy: the buffer is the loop's.
        ByteBuffer bytes = ByteBuffer.allocate(all.limit()).put(all.rewind()).flip();
        loop.leaveHandshake(this);
        loop.wheel().cancel(this);
        state = State.ENDED;
        key.cancel();
        // A task of the next turn: the selector lets go of the channel when it selects again.
        loop.execute(() -> loop.execute(() -> {
            try {
                http.handOver(channel, bytes);
            } catch (Throwable t) {
                closeChannel();
                Faults.log("HTTP did not take a connection over", t);
            }
        }));
    }

    private void refuse(Handshake.Refused refusal) {
        loop.shared().counters().refused.increment();
        keep(null);
        outbox.add(refusal.bytes());
        timer(loop.now() + loop.shared().options().closeTimeout().toMillis());
        finish();
    }

    /** Writes as much as the peer takes. */
    void flush() {
        dirty = false;
        if (state == State.ENDED) {
            return;
        }
        try {
            if (!write()) {
                return;
            }
            if (state == State.FINISHING && !shut) {
                shut = true;
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            abort();
            return;
        }
        if (engine != null) {
            engine.flushed();
        }
    }

    /** Writes until nothing waits or the peer takes no more; says whether nothing waits. */
    private boolean write() throws IOException {
        while (!outbox.isEmpty()) {
            ByteBuffer out = loop.writeBuffer();
            outbox.fill(out);
            outbox.advance(channel.write(out.flip()));
            if (out.hasRemaining()) {
                interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return false;
            }
        }
        interest(SelectionKey.OP_READ);
        return true;
    }

    @Override
    public void flushNow() {
        if (state == State.OPEN && key.interestOps() == SelectionKey.OP_READ) {
            try {
                write();
            } catch (IOException e) {
                Faults.log(Level.DEBUG, "A write failed; the flush of this turn will see to it", e);
            }
        }
    }

    private void interest(int operations) {
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public void flushLater() {
        if (!dirty && state != State.ENDED) {
            dirty = true;
            loop.flushLater(this);
        }
    }

    @Override
    public void finish() {
        if (state != State.ENDED) {
            state = State.FINISHING;
            flushLater();
        }
    }

    @Override
    public void timer(long dueMillis) {
        if (state != State.ENDED) {
            loop.wheel().schedule(this, dueMillis);
        }
    }

    @Override
    void expire(long nowMillis) {
        if (engine != null) {
            engine.tick(nowMillis);
        } else {
            giveUp();
        }
    }

    /** Ends, and forgets what waits. */
    void makeRoom() {
        if (engine != null) {
            engine.makeRoom();
        } else {
            abort();
        }
    }

    /** Tells the peer that the server goes down. */
    void close() {
        if (engine != null) {
            engine.close(CloseReason.RESTART);
        } else {
            abort();
        }
    }

    /** The request did not come in time, or there is no more room to wait for it. */
    void giveUp() {
        if (state == State.HEAD) {
            loop.shared().counters().refused.increment();
        }
        abort();
    }

    @Override
    public void abort() {
        if (state == State.ENDED) {
            return;
        }
        loop.leaveHandshake(this);
        state = State.ENDED;
        keep(null);
        loop.wheel().cancel(this);
        closeChannel();
        outbox.clear();
        if (engine != null) {
            loop.shared().counters().leave();
            engine.ended();
        }
    }

    private void closeChannel() {
        try {
            if (!outbox.isEmpty()) {
                // Nobody reads: the system must not keep the bytes and try for minutes.
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            Faults.log(Level.DEBUG, "A channel failed to close", e);
        }
    }
}
