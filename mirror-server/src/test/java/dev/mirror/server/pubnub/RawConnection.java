package dev.mirror.server.pubnub;

import dev.mirror.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection on which a test says exactly what it means, byte for byte. */
public final class RawConnection implements AutoCloseable {
    private static final Pattern CURSOR = Pattern.compile("\"t\":\"(\\d{17})\",\"r\":(\\d+)");

    private final Socket socket;

    /** To a port of this machine. */
    public RawConnection(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.DEADLINE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came back. The status, a blank and the body are its text. */
    public record Answer(int status, String head, String body) {
        /** One of its fields; empty if it has none. */
        public String header(String name) {
            Matcher matcher = Pattern.compile("(?im)^" + name + ": *(.*?)\\s*$").matcher(head);
            return matcher.find() ? matcher.group(1) : "";
        }

        /** The cursor that a poll goes on with, as parameters. */
        public String cursor() {
            Matcher matcher = CURSOR.matcher(body);
            if (!matcher.find()) {
                throw new AssertionError("no cursor in " + this);
            }
            return "tt=" + matcher.group(1) + "&tr=" + matcher.group(2);
        }

        @Override
        public String toString() {
            return status + " " + body;
        }
    }

    /** Sends this and nothing else. */
    public void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends this and nothing else. */
    public void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks without a body. */
    public Answer get(String target) {
        return ask("GET", target, "");
    }

    /** Asks, with further fields as they stand in a head. */
    public Answer ask(String method, String target, String body, String... headers) {
        ask(method, target, body.getBytes(StandardCharsets.UTF_8), headers);
        return answer(method.equals("HEAD"));
    }

    /** Asks without waiting for the answer. */
    public void ask(String method, String target, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(method).append(' ').append(target);
        head.append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        send(all.toByteArray());
    }

    /** The next answer. */
    public Answer answer() {
        return answer(false);
    }

    private Answer answer(boolean withoutBody) {
        try {
            InputStream in = socket.getInputStream();
            String head = head(in);
            Matcher length = Pattern.compile("content-length: (\\d+)").matcher(head.toLowerCase(Locale.ROOT));
            int bytes = !withoutBody && length.find() ? Integer.parseInt(length.group(1)) : 0;
            String body = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
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
