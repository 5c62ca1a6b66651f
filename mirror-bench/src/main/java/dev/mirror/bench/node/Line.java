package dev.mirror.bench.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.testkit.net.RawFrame;
import dev.mirror.testkit.net.RawWebSocket;
import java.io.IOException;

/**
 * A connection that speaks version 2, frame by frame: what comes is shown as it is, except that pings are answered.
 *
 * <p>One thread reads and writes; any thread may {@link #cut} it. Everything fails with an {@link IOException} once the
 * connection has ended, whoever ended it.
 */
public final class Line implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawWebSocket socket;
    private final JsonNode hello;

    private Line(RawWebSocket socket) throws IOException {
        this.socket = socket;
        this.hello = read();
    }

    /** Connects, proves who it is, and waits for the hello. */
    public static Line open(int port, String token) throws IOException {
        RawWebSocket socket = RawWebSocket.connect(port);
        try {
            socket.handshake("/ws", "Sec-WebSocket-Protocol: mirror.v2", "Authorization: Bearer " + token);
            if (socket.status() != 101) {
                throw new IOException("refused with " + socket.status());
            }
            Line line = new Line(socket);
            if (!line.hello.path("code").asText().equals("registered.success")) {
                throw new IOException("no hello but " + line.hello);
            }
            return line;
        } catch (AssertionError | IOException e) {
            socket.close();
            throw e instanceof IOException ended ? ended : new IOException(e);
        }
    }

    /** What the server said first. */
    public JsonNode hello() {
        return hello;
    }

    /** Sends a text. */
    public void send(String text) throws IOException {
        socket.text(text);
    }

    /** Waits for the next text. */
    public JsonNode read() throws IOException {
        try {
            while (true) {
                RawFrame frame = socket.read();
                switch (frame.opcode()) {
                    case RawFrame.TEXT -> {
                        return JSON.readTree(frame.text());
                    }
                    case RawFrame.PING -> socket.send(RawFrame.of(RawFrame.PONG, frame.payload()));
                    case RawFrame.CLOSE -> throw new IOException("closed with " + frame.closeCode());
                    default -> {}
                }
            }
        } catch (AssertionError silent) {
            throw new IOException(silent);
        }
    }

    /** Sends a request and waits for its answer; what else comes before it is passed over. */
    public JsonNode ask(String request, String id) throws IOException {
        send(request);
        JsonNode answer = read();
        while (!answer.path("re").asText().equals(id)) {
            answer = read();
        }
        return answer;
    }

    /** Ends the connection by a reset, as when a process dies. */
    public void cut() {
        try {
            socket.reset();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    @Override
    public void close() {
        cut();
    }
}
