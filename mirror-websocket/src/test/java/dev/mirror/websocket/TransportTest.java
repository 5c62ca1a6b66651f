package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.time.Await;
import org.junit.jupiter.api.Test;

class TransportTest {
    private final FakeSessions sessions = new FakeSessions();

    @Test
    void messagesGoBothWays() {
        try (WebSocketTransport transport = new WebSocketTransport(sessions, WebSocketOptions.defaults()).start();
                RawClient client = RawClient.open(transport.port())) {
            client.text("hello");

            assertThat(sessions.only().next()).isEqualTo("hello");
            assertThat(client.read().text()).isEqualTo("hello");
        }
    }

    @Test
    void theSubprotocolSelectsTheVersion() {
        try (WebSocketTransport transport = new WebSocketTransport(sessions, WebSocketOptions.defaults()).start();
                RawClient first = new RawClient(transport.port());
                RawClient second = new RawClient(transport.port())) {
            assertThat(first.upgrade()).doesNotContain("Sec-WebSocket-Protocol");
            assertThat(sessions.get(0).protocol).isEqualTo(Protocol.V1);
            assertThat(sessions.get(0).credentials).isEqualTo(Credentials.none());

            assertThat(second.upgrade("Sec-WebSocket-Protocol: other, mirror.v2", "Authorization: Bearer abc"))
                    .contains("Sec-WebSocket-Protocol: mirror.v2\r\n")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            assertThat(sessions.get(1).protocol).isEqualTo(Protocol.V2);
            assertThat(sessions.get(1).credentials).isEqualTo(new Credentials.Token("abc"));
        }
    }

    @Test
    void aCloseOfTheSessionReachesThePeer() {
        try (WebSocketTransport transport = new WebSocketTransport(sessions, WebSocketOptions.defaults()).start();
                RawClient client = RawClient.open(transport.port())) {
            FakeSessions.FakeSession session = sessions.only();
            Await.value(session.onLane(() -> {
                session.send("last words");
                session.connection.close(CloseReason.NOT_ALLOWED);
            }));

            assertThat(client.read().text()).isEqualTo("last words");
            assertThat(client.readToClose()).isEqualTo(4003);
            session.awaitClosed();
        }
    }

    @Test
    void closingTheTransportSaysGoodByeAndEndsTheThreads() {
        WebSocketTransport transport = new WebSocketTransport(sessions, WebSocketOptions.defaults()).start();
        try (RawClient client = RawClient.open(transport.port())) {
            client.text("x");
            assertThat(client.read().text()).isEqualTo("x");
            Thread closer = new Thread(transport::close);
            closer.start();

            assertThat(client.readToClose()).isEqualTo(1012);
            client.close();
            Await.until("the transport to close", () -> !closer.isAlive());
        }
        sessions.only().awaitClosed();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("mirror-loop"));
    }
}
