package dev.mirror.websocket;

import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** What connections are connected to: the hub, or a program of a test. */
interface Sessions {
    /** On the lane: a connection's handshake is complete. */
    Session open(Connection connection, Executor lane, Protocol protocol, Credentials credentials);

    /** Says good-bye to every session, and takes no more. */
    CompletionStage<?> drain();

    /** Hears of one connection, on its lane. */
    interface Session {
        /** One whole text message, checked to be UTF-8; the buffer is the caller's again after the call. */
        void receive(byte[] buffer, int offset, int length);

        /** The outbox is empty again. */
        void drained();

        /** The connection has ended. Called once. */
        void closed();
    }
}
