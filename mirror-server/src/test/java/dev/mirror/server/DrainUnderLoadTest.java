package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.testkit.net.RawFrame;
import dev.mirror.testkit.net.RawWebSocket;
import dev.mirror.testkit.time.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server, in a process of its own and with a real log, that is asked to end while clients publish with all their might. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "ends processes by SIGTERM")
final class DrainUnderLoadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PUBLISHERS = 4;
    /** How many publications of each client are on their way. */
    private static final int OUTSTANDING = 64;
    /** How many are acknowledged to all together before the server is asked to end. */
    private static final int ENOUGH = 3_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger acknowledged = new AtomicInteger();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** A user of the server. */
    private record User(String id, String token) {}

    /** Whoever has a connection until the server ends it. Only its thread, and whoever waited for the end of that. */
    private abstract static class Client {
        final RawWebSocket socket;
        JsonNode bye = JSON.createObjectNode();
        int closed;

        Client(int port, User user) throws IOException {
            socket = RawWebSocket.connect(port);
            socket.handshake("/ws", "Sec-WebSocket-Protocol: mirror.v2", "Authorization: Bearer " + user.token);
            assertThat(socket.readText()).contains("registered.success");
        }

        /** Does what comes next, before something is read again. */
        abstract void go() throws IOException;

        abstract void heard(JsonNode frame);

        final void run() throws IOException {
            try (socket) {
                while (closed == 0) {
                    if (bye.isEmpty()) {
                        go();
                    }
                    hear(socket.read());
                }
                socket.send(RawFrame.close(closed, ""));
                socket.awaitEnd();
            }
        }

        private void hear(RawFrame frame) throws IOException {
            if (frame.opcode() == RawFrame.CLOSE) {
                closed = frame.closeCode();
            } else if (frame.opcode() == RawFrame.TEXT) {
                JsonNode json = JSON.readTree(frame.text());
                if (json.path("code").asText().equals("session.bye")) {
                    bye = json.path("data");
                } else {
                    heard(json);
                }
            }
        }
    }

    /** Publishes in a room that all share, and to the next one, in turn. */
    private final class Publisher extends Client {
        final User user;
        final String direct;
        final Set<String> unanswered = new HashSet<>();
        final Map<String, Long> taken = new HashMap<>(); // by id, with its offset
        final Set<String> refused = new HashSet<>();
        int said;

        Publisher(int port, User user, User friend) throws IOException {
            super(port, user);
            this.user = user;
            this.direct = user.id + '.' + friend.id;
        }

        @Override
        void go() throws IOException {
            while (unanswered.size() < OUTSTANDING) {
                String channel = said % 2 == 0 ? "lobby" : direct;
                String id = (said % 2 == 0 ? "l-" : "d-") + said++;
                unanswered.add(id);
                socket.text("{\"code\":\"channel.publish\",\"id\":\"" + id + "\",\"channel\":\"" + channel
                        + "\",\"data\":{\"value\":\"" + id + " of " + user.id + "\"}}");
            }
        }

        @Override
        void heard(JsonNode frame) {
            String id = frame.path("re").asText();
            if (!unanswered.remove(id)) {
                return; // what comes by the inbox
            }
            if (frame.path("code").asText().equals("reply.ok")) {
                taken.put(id, frame.path("offset").asLong());
                acknowledged.incrementAndGet();
            } else {
                assertThat(frame.path("error").path("name").asText()).isEqualTo("busy");
                refused.add(id);
            }
        }
    }

    /** Listens to the room. */
    private static final class Listener extends Client {
        final List<Long> offsets = new ArrayList<>();
        String epoch = "";

        Listener(int port, User user) throws IOException {
            super(port, user);
            socket.text("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\"}");
            assertThat(socket.readText()).contains("reply.ok");
        }

        @Override
        void go() {}

        @Override
        void heard(JsonNode frame) {
            if (frame.path("channel").asText().equals("lobby")) {
                epoch = frame.path("epoch").asText();
                offsets.add(frame.path("offset").asLong());
            }
        }
    }

    @Test
    void i8_w55_anEndUnderLoadLosesNothingAndLeavesNothingOpen(@TempDir Path data) throws Exception {
        Process process = ProcessTest.mirror(
                data,
                "--publish-per-second=1000000",
                "--publish-burst=1000000",
                "--auth-per-minute=1000",
                "--drain-seconds=20");
        List<Publisher> publishers = new ArrayList<>();
        Listener listener;
        try (BufferedReader output = ProcessTest.output(process)) {
            URI base = ProcessTest.awaitReady(output, new ArrayList<>());
            Future<Long> rest = threads.submit(() -> output.lines().count());
            List<User> users = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                users.add(signUp(base, "user-" + i));
            }
            listener = new Listener(base.getPort(), users.get(0));
            for (int i = 0; i < PUBLISHERS; i++) {
                publishers.add(new Publisher(base.getPort(), users.get(i), users.get((i + 1) % PUBLISHERS)));
            }
            List<Future<?>> running = new ArrayList<>();
            for (Client client : publishers) {
                running.add(threads.submit(() -> {
                    client.run();
                    return true;
                }));
            }
            Listener heard = listener;
            running.add(threads.submit(() -> {
                heard.run();
                return true;
            }));
            Await.until("there is load", Await.DEADLINE, () -> acknowledged.get() >= ENOUGH);

            process.toHandle().destroy();

            // It gives itself up, with another code, if it does not end within its deadline.
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            for (Future<?> client : running) {
                client.get(30, TimeUnit.SECONDS);
            }
            rest.get(30, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        for (Client client : publishers) {
            endedInGoodOrder(client);
        }
        endedInGoodOrder(listener);
        try (TestServer again = TestServer.start(data)) {
            whatWasTakenIsThere(again, publishers);
            theListenerMissesNothing(again, publishers.get(0).user, listener);
        }
    }

    private static User signUp(URI base, String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/auth/create"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"" + name + "\",\"password\":\"correct horse 7\"}"))
                .build();
        JsonNode user = JSON.readTree(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
        return new User(user.path("UserId").asText(), user.path("token").asText());
    }

    private static void endedInGoodOrder(Client client) {
        assertThat(client.bye.path("code").asInt()).isEqualTo(1012);
        assertThat(client.bye.path("name").asText()).isEqualTo("restart");
        assertThat(client.bye.path("afterMs").isNumber()).isTrue();
        assertThat(client.closed).isEqualTo(1012);
    }

    /** What was acknowledged is where it was said to be; everything else is not there, refused or not. */
    private static void whatWasTakenIsThere(TestServer server, List<Publisher> publishers) {
        Map<String, Long> lobby = log(server, publishers.get(0).user, "lobby");
        Map<String, Long> expected = new HashMap<>();
        for (Publisher publisher : publishers) {
            publisher.taken.forEach((id, offset) -> {
                if (id.startsWith("l-")) {
                    expected.put(publisher.user.id + ' ' + id, offset);
                }
            });
            Map<String, Long> direct = new HashMap<>();
            publisher.taken.forEach((id, offset) -> {
                if (id.startsWith("d-")) {
                    direct.put(publisher.user.id + ' ' + id, offset);
                }
            });
            assertThat(log(server, publisher.user, publisher.direct)).isEqualTo(direct);
        }
        assertThat(lobby).isEqualTo(expected);
    }

    /** The offset of everything that is in a log, by its publisher and id. */
    private static Map<String, Long> log(TestServer server, User user, String channel) {
        Map<String, Long> all = new HashMap<>();
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + user.token)) {
            socket.nextJson();
            String place = "";
            while (true) {
                socket.say("{\"code\":\"channel.history\",\"id\":\"h\",\"channel\":\"" + channel + "\"" + place
                        + ",\"data\":{\"backward\":false,\"limit\":300}}");
                JsonNode answer = socket.nextJson();
                assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("reply.ok");
                JsonNode events = answer.path("data").path("events");
                if (events.isEmpty()) {
                    return all;
                }
                for (JsonNode event : events) {
                    String key = event.path("userId").asText()
                            + ' '
                            + event.path("id").asText();
                    assertThat(all.put(key, event.path("offset").asLong()))
                            .as("twice: " + key)
                            .isNull();
                    place = ",\"epoch\":\"" + event.path("epoch").asText() + "\",\"offset\":"
                            + event.path("offset").asLong();
                }
            }
        }
    }

    private static void theListenerMissesNothing(TestServer server, User user, Listener listener) {
        List<Long> offsets = listener.offsets;
        long last = offsets.get(offsets.size() - 1);
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + user.token)) {
            socket.nextJson();
            socket.say("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\",\"epoch\":\""
                    + listener.epoch + "\",\"offset\":" + last + "}");
            JsonNode answer = socket.nextJson();
            assertThat(answer.path("data").path("recovered").asBoolean()).isTrue();
            long end = answer.path("offset").asLong();
            while (last < end) {
                last = socket.nextJson().path("offset").asLong();
                offsets.add(last);
            }
            assertThat(offsets).isEqualTo(LongStream.rangeClosed(1, end).boxed().toList());
        }
    }
}
