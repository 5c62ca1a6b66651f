package dev.mirror.bench.node;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A connection for HTTP, one request after the other. It never asks again by itself, as clients of the JDK do: whether
 * something was asked for once is what is measured.
 *
 * <p>One thread asks; any thread may {@link #close} it.
 */
public final class HttpLine implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = (int) TimeUnit.SECONDS.toMillis(60);
    private static final int MAX_HEAD = 16_384;

    private final Socket socket;
    private final InputStream in;

    private HttpLine(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** An answer that came whole. */
    public record Answer(int status, String body) {}

    /** Connects to a port of this machine. */
    public static HttpLine open(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new HttpLine(socket);
    }

    /** Asks for a target, as it stands in the request line, and waits for the whole answer. */
    public Answer get(String target) throws IOException {
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        String head = head();
        int length = 0;
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length || head.length() < 12) {
            throw new EOFException("an answer was cut off");
        }
        return new Answer(Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int last = 0; last != 4; ) {
            int b = in.read();
            if (b < 0 || head.size() > MAX_HEAD) {
                throw new EOFException("no answer");
            }
            head.write(b);
            boolean next = b == (last % 2 == 0 ? '\r' : '\n');
            last = next ? last + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It has ended already.
        }
    }
}
