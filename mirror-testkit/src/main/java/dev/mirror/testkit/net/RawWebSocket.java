package dev.mirror.testkit.net;

import dev.mirror.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A WebSocket client that sends what it is told, byte for byte, and shows what comes back, frame by frame. It answers
 * nothing by itself, no ping and no close.
 *
 * <p>For one thread. Reads wait until {@link Await#DEADLINE}; reaching it is an {@link AssertionError}.
 */
public final class RawWebSocket implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 65_536;

    private final Socket socket;
    private final DataInputStream in;
    private int status; // 0 before the answer to the handshake
    private List<String> headers = List.of();

    private RawWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects to a port of this machine, and says nothing yet. */
    public static RawWebSocket connect(int port) throws IOException {
        return connect(port, 0);
    }

    /**
     * Connects with a small window of its own, so that a server soon notices that this peer does not read.
     *
     * @param receiveBytes the size of the receive buffer; 0 for the system's
     */
    public static RawWebSocket connect(int port, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Await.DEADLINE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) Await.DEADLINE.toMillis());
        return new RawWebSocket(socket);
    }

    /**
     * Asks for an upgrade and reads the answer, whatever it is.
     *
     * @param more further header lines, such as {@code Sec-WebSocket-Protocol: mirror.v2}
     */
    public RawWebSocket handshake(String path, String... more) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost:" + socket.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String line : more) {
            request.append(line).append("\r\n");
        }
        write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return readResponse();
    }

    /** Reads the head of an HTTP answer. */
    public RawWebSocket readResponse() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            lines.add(line);
        }
        if (lines.isEmpty() || !lines.get(0).matches("HTTP/1\\.1 [0-9]{3}.*")) {
            throw new AssertionError("not an answer of HTTP: " + lines);
        }
        status = Integer.parseInt(lines.get(0).substring(9, 12));
        headers = lines.subList(1, lines.size());
        return this;
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
            line.write(b);
            if (line.size() > MAX_HEADER_BYTES) {
                throw new AssertionError("a line of more than " + MAX_HEADER_BYTES + " bytes");
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** The status of the answer to the handshake: 101 if it was accepted. */
    public int status() {
        return status;
    }

    /** A header of the answer to the handshake. */
    public Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ':';
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    /** Sends any bytes at all. */
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends a frame. */
    public void send(RawFrame frame) throws IOException {
        write(frame.bytes());
    }

    /** Sends a proper text message. */
    public void text(String text) throws IOException {
        send(RawFrame.text(text));
    }

    /**
     * Reads the next frame.
     *
     * @throws EOFException if the connection ended instead
     */
    public RawFrame read() throws IOException {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            boolean masked = (second & 0x80) != 0;
            byte[] payload = new byte[Math.toIntExact(length)];
            if (masked) {
                in.skipNBytes(4); // a server must not mask; the test sees that it did
            }
            in.readFully(payload);
            return new RawFrame((first & 0x80) != 0, first >> 4 & 7, first & 15, masked, length, payload);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Waited in vain for a frame", e);
        }
    }

    /** Reads the next frame, which has to be text. */
    public String readText() throws IOException {
        RawFrame frame = read();
        if (frame.opcode() != RawFrame.TEXT) {
            throw new AssertionError("not a text: " + frame);
        }
        return frame.text();
    }

    /** Skips frames up to the close frame; its code, or 1006 if the connection ended without one. */
    public int awaitClose() throws IOException {
        try {
            RawFrame frame = read();
            while (frame.opcode() != RawFrame.CLOSE) {
                frame = read();
            }
            return frame.closeCode();
        } catch (EOFException | java.net.SocketException e) {
            return 1006;
        }
    }

    /** Skips whatever comes until the server has ended the connection. */
    public void awaitEnd() throws IOException {
        try {
            byte[] rest = new byte[8_192];
            while (in.read(rest) >= 0) {
                // Nobody reads it.
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Waited in vain for the end of the connection", e);
        } catch (java.net.SocketException e) {
            // A reset is an end too.
        }
    }

    /** Ends the connection by a reset, as when a process dies. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Ends the connection, without a close frame. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
