package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.net.RawFrame;
import dev.mirror.testkit.net.RawWebSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a peer may be silent. */
final class HeartbeatTest {
    private static RawWebSocket silent(TestServer server) throws Exception {
        RawWebSocket socket = RawWebSocket.connect(server.port());
        String token = server.signUp("silent").token();
        socket.handshake("/ws", "Sec-WebSocket-Protocol: mirror.v2", "Authorization: Bearer " + token);
        assertThat(socket.readText()).contains("registered.success");
        return socket;
    }

    /** The one that came first, and may be silent for longer, is still there when the other one is ended. */
    @Test
    void w9_theGraceAfterThePingIsSettable(@TempDir Path folder) throws Exception {
        try (TestServer patient = TestServer.start(
                        folder.resolve("patient"), "--heartbeat-seconds=1", "--heartbeat-grace-seconds=60");
                TestServer quick = TestServer.start(
                        folder.resolve("quick"), "--heartbeat-seconds=1", "--heartbeat-grace-seconds=1");
                RawWebSocket stays = silent(patient);
                RawWebSocket ends = silent(quick)) {
            assertThat(ends.awaitClose()).isEqualTo(4201);
            stays.text("{\"code\":\"session.ping\",\"id\":\"here\"}");
            RawFrame answer = stays.read();
            while (answer.opcode() == RawFrame.PING) {
                answer = stays.read();
            }
            assertThat(answer.text()).contains("reply.ok", "here");
        }
    }
}
