package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.websocket.WebSocketOptions;
import dev.mirror.websocket.WebSocketTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client over real sockets, against the hub on its own WebSocket transport. */
final class SocketTest {
    private final InstantSource clock = InstantSource.system();
    private final StaticAuthenticator users = new StaticAuthenticator(clock);
    private final MemoryBroker broker = new MemoryBroker(clock, new SecureRandom());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Set<Thread> before = threads();
    private ScheduledExecutorService timers;
    private Mirror mirror;
    private WebSocketTransport server;

    @BeforeEach
    void start() {
        timers = Executors.newSingleThreadScheduledExecutor();
        mirror = hub();
        server = serve(0);
    }

    private Mirror hub() {
        return Mirror.builder()
                .broker(broker)
                .clock(clock)
                .authenticator(users)
                .conversations(broker.conversations())
                .presence(new MemoryPresence(this::schedule))
                .relays(new MemoryRelayStore())
                .random(new SecureRandom())
                .scheduler(this::schedule)
                .build();
    }

    private Scheduler.Task schedule(Duration delay, Runnable task) {
        var scheduled = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    private WebSocketTransport serve(int port) {
        return new WebSocketTransport(
                        mirror, WebSocketOptions.builder().port(port).loops(1).build())
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        server.close();
        timers.shutdownNow();
    }

    private ClientBuilder builder(int port) {
        return MirrorClient.builder(URI.create("ws://127.0.0.1:" + port + "/ws"))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    private ClientBuilder as(String user) {
        return builder(server.port()).token(users.token(user));
    }

    private MirrorClient connected(ClientBuilder builder) {
        MirrorClient client = builder.build();
        opened.add(client);
        return Await.value(client.connect());
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }

    @Test
    void botAnswersOverARealSocket() {
        List<String> heard = new CopyOnWriteArrayList<>();
        connected(as("bot").onDirect((message, chat) -> chat.reply("You said: " + message.text())));
        MirrorClient ann = connected(as("ann").onDirect((message, chat) -> heard.add(message.text())));

        Await.value(ann.direct(new UserId("bot"), "hello"));

        Await.until("the answer", () -> heard.contains("You said: hello"));
    }

    @Test
    void handlerMayWaitForAnswersAndNeverRunsOnASocketsThread() {
        List<String> heard = new CopyOnWriteArrayList<>();
        connected(as("bot").onChannel("lobby", (message, chat) -> {
            Receipt receipt = chat.reply("echo " + message.text()).join();
            int size = chat.history(10).join().events().size();
            heard.add(
                    Thread.currentThread().getName() + " " + receipt.position().offset() + " " + size);
        }));
        MirrorClient ann = connected(as("ann"));

        Await.value(ann.publish("lobby", "hello"));

        Await.until("the handler", () -> !heard.isEmpty());
        assertThat(heard.get(0)).matches("mirror-client-\\d+-handlers 2 2");
    }

    @Test
    void i1_i2_serverThatRestartsLosesAndDoublesNothing() {
        List<String> heard = new CopyOnWriteArrayList<>();
        connected(as("reader").onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = connected(as("writer"));
        int port = server.port();
        List<String> said = new ArrayList<>();
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                said.add(round + "." + i);
                receipts.add(writer.publish("lobby", round + "." + i));
            }
            server.close();
            mirror = hub();
            server = serve(port);
        }
        receipts.forEach(Await::value);

        Await.until("everything", () -> heard.size() >= said.size());
        assertThat(heard).containsExactlyElementsOf(said);
    }

    @Test
    void j18_closeLeavesNoThread() {
        MirrorClient client = connected(as("ann").onChannel("lobby", (message, chat) -> {}));
        Await.value(client.publish("lobby", "hello"));

        client.close();
        client.close();

        // A pool counts as ended a moment before its last thread is gone.
        Await.until("no thread is left", () -> left().isEmpty());
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(Await.failure(client.publish("lobby", "late")).code()).isEqualTo(ErrorCode.BUSY);
    }

    /** Threads of a client that were not there before; those of the server have other names. */
    private List<String> left() {
        return threads().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("mirror-client") || name.startsWith("WebSocket"))
                .toList();
    }

    @Test
    void closeLeavesNoThreadWhereNobodyEverAnswered() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            MirrorClient client = builder(silent.getLocalPort())
                    .token("x")
                    .closeTimeout(Duration.ofMillis(100))
                    .build();
            CompletableFuture<MirrorClient> connect = client.connect();
            Await.until("the attempt", () -> client.state() == ClientState.CONNECTING);

            client.close();

