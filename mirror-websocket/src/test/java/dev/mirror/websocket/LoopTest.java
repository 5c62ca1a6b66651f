package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.message.CloseReason;
import dev.mirror.testkit.time.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LoopTest {
    private final FakeSessions sessions = new FakeSessions();

    private static WebSocketOptions.Builder options() {
        return WebSocketOptions.builder().loops(2);
    }

    /** Answers with the request line, and keeps the connection open. */
    private static void answer(SocketChannel channel, ByteBuffer bytes) {
        try {
            assertThat(channel.isRegistered()).isFalse();
            String text = ISO_8859_1.decode(bytes).toString();
            ByteBuffer out = ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nX-Got: " + text.length() + " "
                            + text.substring(0, text.indexOf('\r')) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void requestsForHttpAreHandedOverWithTheBytesReadSoFar() {
        try (WebSocketTransport transport = new WebSocketTransport(
                                sessions,
                                options().httpHandOver(LoopTest::answer).build())
                        .start();
                RawClient slow = new RawClient(transport.port());
                RawClient post = new RawClient(transport.port());
                RawClient strange = new RawClient(transport.port());
                RawClient webSocket = RawClient.open(transport.port())) {
            String request = "GET /me HTTP/1.1\r\nHost: a\r\n\r\n";
            for (int i = 0; i < request.length(); i++) {
                slow.send(request.substring(i, i + 1));
            }
            assertThat(slow.readHead()).contains("X-Got: " + request.length() + " GET /me HTTP/1.1\r\n");

            String body = "POST /auth/login HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345";
            post.send(body);
            assertThat(post.readHead()).contains("X-Got: " + body.length() + " POST /auth/login");

            strange.send("GET /x[];%2F HTTP/1.1\r\nbad header\r\n\r\n");
            assertThat(strange.readHead()).contains("GET /x[];%2F HTTP/1.1");

            webSocket.text("x");
            assertThat(webSocket.read().text()).isEqualTo("x");
            assertThat(transport.stats().connections()).isEqualTo(1);
            assertThat(transport.stats().refused()).isZero();
        }
    }

    @Test
    void withoutAHandOverHttpIsAnsweredWithAnError() {
        try (WebSocketTransport transport =
                        new WebSocketTransport(sessions, options().build()).start();
                RawClient other = new RawClient(transport.port());
                RawClient same = new RawClient(transport.port())) {
            other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(other.readHead()).startsWith("HTTP/1.1 404 ");
            same.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(same.readHead()).startsWith("HTTP/1.1 426 ").contains("Sec-WebSocket-Version: 13");
        }
    }

    @Test
    void aHandOverThatFailsClosesItsConnectionOnly() {
        HttpHandOver broken = (channel, bytes) -> {
            throw new IllegalStateException("no");
        };
        try (WebSocketTransport transport = new WebSocketTransport(
                                sessions, options().httpHandOver(broken).build())
                        .start();
                RawClient http = new RawClient(transport.port());
                RawClient webSocket = RawClient.open(transport.port())) {
            http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(http.readHead()).isEmpty();
            webSocket.text("x");
            assertThat(webSocket.read().text()).isEqualTo("x");
        }
    }

    @Test
    void aHandshakeMayComeInPiecesWithFramesRightBehind() {
        byte[] all = RawClient.join(
                RawClient.request().getBytes(ISO_8859_1), RawClient.frame(0x81, "early".getBytes(UTF_8)));
        try (WebSocketTransport transport =
                new WebSocketTransport(sessions, options().build()).start()) {
            try (RawClient whole = new RawClient(transport.port());
                    RawClient pieces = new RawClient(transport.port())) {
                whole.send(all);
                assertThat(whole.readHead()).startsWith("HTTP/1.1 101 ");
                assertThat(whole.read().text()).isEqualTo("early");
                for (byte b : all) {
                    pieces.send(new byte[] {b});
                }
                assertThat(pieces.readHead()).startsWith("HTTP/1.1 101 ");
                assertThat(pieces.read().text()).isEqualTo("early");
            }
        }
    }

    @Test
    void c1_framesSentFromAnotherLoopKeepTheirOrder() {
        int count = 20_000;
        FakeSessions relay = new FakeSessions((session, text) -> {});
        try (WebSocketTransport transport =
                        new WebSocketTransport(relay, options().build()).start();
                RawClient from = RawClient.open(transport.port());
                RawClient to = RawClient.open(transport.port())) {
            FakeSessions.FakeSession sender = relay.get(0);
            FakeSessions.FakeSession receiver = relay.get(1);
            assertThat(sender.lane).isNotSameAs(receiver.lane);
            Thread reader = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    assertThat(to.read().text()).isEqualTo("message " + i);
                }
            });
            AtomicInteger failures = new AtomicInteger();
            reader.setUncaughtExceptionHandler((t, e) -> failures.incrementAndGet());
            reader.start();
            sender.lane.execute(() -> {
                for (int i = 0; i < count; i++) {
                    String text = "message " + i;
                    receiver.lane.execute(() -> {
                        if (!receiver.send(text)) {
                            failures.incrementAndGet();
                        }
                    });
                }
            });

            Await.until("the reader to end", () -> !reader.isAlive());
            assertThat(failures.get()).isZero();
            assertThat(from.socket.isClosed()).isFalse();
        }
    }

    @Test
    void c4_theSessionHearsOnceHoweverThePeerGoes() throws IOException {
        try (WebSocketTransport transport =
                new WebSocketTransport(sessions, options().build()).start()) {
            RawClient polite = RawClient.open(transport.port());
            RawClient gone = RawClient.open(transport.port());
            RawClient reset = RawClient.open(transport.port());
            RawClient cut = RawClient.open(transport.port());
            polite.send(RawClient.frame(0x88, RawClient.closePayload(1000, "bye")));
            assertThat(polite.readToClose()).isEqualTo(1000);
            gone.close();
            reset.socket.setSoLinger(true, 0);
            reset.close();
            cut.send(RawClient.header(0x81, true, 1_000));
            cut.close();

            for (int i = 0; i < 4; i++) {
                sessions.get(i).awaitClosed();
            }
            polite.close();
            Await.until("all to be gone", () -> transport.stats().connections() == 0);
        }
        assertThat(sessions.all)
                .hasSize(4)
                .allSatisfy(s -> assertThat(s.closed.get()).isEqualTo(1));
    }

    @Test
    void i11_twoThousandConnectionsComeAndGoAndLeaveNothing() {
        int count = 2_000;
        try (WebSocketTransport transport =
                new WebSocketTransport(sessions, options().build()).start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clients.add(RawClient.open(transport.port()));
            }
            assertThat(transport.stats().connections()).isEqualTo(count);
            for (RawClient client : clients) {
                client.text("x");
            }
            for (RawClient client : clients) {
                assertThat(client.read().text()).isEqualTo("x");
            }
            clients.forEach(RawClient::close);

            Await.until("all to be gone", () -> transport.stats().connections() == 0);
            assertThat(transport.stats().queuedBytes()).isZero();
            assertThat(transport.stats().accepted()).isEqualTo(count);
            assertThat(sessions.all).allSatisfy(s -> assertThat(s.closed.get()).isEqualTo(1));
        }
    }

    @Test
    void j12_closingWritesWhatWaitsBeforeItCuts() {
        FakeSessions flood = new FakeSessions((session, text) -> {
            for (int i = 0; i < 100; i++) {
                assertThat(session.send("x".repeat(10_000))).isTrue();
            }
        });
        WebSocketTransport transport = new WebSocketTransport(flood, options().build()).start();
        try (RawClient slow = new RawClient(transport.port(), 4_096)) {
            slow.upgrade();
            slow.text("go");
            assertThat(slow.read().latin()).hasSize(10_000);
            Thread closer = new Thread(transport::close);
            closer.start();
            for (int i = 1; i < 100; i++) {
                assertThat(slow.read().latin()).hasSize(10_000);
            }
            assertThat(slow.readToClose()).isEqualTo(1012);
            slow.close();
            Await.until("the transport to close", () -> !closer.isAlive());
        }
        flood.only().awaitClosed();
    }

    @Test
    void i8_closingEndsWithinItsDeadlineThoughAPeerDoesNotAnswer() {
        WebSocketTransport transport = new WebSocketTransport(
                        sessions, options().drainTimeout(Duration.ofMillis(100)).build())
                .start();
        try (RawClient silent = RawClient.open(transport.port());
                RawClient unfinished = new RawClient(transport.port())) {
            sessions.only();
            transport.close();

            assertThat(silent.readToClose()).isEqualTo(1012);
            assertThat(unfinished.isEnded()).isTrue();
            sessions.only().awaitClosed();
            assertThatThrownBy(() -> sessions.only().lane.execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
            transport.close();
        }
    }

    @Test
    void itIsStartedOnceAndAPortThatIsTakenIsReported() throws IOException {
        try (WebSocketTransport transport =
                        new WebSocketTransport(sessions, options().build()).start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(transport::start).isInstanceOf(IllegalStateException.class);
            WebSocketTransport second = new WebSocketTransport(
                    sessions, options().port(taken.getLocalPort()).build());
            assertThatThrownBy(second::start).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(second::port).isInstanceOf(IllegalStateException.class);
            second.close();
        }
    }

    @Test
    void closingOnALoopIsRefused() {
        LinkedBlockingQueue<Throwable> seen = new LinkedBlockingQueue<>();
        try (WebSocketTransport transport =
                        new WebSocketTransport(sessions, options().build()).start();
                RawClient client = RawClient.open(transport.port())) {
            sessions.only().lane.execute(() -> {
                try {
                    transport.close();
                } catch (IllegalStateException e) {
                    seen.add(e);
                }
            });
            Await.until("the refusal", () -> !seen.isEmpty());
            client.text("x");
            assertThat(client.read().text()).isEqualTo("x");
        }
    }

    @Test
    void aSessionMayCloseWhileItIsOpened() {
        FakeSessions closing = new FakeSessions(new FakeSessions.Script() {
            @Override
            public void message(FakeSessions.FakeSession session, String text) {}

            @Override
            public void opened(FakeSessions.FakeSession session) {
                session.connection.close(CloseReason.AUTH_REQUIRED);
            }
        });
        try (WebSocketTransport transport =
                        new WebSocketTransport(closing, options().build()).start();
                RawClient client = RawClient.open(transport.port())) {
            assertThat(client.readToClose()).isEqualTo(4300);
            closing.only().awaitClosed();
        }
    }

    @Test
    void tasksOfOneThreadRunInTheirOrder() throws InterruptedException {
        try (WebSocketTransport transport =
                        new WebSocketTransport(sessions, options().build()).start();
                RawClient client = RawClient.open(transport.port())) {
            List<Integer> ran = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            for (int i = 0; i < 100_000; i++) {
                int number = i;
                sessions.only().lane.execute(() -> ran.add(number));
            }
            sessions.only().lane.execute(done::countDown);
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).hasSize(100_000).isSorted();
            assertThat(client.socket.isConnected()).isTrue();
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs a shell that can lower the limit of open files")
    void f14_j7_aProcessThatRanOutOfDescriptorsAcceptsAgain() throws IOException {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 80; exec \"$0\" -Xmx64m -cp \"$1\" \"$2\"",
                        java,
                        System.getProperty("java.class.path"),
                        FewDescriptors.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<RawClient> flood = new ArrayList<>();
        try (BufferedReader out = process.inputReader(UTF_8)) {
            int port = Integer.parseInt(out.readLine());
            // Java loads its classes from files as well: have it do so before there are none left.
            RawClient.open(port).close();
            for (int i = 0; i < 150; i++) {
                flood.add(new RawClient(port));
            }
            assertThat(out.readLine()).isEqualTo("failing");
            flood.forEach(RawClient::close);

            try (RawClient client = RawClient.open(port)) {
                client.text("alive");
                assertThat(client.read().text()).isEqualTo("alive");
            }
        } finally {
            flood.forEach(RawClient::close);
            process.destroy();
        }
    }

    /** The program of the test above: prints its port, and a word when it could not accept. */
    static final class FewDescriptors {
        private FewDescriptors() {}

        public static void main(String[] args) {
            AtomicInteger failures = new AtomicInteger();
            WebSocketTransport transport = new WebSocketTransport(
                    new FakeSessions(), WebSocketOptions.builder().loops(1).build());
            transport.start(server -> {
                try {
                    return server.accept();
                } catch (IOException e) {
                    if (failures.getAndIncrement() == 0) {
                        System.out.println("failing");
                    }
                    throw e;
                }
            });
            System.out.println(transport.port());
        }
    }
}
