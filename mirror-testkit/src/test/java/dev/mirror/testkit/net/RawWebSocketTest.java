package dev.mirror.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawWebSocketTest {
    private ServerSocket listener;
    private RawWebSocket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(10_000);
        client = RawWebSocket.connect(listener.getLocalPort(), 4_096);
        server = listener.accept();
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void theHandshakeShowsWhatTheServerAnswered() throws IOException {
        CompletableFuture<String> request = new CompletableFuture<>();
        Thread answering = new Thread(() -> answer(request, "HTTP/1.1 403 Forbidden\r\nX-Why: origin\r\n\r\n"));
        answering.start();

        client.handshake("/ws", "Origin: http://evil.example");

        assertThat(client.status()).isEqualTo(403);
        assertThat(client.header("x-why")).contains("origin");
        assertThat(Await.value(request))
                .startsWith("GET /ws HTTP/1.1\r\n")
                .contains("\r\nUpgrade: websocket\r\n", "\r\nOrigin: http://evil.example\r\n")
                .endsWith("\r\n\r\n");
    }

    private void answer(CompletableFuture<String> request, String response) {
        try {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) server.getInputStream().read());
            }
            request.complete(head.toString());
            serve(response.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            request.completeExceptionally(e);
        }
    }

    @Test
    void aProperFrameIsMasked() throws IOException {
        client.text("Hi");
        assertThat(sent(8)).isEqualTo("8182" + "12345678" + "5a5d");
    }

    @Test
    void everyFieldCanBeWrong() throws IOException {
        client.send(RawFrame.of(3, new byte[0]).unfinished().reserved(7).unmasked());
        assertThat(sent(2)).isEqualTo("7300");
        client.send(RawFrame.of(RawFrame.BINARY, new byte[0]).unmasked().declaring(65_535));
        assertThat(sent(4)).isEqualTo("827effff");
        client.send(RawFrame.of(RawFrame.BINARY, new byte[0]).unmasked().declaring(Long.MIN_VALUE));
        assertThat(sent(10)).isEqualTo("827f8000000000000000");
    }

    @Test
    void framesOfEveryLengthAreRead() throws IOException {
        for (int length : new int[] {0, 125, 126, 70_000}) {
            String text = "x".repeat(length);
            Thread sending =
                    new Thread(() -> serve(RawFrame.text(text).unmasked().bytes()));
            sending.start();
            assertThat(client.readText()).isEqualTo(text);
        }
    }

    @Test
    void aCloseIsFoundBehindOtherFrames() throws IOException {
        serve(RawFrame.text("before").unmasked().bytes());
        serve(RawFrame.close(4003, "not.allowed").unmasked().bytes());
        assertThat(client.awaitClose()).isEqualTo(4003);
        server.close();
        client.awaitEnd();
    }

    @Test
    void anEndWithoutACloseIs1006() throws IOException {
        server.close();
        assertThat(client.awaitClose()).isEqualTo(1006);
    }

    private void serve(byte[] bytes) {
        try {
            server.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String sent(int count) throws IOException {
        return HexFormat.of().formatHex(server.getInputStream().readNBytes(count));
    }
}
