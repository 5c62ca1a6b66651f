package dev.mirror.client;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import java.util.concurrent.Executor;

/**
 * How a client reaches a server: one connection for each attempt. The client brings its own, over WebSocket; a test
 * hands in another through {@link ClientBuilder#transport} and needs no network.
 */
@FunctionalInterface
public interface ClientTransport {
    /**
     * Begins one attempt and returns at once; that it failed is told by {@link Listener#closed}.
     *
     * @param token what the handshake shows as {@code Authorization: Bearer}
     * @param lane where every call of the listener must run
     */
    Connection open(String token, Executor lane, Listener listener);

    /** One attempt, and the connection that comes of it. No method blocks, and none throws because it has ended. */
    interface Connection {
        /** Sends a frame, in order, or not at all once the connection has ended. */
        void send(Frame frame);

        /** Sends what was accepted before, says goodbye, and ends within about two seconds. */
        void close(CloseReason reason);

        /** Ends at once. */
        void abort();
    }

    /** Hears one attempt. Every call comes on the lane. */
    interface Listener {
        /** A whole text message arrived, as UTF-8; the bytes are the listener's from now on. */
        void received(byte[] text);

        /** Some other sign of life arrived, such as a ping. */
        void heard();

        /** It is over, or never came to be; called once and last. */
        void closed(CloseReason reason);
    }
}
