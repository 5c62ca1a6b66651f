package dev.mirror.bench.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/**
 * What mirror is compared with: a Java-WebSocket server as the library's manual says, doing the same relay and no more.
 * It reads the envelope with Jackson's streaming parser, finds the receiver in a hash map, and sends; on a channel it
 * broadcasts the text as it came. Its default number of decoders; TCP_NODELAY on; lost-connection pings off, as
 * mirror's are.
 */
final class PlainTarget extends WebSocketServer implements TargetServer {
    private static final JsonFactory JSON = new JsonFactory();
    /** As mirror has; with the default of 50 the system resets some of 128 connections that come at once. */
    private static final int PENDING = 1_024;

    private final Map<String, WebSocket> users = new ConcurrentHashMap<>();
    private final Map<String, Set<WebSocket>> channels = new ConcurrentHashMap<>();
    private final CountDownLatch started = new CountDownLatch(1);

    PlainTarget() {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        setTcpNoDelay(true);
        setReuseAddr(true);
        setMaxPendingConnections(PENDING);
        setConnectionLostTimeout(0);
        start();
        try {
            if (!started.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the plain server did not start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The part of an envelope that a relay needs. */
    private static final class Envelope {
        private String code = "";
        private String websocketId = "";
        private String userId = "";
        private String channel = "";
        private String id = "";

        static Envelope parse(String text) throws IOException {
            Envelope envelope = new Envelope();
            try (JsonParser parser = JSON.createParser(text)) {
                parser.nextToken();
                for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                    parser.nextToken();
                    switch (key) {
                        case "code" -> envelope.code = parser.getText();
                        case "websocketId" -> envelope.websocketId = parser.getText();
                        case "userId" -> envelope.userId = parser.getText();
                        case "channel" -> envelope.channel = parser.getText();
                        case "id" -> envelope.id = parser.getText();
                        default -> parser.skipChildren();
                    }
                }
            }
            return envelope;
        }
    }

    /** Who is behind a connection. */
    private record Client(String user, String websocketId) {}

    @Override
    public void onOpen(WebSocket conn, ClientHandshake handshake) {
        String header = handshake.getFieldValue("Authorization");
        String user = header.startsWith("Bearer ") ? TargetServer.userOf(header.substring("Bearer ".length())) : "";
        if (user.isEmpty()) {
            conn.close(4300, "auth.required");
            return;
        }
        Client client = new Client(user, UUID.randomUUID().toString());
        conn.setAttachment(client);
        users.put(user, conn);
        conn.send("{\"code\":\"registered.success\",\"message\":\"Registered\",\"websocketId\":\""
                + client.websocketId() + "\",\"userId\":\"\",\"channel\":\"\"}");
    }

    @Override
    public void onMessage(WebSocket conn, String message) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(message);
        } catch (IOException e) {
            return;
        }
        switch (envelope.code) {
            case "message.direct" -> direct(conn.getAttachment(), envelope);
            case "channel.subscribe" -> {
                channels.computeIfAbsent(envelope.channel, name -> ConcurrentHashMap.newKeySet())
                        .add(conn);
                answer(conn, envelope);
            }
            case "channel.publish" -> {
                broadcast(message, channels.getOrDefault(envelope.channel, Set.of()));
                answer(conn, envelope);
            }
            default -> {}
        }
    }

    private void direct(Client sender, Envelope envelope) {
        int dot = envelope.channel.indexOf('.');
        boolean own = dot > 0
                && envelope.userId.equals(sender.user())
                && envelope.websocketId.equals(sender.websocketId())
                && envelope.channel.startsWith(sender.user())
                && sender.user().length() == dot;
        WebSocket receiver = own ? users.get(envelope.channel.substring(dot + 1)) : null;
        if (receiver != null) {
            receiver.send(
                    "{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\",\"channel\":\""
                            + envelope.channel + "\"}");
        }
    }

    private static void answer(WebSocket conn, Envelope request) {
        conn.send("{\"code\":\"reply.ok\",\"channel\":\"" + request.channel + "\",\"re\":\"" + request.id + "\"}");
    }

    @Override
    public void onClose(WebSocket conn, int code, String reason, boolean remote) {
        Client client = conn.getAttachment();
        if (client != null) {
            users.remove(client.user(), conn);
            channels.values().forEach(members -> members.remove(conn));
        }
    }

    @Override
    public void onError(WebSocket conn, Exception ex) {
        if (conn == null) {
            throw new IllegalStateException("the plain server failed", ex);
        }
    }

    @Override
    public void onStart() {
        started.countDown();
    }

    @Override
    public int port() {
        return getPort();
    }

    @Override
    public int connections() {
        return getConnections().size();
    }

    @Override
    public void close() {
        try {
            stop(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