            // A pool counts as ended a moment before its last thread is gone.
            Await.until("no thread is left", () -> left().isEmpty());
            assertThat(Await.failure(connect).code()).isEqualTo(ErrorCode.BUSY);
        }
    }

    @Test
    void closeLeavesNoThreadInTheMiddleOfALogIn() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            MirrorClient client =
                    builder(silent.getLocalPort()).password("ann", "secret").build();
            client.connect();
            try (Socket login = silent.accept()) {
                assertThat(login.getInputStream().read()).isEqualTo('P');

                client.close();

                // A pool counts as ended a moment before its last thread is gone.
                Await.until("no thread is left", () -> left().isEmpty());
            }
        }
    }

    @Test
    void handlerMayCloseItsClient() {
        MirrorClient[] bot = {null};
        bot[0] = connected(as("bot").onDirect((message, chat) -> chat.client().close()));
        MirrorClient ann = connected(as("ann"));

        Await.value(ann.direct(new UserId("bot"), "go"));

        assertThat(Await.value(bot[0].closed())).isEqualTo(CloseReason.NORMAL);
    }

    @Test
    void handlerThatRunsIsInterruptedWhenTheTimeForClosingIsOver() {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        MirrorClient bot =
                connected(as("bot").closeTimeout(Duration.ofMillis(100)).onDirect((message, chat) -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException asExpected) {
                        interrupted.countDown();
                    }
                }));
        MirrorClient ann = connected(as("ann"));
        Await.value(ann.direct(new UserId("bot"), "go"));
        Await.open("the handler runs", running);

        bot.close();

        Await.open("the handler is interrupted", interrupted);
    }

    @Test
    void executorOfTheApplicationKeepsTheOrderOfEachConversation() {
        var pool = Executors.newFixedThreadPool(4);
        opened.add(pool::shutdownNow);
        var heard = new ConcurrentHashMap<String, List<String>>();
        connected(as("bot")
                .executor(pool)
                .onDirect((message, chat) -> heard.computeIfAbsent(
                                message.publisher().value(), user -> new CopyOnWriteArrayList<>())
                        .add(message.text())));
        List<String> said = new ArrayList<>();
        List<MirrorClient> writers = List.of(connected(as("ann")), connected(as("bob")), connected(as("eve")));
        for (int i = 0; i < 50; i++) {
            String text = String.valueOf(i);
            said.add(text);
            writers.forEach(writer -> writer.direct(new UserId("bot"), text));
        }

        Await.until(
                "everything", () -> heard.values().stream().mapToInt(List::size).sum() == 150);
        assertThat(heard.values()).allSatisfy(texts -> assertThat(texts).containsExactlyElementsOf(said));
    }

    @Test
    void w20_tokenThatIsNotAcceptedEndsTheClient() {
        MirrorClient client = builder(server.port()).token("forged").build();
        opened.add(client);

        assertThat(Await.failure(client.connect()).code()).isEqualTo(ErrorCode.AUTH_REQUIRED);
        assertThat(Await.value(client.closed())).isEqualTo(CloseReason.AUTH_REQUIRED);
    }

    @Test
    void w27_revokedLogInIsReplacedByANewOne() {
        List<String> tokens = new CopyOnWriteArrayList<>();
        List<StateChange> changes = new CopyOnWriteArrayList<>();
        connected(builder(server.port()).onState(changes::add).tokens(() -> {
            tokens.add(users.token("ann"));
            return CompletableFuture.completedFuture(tokens.get(tokens.size() - 1));
        }));

        users.revoke(tokens.get(0));
        mirror.disconnect(new UserId("ann"), principal -> true, CloseReason.AUTH_REVOKED);

        Await.until(
                "a second log-in",
                () -> changes.stream()
                                .filter(change -> change.to() == ClientState.CONNECTED)
                                .count()
                        == 2);
        assertThat(tokens).hasSize(2);
        assertThat(changes).anyMatch(change -> change.reason().equals(CloseReason.AUTH_REVOKED));
    }

    @Test
    void logsInByNameAndPassword() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/auth/token", exchange -> {
            try (InputStream in = exchange.getRequestBody()) {
                asked.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            boolean right = asked.get(asked.size() - 1).contains("\"right\"");
            byte[] answer = (right ? "{\"token\":\"" + users.token("ann") + "\",\"exp\":0,\"UserId\":\"ann\"}" : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(right ? 200 : 401, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        http.start();
        opened.add(() -> http.stop(0));
        URI login = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/auth/token");
        var threads = Executors.newSingleThreadExecutor();
        opened.add(threads::shutdownNow);

        String token = Await.value(login(login, "right", threads).token());
        assertThat(Await.failure(login(login, "wrong", threads).token()).code()).isEqualTo(ErrorCode.AUTH_REQUIRED);

        assertThat(asked.get(0)).contains("\"username\":\"Ann\"", "\"password\":\"right\"");
        connected(builder(server.port()).token(token));
    }

    private static PasswordLogin login(URI endpoint, String password, java.util.concurrent.Executor threads) {
        return new PasswordLogin(
                endpoint,
                new dev.mirror.identity.Credentials.Password("Ann", password),
                null,
                Duration.ofSeconds(20),
                threads);
    }

    @Test
    void j2_smallFramesAreNotHeldBack() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/ws");
            SocketClient client = new SocketClient(uri, "token", new Inbound(Runnable::run, new Heard()));
            Thread thread = new Thread(client);
            thread.start();
            try (Socket accepted = listener.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo('G');
                assertThat(client.getSocket().getTcpNoDelay()).isTrue();
            }
            client.cut();
            thread.join(Await.DEADLINE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void j2_frameThatArrivesByteByByteIsHeardWhole() throws Exception {
        Heard heard = new Heard();
        try (RawServer server = new RawServer(heard)) {
            for (byte part : RawServer.frame(true, 1, "{\"code\":\"hällo\"}")) {
                server.send(part);
            }
            server.send(RawServer.frame(false, 1, "{\"code\":"));
            server.send(RawServer.frame(false, 0, ""));
            server.send(RawServer.frame(true, 9, "ping"));
            server.send(RawServer.frame(true, 0, "\"again\"}"));

            Await.until("both messages", () -> heard.texts.size() == 2);
            assertThat(heard.texts).containsExactly("{\"code\":\"hällo\"}", "{\"code\":\"again\"}");
            assertThat(heard.ends).isEmpty();
        }
    }

    @Test
    void j3_messageInTooManyBytesEndsTheConnection() throws Exception {
        Heard heard = new Heard();
        try (RawServer server = new RawServer(heard)) {
            byte[] piece = RawServer.frame(false, 0, "x".repeat(60_000));
            server.send(RawServer.frame(false, 1, "x"));
            server.sendUntilItEnds(piece, 1_000);

            Await.until("the end", () -> !heard.ends.isEmpty());
            assertThat(server.sent()).isLessThan(400);
            assertThat(heard.texts).isEmpty();
        }
    }

    @Test
    void j3_messageInTooManyEmptyPiecesEndsTheConnection() throws Exception {
        Heard heard = new Heard();
        try (RawServer server = new RawServer(heard)) {
            byte[] nothing = RawServer.frame(false, 0, "");
            server.send(RawServer.frame(false, 1, ""));
            server.sendUntilItEnds(nothing, 2_000_000);

            Await.until("the end", () -> !heard.ends.isEmpty());
            assertThat(heard.texts).isEmpty();
        }
    }

    /** What a connection hears. */
    private static final class Heard implements ClientTransport.Listener {
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final List<CloseReason> ends = new CopyOnWriteArrayList<>();

        @Override
        public void received(byte[] text) {
            texts.add(new String(text, StandardCharsets.UTF_8));
        }

        @Override
        public void heard() {
            // Any sign of life.
        }

        @Override
        public void closed(CloseReason reason) {
            ends.add(reason);
        }
    }

    /** A server that completes the handshake of one client and then sends what the test says, byte for byte. */
    private static final class RawServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final SocketClient client;
        private final Thread thread;
        private final Socket socket;
        private int sent; // the test's

        RawServer(Heard heard) throws Exception {
            URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/ws");
            client = new SocketClient(uri, "token", new Inbound(Runnable::run, heard));
            thread = new Thread(client);
            thread.setDaemon(true);
            thread.start();
            socket = listener.accept();
            socket.setSoTimeout((int) Await.DEADLINE.toMillis());
            socket.getOutputStream().write(answer(head()).getBytes(StandardCharsets.US_ASCII));
        }

        private String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            return head.toString();
        }

        private static String answer(String head) throws Exception {
            String key = head.lines()
                    .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                    .map(line -> line.substring("Sec-WebSocket-Key: ".length()))
                    .findFirst()
                    .orElseThrow();
            byte[] hash = java.security.MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Protocol: mirror.v2\r\nSec-WebSocket-Accept: "
                    + java.util.Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
        }

        /** A frame from a server, of at most 65,535 bytes. */
        static byte[] frame(boolean last, int opcode, String text) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            var out = new java.io.ByteArrayOutputStream();
            out.write((last ? 0x80 : 0) | opcode);
            if (payload.length < 126) {
                out.write(payload.length);
            } else {
                out.write(126);
                out.write(payload.length >> 8);
                out.write(payload.length);
            }
            out.writeBytes(payload);
            return out.toByteArray();
        }

        void send(byte... bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** Sends again and again, in larger writes, until the client will not have it. */
        void sendUntilItEnds(byte[] frame, int times) {
            int atOnce = Math.max(1, 8_192 / frame.length);
            var many = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < atOnce; i++) {
                many.writeBytes(frame);
            }
            try {
                while (sent < times) {
                    send(many.toByteArray());
                    sent += atOnce;
                }
            } catch (IOException ended) {
                return;
            }
        }

        int sent() {
            return sent;
        }

        @Override
        public void close() throws Exception {
            socket.close();
            listener.close();
            client.cut();
            thread.join(Await.DEADLINE.toMillis());
        }
    }
}
