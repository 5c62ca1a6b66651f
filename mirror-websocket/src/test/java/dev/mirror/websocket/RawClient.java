package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mirror.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** A client that writes and reads bytes and frames just as it is told, right or wrong. */
final class RawClient implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final byte[] MASK = {0x12, (byte) 0xF3, 0x45, (byte) 0x81};

    final Socket socket;
    final DataInputStream in;

    /** A frame that came, its payload as Latin-1; the opcode is -1 for the end of the stream. */
    record Received(int opcode, boolean fin, String latin) {
        String text() {
            return new String(latin.getBytes(ISO_8859_1), UTF_8);
        }

        boolean isEnd() {
            return opcode < 0;
        }

        int closeCode() {
            return opcode != 8 ? -1 : latin.length() < 2 ? 1005 : latin.charAt(0) << 8 | latin.charAt(1);
        }
    }

    RawClient(int port) {
        this(port, 0);
    }

    /** With a receive buffer of that size, for a peer that reads slowly. */
    RawClient(int port, int receiveBuffer) {
        try {
            socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.DEADLINE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connected, and the handshake is done. */
    static RawClient open(int port) {
        RawClient client = new RawClient(port);
        client.upgrade();
        return client;
    }

    static String request(String... headers) {
        StringBuilder text = new StringBuilder("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    String upgrade(String... headers) {
        send(request(headers));
        String answer = readHead();
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(answer);
        }
        return answer;
    }

    void send(String ascii) {
        send(ascii.getBytes(ISO_8859_1));
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends; says whether the other side still took it. */
    boolean trySend(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void text(String text) {
        send(frame(0x81, text.getBytes(UTF_8)));
    }

    /** A masked frame; {@code first} is its first byte. */
    static byte[] frame(int first, byte[] payload) {
        byte[] header = header(first, true, payload.length);
        byte[] frame = new byte[header.length + payload.length];
        System.arraycopy(header, 0, frame, 0, header.length);
        for (int i = 0; i < payload.length; i++) {
            frame[header.length + i] = (byte) (payload[i] ^ MASK[i & 3]);
        }
        return frame;
    }

    /** A header with the shortest form of the length; the mask is part of it. */
    static byte[] header(int first, boolean masked, long length) {
        ByteBuffer out = ByteBuffer.allocate(14);
        int mask = masked ? 0x80 : 0;
        out.put((byte) first);
        if (length >= 0 && length < 126) {
            out.put((byte) (mask | (int) length));
        } else if (length >= 0 && length < 65_536) {
            out.put((byte) (mask | 126)).putShort((short) length);
        } else {
            out.put((byte) (mask | 127)).putLong(length);
        }
        if (masked) {
            out.put(MASK);
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The head of an HTTP answer, its empty line included; what came before the end of the stream if it ends. */
    String readHead() {
        StringBuilder head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return head.toString();
                }
                head.append((char) c);
            }
            return head.toString();
        } catch (SocketException e) {
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Received read() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            if ((second & 0x80) != 0) {
                throw new AssertionError("a server must not mask");
            }
            long length = second < 126 ? second : second == 126 ? in.readUnsignedShort() : in.readLong();
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            return new Received(first & 0x0F, (first & 0x80) != 0, new String(payload, ISO_8859_1));
        } catch (EOFException | SocketException e) {
            return new Received(-1, true, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on to the close frame, and checks that the stream ends after it. */
    int readToClose() {
        for (Received frame = read(); ; frame = read()) {
            if (frame.isEnd()) {
                throw new AssertionError("ended without a close frame");
            }
            if (frame.opcode() == 8) {
                Received after = read();
                if (!after.isEnd()) {
                    throw new AssertionError("a frame after the close frame: " + after);
                }
                return frame.closeCode();
            }
        }
    }

    boolean isEnded() {
        return read().isEnd();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
