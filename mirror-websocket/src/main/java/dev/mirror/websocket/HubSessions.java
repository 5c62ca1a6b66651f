package dev.mirror.websocket;

import dev.mirror.hub.Mirror;
import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The sessions of a {@link Mirror}. */
record HubSessions(Mirror mirror) implements Sessions {
    @Override
    public Session open(Connection connection, Executor lane, Protocol protocol, Credentials credentials) {
        return new HubSession(mirror.open(connection, lane, protocol, credentials));
    }

    @Override
    public CompletionStage<?> drain() {
        return mirror.drain();
    }

    private record HubSession(dev.mirror.hub.Session session) implements Session {
        @Override
        public void receive(byte[] buffer, int offset, int length) {
            session.receive(buffer, offset, length);
        }

        @Override
        public void drained() {
            session.drained();
        }

        @Override
        public void closed() {
            session.closed();
        }
    }
}
