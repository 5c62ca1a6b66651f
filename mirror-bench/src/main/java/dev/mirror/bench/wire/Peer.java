package dev.mirror.bench.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One client connection with raw frames. Owned by the thread of its {@link Generator}, with all its fields. */
public final class Peer {
    private static final byte[] NOTHING = {};
    private static final byte[] ACCEPTED = "HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII);
    private static final String KEY =
            Base64.getEncoder().encodeToString("sixteen bytes ok".getBytes(StandardCharsets.US_ASCII));

    private final Generator generator;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Login login;

    private State state = State.CONNECTING;
    /** The beginning of a frame whose end has not come. */
    private byte[] rest = NOTHING;
    /** What is to be sent; made when it is first needed, since most peers are idle. */
    private @Nullable Deque<byte[]> outgoing;

    private boolean dirty;
    private String websocketId = "";
    private @Nullable Ears ears;

    private enum State {
        CONNECTING,
        HANDSHAKE,
        HELLO,
        READY
    }

    /** Hears what the server says to one peer after the hello. */
    @FunctionalInterface
    public interface Ears {
        /** A text is in this part of the buffer, for now. */
        void heard(byte[] buffer, int offset, int length);
    }

    Peer(Generator generator, InetSocketAddress server, Login login) throws IOException {
        this.generator = generator;
        this.login = login;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (generator.receiveBytes() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, generator.receiveBytes());
        }
        key = channel.register(generator.selector(), SelectionKey.OP_CONNECT, this);
        channel.connect(server);
    }

    /** Whose connection it is. */
    public String user() {
        return login.user();
    }

    /** What the server called this connection in its hello. */
    public String websocketId() {
        return websocketId;
    }

    /** From now on this hears what comes. */
    public void listen(Ears listener) {
        ears = listener;
    }

    /** Sends a frame when what was just read is dealt with, together with what else there is. */
    public void send(byte[] frame) {
        if (outgoing == null) {
            outgoing = new ArrayDeque<>(4);
        }
        outgoing.add(frame);
        if (!dirty) {
            dirty = true;
            generator.flushLater(this);
        }
    }

    /** Makes the server write. */
    public void ping() {
        send(Frames.masked(Frames.PING, NOTHING));
    }

    void ready() throws IOException {
        if (key.isConnectable() && channel.finishConnect()) {
            state = State.HANDSHAKE;
            key.interestOps(SelectionKey.OP_READ);
            send(request().getBytes(StandardCharsets.US_ASCII));
        } else if (key.isReadable()) {
            read(generator.readBuffer());
        } else if (key.isWritable()) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            flush(generator.writeBuffer());
        }
    }

    private String request() {
        String offered = login.subprotocol().isEmpty() ? "" : "Sec-WebSocket-Protocol: " + login.subprotocol() + "\r\n";
        return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n" + offered
                + "Authorization: Bearer " + login.token() + "\r\n\r\n";
    }

    void flush(ByteBuffer out) throws IOException {
        dirty = false;
        if (outgoing == null) {
            return;
        }
        for (byte[] next = outgoing.peek(); next != null && next.length <= out.remaining(); next = outgoing.peek()) {
            out.put(next);
            outgoing.remove();
        }
        out.flip();
        channel.write(out);
        if (out.hasRemaining()) {
            byte[] left = new byte[out.remaining()];
            out.get(left);
            outgoing.addFirst(left);
        }
        if (!outgoing.isEmpty()) {
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    private void read(ByteBuffer in) throws IOException {
        in.put(rest);
        if (channel.read(in) < 0) {
            throw new InvalidRunException("the server ended the connection of " + user() + " in the state " + state);
        }
        byte[] bytes = generator.readBytes();
        int end = in.position();
        int at = state == State.HANDSHAKE ? head(bytes, end) : 0;
        for (int used = frame(bytes, at, end); used > 0; used = frame(bytes, at, end)) {
            at += used;
        }
        rest = at < end ? Arrays.copyOfRange(bytes, at, end) : NOTHING;
    }

    /** Where the head of the answer ends; 0 if it is not all there. */
    private int head(byte[] bytes, int end) {
        for (int i = 3; i < end; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                if (!Arrays.equals(bytes, 0, ACCEPTED.length, ACCEPTED, 0, ACCEPTED.length)) {
                    throw new InvalidRunException("refused: " + new String(bytes, 0, i, StandardCharsets.US_ASCII));
                }
                state = State.HELLO;
                return i + 1;
            }
        }
        return 0;
    }

    /** Takes one frame; yields its length, 0 if it is not all there. */
    private int frame(byte[] bytes, int at, int end) {
        if (state == State.HANDSHAKE || end - at < 2) {
            return 0;
        }
        int header = bytes[at + 1] == 126 ? 4 : 2;
        if (bytes[at + 1] < 0 || bytes[at + 1] == 127) {
            throw new InvalidRunException("a frame is masked or longer than 65,535 bytes");
        }
        if (end - at < header) {
            return 0;
        }
        int length = header == 2 ? bytes[at + 1] : ((bytes[at + 2] & 0xFF) << 8) | (bytes[at + 3] & 0xFF);
        if (end - at < header + length) {
            return 0;
        }
        take(bytes[at] & 0xFF, bytes, at + header, length);
        return header + length;
    }

    private void take(int first, byte[] bytes, int offset, int length) {
        switch (first) {
            case 0x80 | Frames.TEXT -> text(bytes, offset, length);
            case 0x80 | Frames.PING ->
                send(Frames.masked(Frames.PONG, Arrays.copyOfRange(bytes, offset, offset + length)));
            case 0x80 | Frames.PONG -> {}
            case 0x80 | Frames.CLOSE -> {
                int code = length < 2 ? 1005 : ((bytes[offset] & 0xFF) << 8) | (bytes[offset + 1] & 0xFF);
                throw new InvalidRunException("the server closed the connection of " + user() + " with " + code);
            }
            default -> throw new InvalidRunException("an unexpected frame, first byte " + first);
        }
    }

    private void text(byte[] bytes, int offset, int length) {
        if (state == State.HELLO) {
            state = State.READY;
            websocketId = websocketIdIn(new String(bytes, offset, length, StandardCharsets.UTF_8));
            generator.greeted();
        } else if (ears != null) {
            ears.heard(bytes, offset, length);
        } else {
            throw new InvalidRunException(
                    user() + " was told: " + new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
    }

    private static String websocketIdIn(String hello) {
        String before = "\"websocketId\":\"";
        int start = hello.indexOf(before);
        int end = start < 0 ? -1 : hello.indexOf('"', start + before.length());
        if (!hello.contains("registered.success") || end < 0) {
            throw new InvalidRunException("no hello: " + hello);
        }
        return hello.substring(start + before.length(), end);
    }

    /** Reads nothing any more, whatever comes. */
    public void turnDeaf() {
        key.interestOps(0);
    }

    /**
     * Resets the connection: it leaves no port in TIME_WAIT, so that the next ten thousand can come. Nothing is left to be
     * done for one that has ended, as a peer's does that read too slowly.
     */
    public void abort() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (IOException e) {
            throw new InvalidRunException("a connection could not be closed", e);
        }
    }
}
