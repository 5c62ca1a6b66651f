package dev.mirror.client;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.LimitExceededException;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.ControlFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of the library's, tamed: small frames go out at once, the name in a certificate is checked, its timer
 * is off (the engine has its own heartbeat), and a message has a limit.
 */
final class SocketClient extends WebSocketClient {
    private static final Logger LOG = System.getLogger(SocketClient.class.getName());
    /** The longest message that is taken from a server, in bytes: a page of history has many publications. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private static final int MAX_REASON_LENGTH = 64;

    private final Inbound inbound;
    private final Object cutting = new Object();
    private boolean cut; // guarded by cutting

    SocketClient(URI uri, String token, Inbound inbound) {
        super(uri, new BoundedDraft(), Map.of("Authorization", "Bearer " + token));
        this.inbound = inbound;
        setTcpNoDelay(true);
        setConnectionLostTimeout(0);
        setDaemon(true);
        setDnsResolver(this::resolve);
    }

    @Override
    protected void onSetSSLParameters(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }

    @Override
    public void run() {
        try {
            super.run();
        } finally {
            inbound.closed(Engine.UNREACHABLE);
        }
    }

    @Override
    public void onOpen(ServerHandshake handshake) {
        inbound.heard();
    }

    @Override
    public void onMessage(String message) {
        inbound.received(message.getBytes(StandardCharsets.UTF_8));
    }

    /** The server never sends binary messages. */
    @Override
    public void onMessage(ByteBuffer bytes) {
        close(CloseFrame.REFUSE);
    }

    @Override
    public void onWebsocketPing(WebSocket socket, Framedata frame) {
        inbound.heard();
        try {
            super.onWebsocketPing(socket, frame);
        } catch (WebsocketNotConnectedException ending) {
            LOG.log(Level.TRACE, "A ping came too late to be answered");
        }
    }

    @Override
    public void onWebsocketPong(WebSocket socket, Framedata frame) {
        inbound.heard();
    }

    /** What breaks the protocol is not asked to say goodbye: it would be listened to until it does. */
    @Override
    public void onCloseInitiated(int code, @Nullable String reason) {
        if (code != CloseFrame.NORMAL && code != CloseFrame.GOING_AWAY) {
            cut();
        }
    }

    @Override
    public void onClose(int code, @Nullable String reason, boolean remote) {
        boolean known = remote && code >= 1000 && code <= 4999 && code != CloseFrame.ABNORMAL_CLOSE;
        inbound.closed(known ? new CloseReason(code, name(reason)) : Engine.UNREACHABLE);
    }

    private static String name(@Nullable String reason) {
        if (reason == null) {
            return "";
        }
        return reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH);
    }

    @Override
    public void onError(Exception error) {
        LOG.log(Level.DEBUG, "The socket failed: {0}", error.toString());
    }

    /** Sends, or drops what cannot be sent any more; the engine asks again on the next connection. */
    void say(Frame frame) {
        try {
            send(frame.toString());
        } catch (WebsocketNotConnectedException ended) {
            LOG.log(Level.TRACE, "A frame came too late to be sent");
        }
    }

    /** Ends the socket, in whatever state it is, also before there is one. */
    void cut() {
        Socket socket;
        synchronized (cutting) {
            cut = true;
            socket = getSocket();
        }
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException broken) {
                LOG.log(Level.TRACE, "The socket could not be closed: {0}", broken.toString());
            }
        }
    }

    /** The last step before the socket connects; by now {@link #cut} can see it. */
    private InetAddress resolve(URI uri) throws UnknownHostException {
        synchronized (cutting) {
            if (cut) {
                throw new UnknownHostException("the attempt was called off");
            }
        }
        return InetAddress.getByName(uri.getHost());
    }

    /**
     * Counts the pieces of a message as well, and what each of them costs: the library checks the first and the last only,
     * and keeps empty ones too.
     */
    private static final class BoundedDraft extends Draft_6455 {
        private static final int BYTES_PER_PIECE = 64;

        private long pieces; // the reader's

        BoundedDraft() {
            super(
                    List.of(),
                    List.of(new org.java_websocket.protocols.Protocol(Protocol.V2.subprotocol())),
                    MAX_MESSAGE_BYTES);
        }

        /** The library works with a copy, which would be one without a bound. */
        @Override
        public Draft copyInstance() {
            return new BoundedDraft();
        }

        @Override
        public void processFrame(WebSocketImpl socket, Framedata frame) throws InvalidDataException {
            if (!(frame instanceof ControlFrame)) {
                pieces += frame.getPayloadData().remaining() + (long) BYTES_PER_PIECE;
                if (pieces > MAX_MESSAGE_BYTES) {
                    throw new LimitExceededException("a message is too long", MAX_MESSAGE_BYTES);
                }
                pieces = frame.isFin() ? 0 : pieces;
            }
            super.processFrame(socket, frame);
        }
    }
}
