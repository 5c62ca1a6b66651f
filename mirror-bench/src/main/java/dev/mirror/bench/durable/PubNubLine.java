package dev.mirror.bench.durable;

import dev.mirror.bench.wire.InvalidRunException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection that is kept alive, on which one request is asked after the other, in the words of PubNub's clients. For
 * one thread; another one may close it.
 */
final class PubNubLine implements Closeable {
    /** The keyset that servers have for this. */
    static final String OPTION = "--pubnub-keysets=subscribe=bench,publish=bench";

    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern CURSOR = Pattern.compile("^\\{\"t\":\\{\"t\":\"(\\d+)\",\"r\":(\\d+)}");

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    PubNubLine(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream(), 1 << 12);
    }

    /** Where a client is that listens, after an answer to a poll. */
    static String cursor(String answer) {
        Matcher matcher = CURSOR.matcher(answer);
        if (!matcher.find()) {
            throw new InvalidRunException("no cursor in " + answer);
        }
        return "tt=" + matcher.group(1) + "&tr=" + matcher.group(2);
    }

    void publish(String channel, String text) throws IOException {
        ask("/publish/bench/bench/0/" + channel + "/0/%22" + text + "%22?uuid=publisher");
    }

    /** Listens from a cursor on. */
    void poll(String channels, String cursor, String user) throws IOException {
        ask("/v2/subscribe/bench/" + channels + "/0?" + cursor + "&uuid=" + user);
    }

    void ask(String target) throws IOException {
        out.write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The body of the next answer, which has to be a success. */
    String answer() throws IOException {
        String status = line();
        int length = 0;
        for (String field = line(); !field.isEmpty(); field = line()) {
            if (field.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(field.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new InvalidRunException(status + ": " + body);
        }
        return body;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
