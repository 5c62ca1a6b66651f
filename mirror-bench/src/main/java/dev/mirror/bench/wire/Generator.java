package dev.mirror.bench.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The client side of every scenario: many connections on one thread, to loopback only. One turn: wait, then serve
 * those that are ready, one after the other: read, answer.
 *
 * <p>Owned by one thread, which calls {@link #runFor} and {@link #runUntil}; nothing happens outside them.
 */
public final class Generator implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int HANDSHAKES_AT_ONCE = 128;
    private static final long SELECT_MILLIS = 10;

    private final InetSocketAddress server;
    private final Selector selector;
    private final byte[] readBytes = new byte[BUFFER_BYTES];
    private final ByteBuffer readBuffer = ByteBuffer.wrap(readBytes);
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private List<Peer> dirty = new ArrayList<>();
    private List<Peer> flushing = new ArrayList<>();
    private int greeted;
    /** What is done in every turn; it does not wait then. */
    private @Nullable Runnable background;
    /** What the next peers ask of the system as a receive buffer; 0 for its own choice. */
    private int receiveBytes;

    /** @param port of the server on loopback */
    public Generator(int port) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        selector = Selector.open();
    }

    Selector selector() {
        return selector;
    }

    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** What is behind the read buffer. */
    byte[] readBytes() {
        return readBytes;
    }

    ByteBuffer writeBuffer() {
        return writeBuffer.clear();
    }

    void flushLater(Peer peer) {
        dirty.add(peer);
    }

    /** A peer got its hello. */
    void greeted() {
        greeted++;
    }

    /**
     * Connects peers, some at a time, until every one has its hello.
     *
     * @param logins whose each is
     */
    public List<Peer> connect(int count, IntFunction<Login> logins) throws IOException {
        return connect(count, logins, HANDSHAKES_AT_ONCE);
    }

    /** The same, so many at a time. */
    public List<Peer> connect(int count, IntFunction<Login> logins, int atOnce) throws IOException {
        List<Peer> peers = new ArrayList<>(count);
        int before = greeted;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60 + count / 20);
        while (greeted - before < count) {
            while (peers.size() < count && peers.size() - (greeted - before) < atOnce) {
                peers.add(new Peer(this, server, logins.apply(peers.size())));
            }
            turn();
            if (System.nanoTime() > end) {
                throw new InvalidRunException("only " + (greeted - before) + " of " + count + " connected in time");
            }
        }
        return peers;
    }

    /** From now on does this in every turn, and never waits; null for nothing. */
    public void everyTurn(@Nullable Runnable task) {
        background = task;
    }

    /** The next peers have a receive buffer of so many bytes; 0 for the system's choice. */
    public void receiveBytes(int bytes) {
        receiveBytes = bytes;
    }

    int receiveBytes() {
        return receiveBytes;
    }

    /** Runs so long. */
    public void runFor(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            turn();
        }
    }

    /** Runs until the condition holds. */
    public void runUntil(BooleanSupplier condition, Duration limit, String what) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new InvalidRunException("after " + limit.toSeconds() + " s still not " + what);
            }
            turn();
        }
    }

    private void turn() throws IOException {
        // What was said outside a turn.
        flush();
        if (background == null) {
            selector.select(this::serve, SELECT_MILLIS);
        } else {
            background.run();
            flush();
            selector.selectNow(this::serve);
        }
    }

    /** What one read leads to is sent before the next read: the peers are to be as independent as people are. */
    private void serve(SelectionKey key) {
        try {
            ((Peer) key.attachment()).ready();
            flush();
        } catch (IOException e) {
            throw new InvalidRunException("a connection failed", e);
        }
    }

    private void flush() throws IOException {
        if (dirty.isEmpty()) {
            return;
        }
        List<Peer> turn = dirty;
        dirty = flushing;
        flushing = turn;
        for (Peer peer : turn) {
            peer.flush(writeBuffer());
        }
        turn.clear();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            ((Peer) key.attachment()).abort();
        }
        selector.close();
    }
}
