package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.hub.Mirror;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of docs/protocol.md that the transport keeps, over sockets. */
class WireRulesTest {
    private static final String VERSION_TWO = "Sec-WebSocket-Protocol: mirror.v2";
    private static final String NO_SUBPROTOCOL = "X-Version: 1";

    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private final MemoryBroker broker = new MemoryBroker(time, SeededRandom.of(2));
    private final Mirror mirror = Mirror.builder()
            .authenticator(users)
            .broker(broker)
            .conversations(broker.conversations())
            .presence(new MemoryPresence(time))
            .relays(new MemoryRelayStore())
            .clock(time)
            .scheduler(time)
            .random(SeededRandom.of(1))
            .build();
    private final WebSocketTransport transport =
            new WebSocketTransport(mirror, WebSocketOptions.builder().loops(1).build()).start();

    @AfterEach
    void close() {
        transport.close();
    }

    private RawClient connect(String header) {
        RawClient peer = new RawClient(transport.port());
        peer.upgrade(header, "Authorization: Bearer " + users.token("ann"));
        assertThat(peer.read().text()).contains("registered.success");
        return peer;
    }

    private static String ping(int bytes) {
        String start = "{\"code\":\"session.ping\",\"id\":\"r\",\"message\":\"";
        return start + "x".repeat(bytes - start.length() - 2) + "\"}";
    }

    @ParameterizedTest
    @ValueSource(strings = {VERSION_TWO, NO_SUBPROTOCOL})
    void w1_aBinaryMessageIsClosedWith1003(String header) {
        try (RawClient peer = connect(header)) {
            peer.send(RawClient.frame(0x82, "{\"code\":\"session.ping\"}".getBytes(StandardCharsets.UTF_8)));
            assertThat(peer.readToClose()).isEqualTo(1003);
        }
    }

    @ParameterizedTest
    @CsvSource({"c3, 1007", "eda080, 1007", "f4908080, 1007"})
    void w1_textThatIsNotUtf8IsClosedWith1007(String hex, int code) {
        try (RawClient peer = connect(VERSION_TWO)) {
            byte[] wrong = HexFormat.of().parseHex(hex);
            peer.send(RawClient.frame(0x81, RawClient.join("{\"message\":\"".getBytes(StandardCharsets.UTF_8), wrong)));
            assertThat(peer.readToClose()).isEqualTo(code);
        }
    }

    @Test
    void w6_aMessageOf65536BytesIsReadAndOneByteMoreIsClosedWith1009() {
        try (RawClient peer = connect(VERSION_TWO)) {
            peer.text(ping(65_536));
            assertThat(peer.read().text()).isEqualTo("{\"code\":\"reply.ok\",\"re\":\"r\"}");
            peer.text(ping(65_537));
            assertThat(peer.readToClose()).isEqualTo(1009);
        }
    }

    @Test
    void w6_theLimitCountsAMessageInPiecesAsOne() {
        try (RawClient peer = connect(NO_SUBPROTOCOL)) {
            byte[] half = "x".repeat(40_000).getBytes(StandardCharsets.UTF_8);
            peer.send(RawClient.join(RawClient.frame(0x01, half), RawClient.frame(0x80, half)));
            assertThat(peer.readToClose()).isEqualTo(1009);
        }
    }
}
