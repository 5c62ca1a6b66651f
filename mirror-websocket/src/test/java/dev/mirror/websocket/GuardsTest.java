package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One guard for each known trap of the engine and its server, by the number that the trap has in the research. */
class GuardsTest {
    private static final WebSocketOptions ONE_LOOP =
            WebSocketOptions.builder().loops(1).build();

    private static WebSocketTransport start(WebSocketOptions.Builder options, FakeSessions sessions) {
        return new WebSocketTransport(sessions, options.build()).start();
    }

    private static WebSocketOptions.Builder options() {
        return WebSocketOptions.builder().loops(2);
    }

    @Test
    void j1_noMessageWaitsForTheNextOne() {
        try (WebSocketTransport transport = start(options(), new FakeSessions())) {
            List<CompletableFuture<Integer>> clients = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> roundTrips(transport.port(), 3_000)))
                    .toList();
            // A message that is stuck in an outbox lets its client wait for ever, and the client's read time out.
            assertThat(clients)
                    .allSatisfy(client -> assertThat(Await.value(client)).isEqualTo(3_000));
        }
    }

    private static int roundTrips(int port, int count) {
        try (RawClient client = RawClient.open(port)) {
            for (int i = 0; i < count; i++) {
                client.text("message " + i);
                assertThat(client.read().text()).isEqualTo("message " + i);
            }
            return count;
        }
    }

    @Test
    void j2_twoSmallFramesDoNotWaitForAnAcknowledgement() {
        FakeSessions sessions = new FakeSessions((session, text) -> {
            session.send("one");
            // In another turn, hence in a write of its own.
            session.lane.execute(() -> session.lane.execute(() -> session.send("two")));
        });
        try (WebSocketTransport transport = start(options(), sessions)) {
            CompletableFuture<Integer> done = CompletableFuture.supplyAsync(() -> {
                try (RawClient client = RawClient.open(transport.port())) {
                    // Each would take a delayed acknowledgement of 40 ms.
                    for (int i = 0; i < 1_500; i++) {
                        client.text("x");
                        assertThat(client.read().text()).isEqualTo("one");
                        assertThat(client.read().text()).isEqualTo("two");
                    }
                    return 1;
                }
            });
            assertThat(Await.value(done)).isEqualTo(1);
        }
    }

    @Test
    void j3_aFloodOfFragmentsIsClosedWith1009() {
        EngineHarness empty = new EngineHarness(ONE_LOOP);
        empty.feed(RawClient.frame(0x01, new byte[0]));
        for (int i = 1; i < 128; i++) {
            empty.feed(RawClient.frame(0x00, new byte[0]));
        }
        assertThat(empty.closeCode()).isEqualTo(-1);
        empty.feed(RawClient.frame(0x00, new byte[0]));
        assertThat(empty.closeCode()).isEqualTo(1009);

        EngineHarness large = new EngineHarness(ONE_LOOP);
        large.feed(RawClient.frame(0x01, new byte[60_000]));
        large.feed(RawClient.frame(0x00, new byte[5_536]));
        assertThat(large.closeCode()).isEqualTo(-1);
        large.feed(RawClient.frame(0x00, new byte[1]));
        assertThat(large.closeCode()).isEqualTo(1009);
    }

    @Test
    void j4_noRoomIsMadeForALengthThatIsOnlyDeclared() {
        EngineHarness within = new EngineHarness(ONE_LOOP);
        EngineHarness over = new EngineHarness(ONE_LOOP);
        byte[] declared = RawClient.join(RawClient.header(0x81, true, 65_536), new byte[10]);
        byte[] tooLong = RawClient.header(0x81, true, Integer.MAX_VALUE);

        assertThat(allocated(() -> within.feed(declared))).isLessThan(16_384);
        assertThat(within.closeCode()).isEqualTo(-1);
        assertThat(allocated(() -> over.feed(tooLong, 1))).isLessThan(65_536);
        assertThat(over.closeCode()).isEqualTo(1009);
    }

    private static long allocated(Runnable task) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        task.run();
        return threads.getThreadAllocatedBytes(id) - before;
    }

    @Test
    void j5_compressionIsNotNegotiated() {
        try (WebSocketTransport transport = start(options(), new FakeSessions());
                RawClient client = new RawClient(transport.port())) {
            assertThat(client.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"))
                    .doesNotContain("Extensions");

            client.send(RawClient.frame(0xC1, "bomb".getBytes(UTF_8)));

            assertThat(client.readToClose()).isEqualTo(1002);
        }
    }

    static Stream<Supplier<Throwable>> faults() {
        return Stream.of(
                StackOverflowError::new,
                () -> new OutOfMemoryError("pretended"),
                AssertionError::new,
                IllegalStateException::new,
                NoClassDefFoundError::new);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void j6_whateverACallbackThrowsEndsItsConnectionOnly(Supplier<Throwable> fault) {
        FakeSessions sessions = new FakeSessions((session, text) -> {
            if (text.equals("fail")) {
                GuardsTest.<RuntimeException>raise(fault.get());
            }
            session.send(text);
        });
        try (WebSocketTransport transport = start(options().loops(1), sessions);
                RawClient bystander = RawClient.open(transport.port());
                RawClient whole = RawClient.open(transport.port());
                RawClient pieces = RawClient.open(transport.port())) {
            whole.text("fail");
            pieces.send(RawClient.join(
                    RawClient.frame(0x01, "fa".getBytes(UTF_8)), RawClient.frame(0x80, "il".getBytes(UTF_8))));

            assertThat(whole.readToClose()).isEqualTo(4100);
            assertThat(pieces.readToClose()).isEqualTo(4100);
            bystander.text("still here");
            assertThat(bystander.read().text()).isEqualTo("still here");
            assertThat(roundTrips(transport.port(), 1)).isEqualTo(1);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void raise(Throwable fault) throws T {
        throw (T) fault;
    }

    @Test
    void j6_whateverATaskThrowsEndsNothing() {
        FakeSessions sessions = new FakeSessions();
        try (WebSocketTransport transport = start(options().loops(1), sessions);
                RawClient client = RawClient.open(transport.port())) {
            sessions.only().lane.execute(() -> {
                throw new StackOverflowError();
            });
            client.text("x");
            assertThat(client.read().text()).isEqualTo("x");
        }
    }

    @Test
    void j7_theListenerOutlivesAFailureToAccept() {
        AtomicInteger failures = new AtomicInteger(5);
        WebSocketTransport transport = new WebSocketTransport(new FakeSessions(), ONE_LOOP);
        try (transport) {
            transport.start(server -> {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("Too many open files");
                }
                return server.accept();
            });

            assertThat(roundTrips(transport.port(), 1)).isEqualTo(1);
            assertThat(failures.get()).isNegative();
        }
    }

    @Test
    void j8_aConnectionOverTheLimitIsAnsweredAndALaterOneIsTaken() {
        FakeSessions sessions = new FakeSessions();
        try (WebSocketTransport transport = start(options().maxConnections(1), sessions)) {
            try (RawClient first = RawClient.open(transport.port());
                    RawClient second = new RawClient(transport.port())) {
                second.send(RawClient.request());
                assertThat(second.readHead()).startsWith("HTTP/1.1 503 ").contains("Retry-After");
                assertThat(transport.stats().refused()).isEqualTo(1);
                first.text("x");
                assertThat(first.read().text()).isEqualTo("x");
            }
            Await.until("the first to leave", () -> transport.stats().connections() == 0);
            assertThat(roundTrips(transport.port(), 1)).isEqualTo(1);
        }
    }

    @Test
    void j9_aHeadIsBoundedInBytes() {
        try (WebSocketTransport transport = start(options(), new FakeSessions());
                RawClient endless = new RawClient(transport.port());
                RawClient whole = new RawClient(transport.port())) {
            byte[] junk = ("X-Junk: " + "y".repeat(1_000) + "\r\n").getBytes(ISO_8859_1);
            endless.send("GET /ws HTTP/1.1\r\n");
            for (int i = 0; i < 100_000 && endless.trySend(junk); i++) {
                // The answer comes after 8 KiB.
                if (i == 20) {
                    break;
                }
            }
            assertThat(endless.readHead()).startsWith("HTTP/1.1 431 ");

            whole.send(RawClient.request("X: " + "y".repeat(8_192)));
            assertThat(whole.readHead()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void j9_aHeadIsBoundedInTime() {
        AtomicLong clock = new AtomicLong(1);
        try (WebSocketTransport transport = start(options().ticker(clock::get), new FakeSessions());
                RawClient silent = new RawClient(transport.port());
                RawClient slow = new RawClient(transport.port());
                RawClient good = RawClient.open(transport.port())) {
            slow.send("GET /ws HT");
            Await.until("all to be accepted", () -> transport.stats().accepted() == 3);
            good.text("x");
            assertThat(good.read().text()).isEqualTo("x");

            clock.addAndGet(Duration.ofSeconds(11).toNanos());
            slow.send("T");

            assertThat(silent.isEnded()).isTrue();
            assertThat(slow.isEnded()).isTrue();
            good.text("y");
            assertThat(good.read().text()).isEqualTo("y");
            Await.until("two refusals", () -> transport.stats().refused() == 2);
        }
    }

    @Test
    void j9_theOldestUnfinishedHandshakeMakesRoom() {
        List<RawClient> silent = new ArrayList<>();
        try (WebSocketTransport transport = start(options().loops(1).accepting(50, 10_000), new FakeSessions())) {
            for (int i = 0; i < 60; i++) {
                silent.add(new RawClient(transport.port()));
            }
            assertThat(roundTrips(transport.port(), 3)).isEqualTo(3);
            assertThat(silent.get(0).isEnded()).isTrue();
            silent.get(59).upgrade();
        } finally {
            silent.forEach(RawClient::close);
        }
    }

    @Test
    void j9_unfinishedHeadsTogetherHaveABoundToo() {
        List<RawClient> large = new ArrayList<>();
        WebSocketOptions.Builder options =
                options().loops(1).accepting(50, 10_000).handshake(49_152, Duration.ofSeconds(30));
        try (WebSocketTransport transport = start(options, new FakeSessions())) {
            for (int i = 0; i < 10; i++) { // of 40,000 bytes: 5 fit
                RawClient client = new RawClient(transport.port());
                large.add(client);
                client.send("GET / HTTP/1.1\r\nX: " + "x".repeat(40_000));
            }
            Await.until("room was made", () -> transport.stats().refused() >= 5);
            assertThat(large.get(0).isEnded()).isTrue();
            assertThat(roundTrips(transport.port(), 3)).isEqualTo(3);
        } finally {
            large.forEach(RawClient::close);
        }
    }

    @Test
    void j10_aBlockedSessionHoldsUpNoOtherLoop() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        FakeSessions sessions = new FakeSessions((session, text) -> {
            if (text.equals("block")) {
                blocked.countDown();
                Await.open("the release", release);
            }
            session.send(text);
        });
        try (WebSocketTransport transport = start(options(), sessions);
                RawClient first = RawClient.open(transport.port());
                RawClient second = RawClient.open(transport.port())) {
            second.text("block");
            Await.open("the block", blocked);
            first.text("x");
            assertThat(first.read().text()).isEqualTo("x");

            release.countDown();
            assertThat(second.read().text()).isEqualTo("block");
        } finally {
            release.countDown();
        }
    }

    @Test
    void j13_theAnswerReflectsNothingOfTheRequest() {
        try (WebSocketTransport transport = start(options(), new FakeSessions());
                RawClient client = new RawClient(transport.port())) {
            client.send(RawClient.request("X-Evil: 1").replace("keep-alive, Upgrade", "X-Evil, Upgrade"));

            assertThat(client.readHead())
                    .isEqualTo(String.join(
                            "\r\n",
                            "HTTP/1.1 101 Switching Protocols",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                            "Upgrade: websocket",
                            "",
                            ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ws, GET /elsewhere, 404",
        "Host: localhost, Origin: http://evil, 400",
        "Host: localhost, Host: localhost~Origin: http://evil, 403",
        "Version: 13, Version: 8, 426",
        "Upgrade: websocket, X: y, 426",
        "Key: , Kex: , 400",
        "GET /ws, G@T /ws, 400",
    })
    void j14_aRefusalHasItsOwnStatus(String replaced, String by, int status) {
        try (WebSocketTransport transport = start(options(), new FakeSessions());
                RawClient client = new RawClient(transport.port())) {
            client.send(RawClient.request().replace(replaced, by.replace("~", "\r\n")));

            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
            Await.until("the refusal to be counted", () -> transport.stats().refused() == 1);
        }
    }

    @Test
    void j15_w9_silenceIsPingedThenClosedAndAnyByteIsLife() {
        AtomicLong clock = new AtomicLong(1);
        FakeSessions sessions = new FakeSessions();
        try (WebSocketTransport transport = start(options().loops(1).ticker(clock::get), sessions);
                RawClient dead = RawClient.open(transport.port());
                RawClient alive = RawClient.open(transport.port())) {
            assertThat(sessions.get(1).closed.get()).isZero();
            clock.addAndGet(Duration.ofSeconds(26).toNanos());
            assertThat(dead.read().opcode()).isEqualTo(9);
            assertThat(alive.read().opcode()).isEqualTo(9);

            alive.send(RawClient.frame(0x81, "half of a frame is enough".getBytes(UTF_8)));
            assertThat(alive.read().text()).startsWith("half");
            clock.addAndGet(Duration.ofSeconds(10).toNanos());

            assertThat(dead.readToClose()).isEqualTo(4201);
            sessions.get(0).awaitClosed();
            alive.text("x");
            assertThat(alive.read().text()).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x01})
    void w9_aMessageThatDripsIsClosedAfterTenSeconds(int first) {
        AtomicLong clock = new AtomicLong(1);
        FakeSessions sessions = new FakeSessions();
        try (WebSocketTransport transport = start(options().loops(1).ticker(clock::get), sessions);
                RawClient dripping = RawClient.open(transport.port());
                RawClient good = RawClient.open(transport.port())) {
            byte[] message = RawClient.frame(first, "drop by drop by drop".getBytes(UTF_8));
            boolean fragment = first == 0x01;
            dripping.send(Arrays.copyOf(message, fragment ? message.length : 9));
            for (int second = 1; second < 10; second++) {
                good.text("x");
                assertThat(good.read().text()).isEqualTo("x");
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                dripping.send(fragment ? RawClient.frame(0x00, new byte[1]) : new byte[] {message[8]});
            }
            good.text("x");
            assertThat(good.read().text()).isEqualTo("x");
            assertThat(transport.stats().connections()).isEqualTo(2);

            clock.addAndGet(Duration.ofMillis(1_100).toNanos());
            assertThat(dripping.readToClose()).isEqualTo(4201);
            good.text("x");
            assertThat(good.read().text()).isEqualTo("x");
        }
    }

    @Test
    void j16_aBrokenHandshakeLeavesNothingBehind() {
        AtomicLong clock = new AtomicLong(1);
        try (WebSocketTransport transport = start(options().ticker(clock::get), new FakeSessions());
                RawClient client = new RawClient(transport.port())) {
            client.send("GET\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
            // The peer does not close; the server does not wait for it for ever.
            clock.addAndGet(Duration.ofSeconds(6).toNanos());
            Await.until("the connection to be cut", () -> !client.trySend(new byte[] {1}));
            assertThat(transport.stats().connections()).isZero();
        }
    }

    @Test
    void j17_tlsIsNotSpokenHere() {
        try (WebSocketTransport transport = start(options(), new FakeSessions());
                RawClient client = new RawClient(transport.port())) {
            client.send(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});

            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void j18_j19_neitherTheClientNorTheServerOfTheEngineIsUsed() throws IOException, URISyntaxException {
        // Wherever this build puts them.
        Path classes = Path.of(WebSocketTransport.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file, ISO_8859_1))
                            .doesNotContain("org/java_websocket/client/", "org/java_websocket/server/"));
        }
    }

    @Test
    void j19_framesOfOneTurnLeaveInOneWrite() {
        AtomicInteger answers = new AtomicInteger();
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions((session, text) -> {
            for (int i = 0; i < 100; i++) {
                session.send("answer " + i);
            }
        }));
        engine.onWrite = answers::incrementAndGet;
        engine.feed(RawClient.frame(0x81, "go".getBytes(UTF_8)));

        assertThat(engine.frames()).hasSize(100);
        assertThat(answers.get()).isEqualTo(1);
    }

    @Test
    void j20_theThreadsAreThoseOfTheLoopsAndAreHandedIn() {
        List<Thread> made = new CopyOnWriteArrayList<>();
        WebSocketOptions.Builder options = options().threads(task -> {
            Thread thread = new Thread(task, "handed-in");
            made.add(thread);
            return thread;
        });
        FakeSessions sessions = new FakeSessions((session, text) -> {
            assertThat(Thread.currentThread().getName()).isEqualTo("handed-in");
            session.send(text);
        });
        try (WebSocketTransport transport = start(options, sessions)) {
            assertThat(roundTrips(transport.port(), 10)).isEqualTo(10);
            assertThat(roundTrips(transport.port(), 10)).isEqualTo(10);
        }
        assertThat(made).hasSize(2).noneMatch(Thread::isAlive);
    }
}
