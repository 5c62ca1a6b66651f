package dev.mirror.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.testkit.LeakCheck;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FaultProxyTest {
    @RegisterExtension
    final LeakCheck leaks = new LeakCheck();

    private ServerSocket listener;
    private FaultProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connectThroughTheProxy() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(10_000);
        proxy = FaultProxy.to(listener.getLocalPort(), SeededRandom.of(1));
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(10_000);
        server = listener.accept();
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        server.close();
        proxy.close();
        listener.close();
    }

    @Test
    void bytesGoBothWays() throws IOException {
        send(client, "up");
        assertThat(read(server, 2)).isEqualTo("up");
        send(server, "down");
        assertThat(read(client, 4)).isEqualTo("down");
    }

    @Test
    void aCutHoldsOneDirectionBackUntilItHeals() throws IOException {
        proxy.toServer().cut();
        send(client, "held");
        send(server, "passes");
        assertThat(read(client, 6)).isEqualTo("passes");
        assertThat(server.getInputStream().available()).isZero();
        proxy.heal();
        assertThat(read(server, 4)).isEqualTo("held");
    }

    @Test
    void aBlackholeSwallows() throws IOException {
        proxy.toServer().blackhole();
        send(client, "lost");
        proxy.toClient().latency(Duration.ofMillis(1), Duration.ofMillis(1));
        send(server, "after");
        assertThat(read(client, 5)).isEqualTo("after");
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aLimitEndsTheConnectionAfterSoManyBytes() throws IOException {
        proxy.toServer().limit(3);
        send(client, "abcdef");
        assertThat(read(server, 3)).isEqualTo("abc");
        assertEnds(server);
        assertEnds(client);
    }

    @Test
    void slowAndChoppedBytesAllArrive() throws IOException {
        proxy.toServer().slice(1);
        proxy.toServer().bandwidth(1_000_000);
        send(client, "x".repeat(1_000));
        assertThat(read(server, 1_000)).isEqualTo("x".repeat(1_000));
    }

    @Test
    void corruptionChangesBytes() throws IOException {
        proxy.toServer().corrupt(1);
        send(client, "aaaa");
        assertThat(read(server, 4)).doesNotContain("a");
    }

    @Test
    void aResetReachesBothSides() {
        proxy.reset();
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        Await.until("the proxy knows", () -> proxy.connections() == 0);
    }

    @Test
    void refusedConnectionsEndAtOnce() throws IOException {
        proxy.refuse(true);
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            late.setSoTimeout(10_000);
            assertEnds(late);
        }
        send(client, "up");
        assertThat(read(server, 2)).isEqualTo("up");
    }

    private static void assertEnds(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int count) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }
}
