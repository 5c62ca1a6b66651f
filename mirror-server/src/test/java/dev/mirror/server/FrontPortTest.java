package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One port, end to end: WebSocket beside HTTP, accounts behind both, and the server's end and return. */
final class FrontPortTest {
    @TempDir
    private Path data;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(data);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart() {
        server.close();
        server = TestServer.start(data);
    }

    private static String relay(TestServer.User from, TestServer.User to) {
        return "{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\",\"channel\":\""
                + from.id() + "." + to.id() + "\"}";
    }

    private static String open(TestServer.User from, TestServer.User to) {
        return "{\"code\":\"message.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"" + from.id()
                + "\",\"channel\":\"" + from.id() + "." + to.id() + "\"}";
    }

    @Test
    void w13_theHelloOfVersion1IsTheOneOf2018() {
        TestServer.User alice = server.signUp("alice");
        try (TestSocket socket = server.socket("", "Cookie", alice.cookie())) {
            assertThat(socket.next())
                    .matches("\\{\"code\":\"registered\\.success\",\"message\":\"Registered\",\"websocketId\":\""
                            + "[A-Za-z0-9_-]{16,64}\",\"userId\":\"\",\"channel\":\"\"}");
        }
    }

    @Test
    void w16_aDirectMessageIsRelayedToItsReceiverAlone() {
        TestServer.User alice = server.signUp("alice");
        TestServer.User bob = server.signUp("bob");
        TestServer.User carol = server.signUp("carol");
        try (TestSocket a = server.socket("", "Cookie", alice.cookie());
                TestSocket b1 = server.socket("", "Cookie", bob.cookie());
                TestSocket b2 = server.socket("", "Authorization", "Bearer " + bob.token());
                TestSocket c = server.socket("", "Cookie", carol.cookie())) {
            for (TestSocket socket : new TestSocket[] {a, b1, b2, c}) {
                socket.next();
            }
            a.say(open(alice, bob));
            assertThat(b1.next()).isEqualTo(relay(alice, bob));
            assertThat(b2.next()).isEqualTo(relay(alice, bob));
            // Answered in order: what follows would come after anything that was wrongly sent before.
            b1.say(open(bob, carol));
            assertThat(c.next()).isEqualTo(relay(bob, carol));
            c.say(open(carol, alice));
            assertThat(a.next()).isEqualTo(relay(carol, alice));
        }
    }

    @Test
    void w17_aRequestForSomebodyAwayWaitsThroughARestart() {
        TestServer.User alice = server.signUp("alice");
        TestServer.User bob = server.signUp("bob");
        try (TestSocket a = server.socket("mirror.v2", "Cookie", alice.cookie())) {
            a.next();
            a.say("{\"code\":\"message.direct\",\"id\":\"1\",\"channel\":\"" + alice.id() + "." + bob.id() + "\"}");
            assertThat(a.nextJson().get("code").textValue()).isEqualTo("reply.ok");
        }
        restart();
        try (TestSocket b = server.socket("", "Cookie", bob.cookie())) {
            assertThat(b.next()).contains("registered.success");
            assertThat(b.next()).isEqualTo(relay(alice, bob));
        }
        try (TestSocket b = server.socket("", "Cookie", bob.cookie());
                TestSocket a = server.socket("", "Cookie", alice.cookie())) {
            assertThat(b.next()).contains("registered.success");
            a.next();
            // The second time nothing waited: the next thing said is the next thing heard.
            a.say(open(alice, bob));
            assertThat(b.next()).isEqualTo(relay(alice, bob));
            assertThat(b.waiting()).isZero();
        }
    }

    @Test
    void w19_version2PublishesAndIsCounted() {
        TestServer.User alice = server.signUp("alice");
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + alice.token())) {
            JsonNode hello = socket.nextJson();
            assertThat(hello.get("userId").textValue()).isEqualTo(alice.id());
            assertThat(hello.get("channel").textValue()).isEqualTo(alice.channel());
            socket.say(
                    "{\"code\":\"channel.publish\",\"id\":\"p1\",\"channel\":\"lobby\",\"data\":{\"value\":\"hi\"}}");
            assertThat(socket.nextJson().get("offset").longValue()).isEqualTo(1);
            assertThat(server.scrape())
                    .contains("mirror_connections 1.0", "mirror_sessions 1.0", "mirror_publishes_total 1.0")
                    .contains(
                            "mirror_publish_seconds_count 1", "mirror_auth_total{action=\"login\",outcome=\"ok\"} 1.0")
                    .contains("mirror_queue_bytes", "mirror_refusals_total{error=\"busy\"}", "jvm_memory_used_bytes");
        }
    }

    @Test
    void deliveriesHistoriesAndLogInsAreTimed() {
        TestServer.User alice = server.signUp("alice");
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + alice.token())) {
            socket.nextJson();
            socket.say("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\"}");
            assertThat(socket.nextJson().get("re").textValue()).isEqualTo("s");
            socket.say("{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\":1}");
            assertThat(socket.nextJson().get("code").textValue()).isEqualTo("channel.event");
            socket.say("{\"code\":\"channel.history\",\"id\":\"h\",\"channel\":\"lobby\"}");
            assertThat(socket.nextJson().get("re").textValue()).isEqualTo("h");
            Await.until("all are counted", () -> server.scrape().contains("mirror_delivery_seconds_count 1"));
            assertThat(server.scrape())
                    .contains("mirror_history_seconds_count 1", "mirror_login_seconds_count 1")
                    .contains("mirror_delivery_seconds_bucket{le=", "mirror_history_seconds_bucket{le=")
                    .contains("mirror_login_seconds_bucket{le=");
        }
    }

    @Test
    void w27_aLogOutClosesTheSocketsOfThatLogInOnly() {
        TestServer.User here = server.signUp("alice");
        TestServer.User there = server.logIn("alice");
        try (TestSocket ended = server.socket("", "Cookie", here.cookie());
                TestSocket other = server.socket("mirror.v2", "Cookie", there.cookie())) {
            ended.next();
            other.next();
            server.post("/auth/logout", Map.of(), "Authorization", "Bearer " + here.token());
            assertThat(ended.closeCode()).isEqualTo(4302);
            other.say("{\"code\":\"session.ping\",\"id\":\"1\"}");
            assertThat(other.nextJson().get("code").textValue()).isEqualTo("reply.ok");
        }
    }

    @Test
    void w27_aChangeOfPasswordClosesTheSocketsOfOtherLogIns() {
        TestServer.User here = server.signUp("alice");
        TestServer.User there = server.logIn("alice");
        try (TestSocket other = server.socket("mirror.v2", "Cookie", there.cookie())) {
            other.next();
            server.post(
                    "/auth/password",
                    Map.of("password", TestServer.PASSWORD, "newPassword", "another horse 8"),
                    "Authorization",
                    "Bearer " + here.token());
            assertThat(other.nextJson().get("code").textValue()).isEqualTo("session.bye");
            assertThat(other.closeCode()).isEqualTo(4302);
        }
    }

    @Test
    void o26_foreignPagesDoNotGetIn() {
        TestServer.User alice = server.signUp("alice");
        assertThatThrownBy(() -> server.socket("", "Cookie", alice.cookie(), "Origin", "https://evil.example"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(403));
        try (TestSocket own =
                server.socket("", "Cookie", alice.cookie(), "Origin", "http://127.0.0.1:" + server.port())) {
            assertThat(own.next()).contains("registered.success");
        }
    }

    @Test
    void o26_whoProvedNothingHearsTheHelloAndNothingElse() {
        TestServer.User alice = server.signUp("alice");
        TestServer.User bob = server.signUp("bob");
        try (TestSocket nobody = server.socket("");
                TestSocket b = server.socket("", "Cookie", bob.cookie());
                TestSocket a = server.socket("", "Cookie", alice.cookie())) {
            assertThat(nobody.next()).contains("registered.success");
            b.next();
            a.next();
            nobody.say(open(alice, bob));
            a.say(open(alice, bob));
            assertThat(b.next()).isEqualTo(relay(alice, bob));
            assertThat(nobody.closeCode()).isEqualTo(4300);
            assertThat(nobody.waiting()).isZero();
            assertThat(b.waiting()).isZero();
        }
    }

    @Test
    void i8_theEndSaysRestartAndReadinessSaysSoBefore() {
        TestServer.User alice = server.signUp("alice");
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(server.management("/readyz").body()).contains("\"ready\":true");
        try (TestSocket v1 = server.socket("", "Cookie", alice.cookie());
                TestSocket v2 = server.socket("mirror.v2", "Cookie", alice.cookie())) {
            v1.next();
            v2.next();
            server.close();
            assertThat(v1.closeCode()).isEqualTo(1012);
            assertThat(v2.nextJson().get("code").textValue()).isEqualTo("session.bye");
            assertThat(v2.closeCode()).isEqualTo(1012);
        }
    }

    @Test
    void usersAndKeysAreThereAfterARestart() {
        TestServer.User alice = server.signUp("alice");
        restart();
        assertThat(TestServer.json(server.get("/me", "Cookie", alice.cookie()))
                        .get("UserId")
                        .textValue())
                .isEqualTo(alice.id());
        assertThat(server.logIn("alice").id()).isEqualTo(alice.id());
    }

    @Test
    void anUpgradeOnAKeptAliveConnectionIsAWebSocketToo() throws Exception {
        TestServer.User alice = server.signUp("alice");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            InputStream in = socket.getInputStream();
            send(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(head(in)).startsWith("HTTP/1.1 200 ");
            assertThat(new String(in.readNBytes("{\"status\":\"ok\"}".length()), StandardCharsets.US_ASCII))
                    .isEqualTo("{\"status\":\"ok\"}");

            send(socket, upgrade("Authorization: Bearer " + alice.token()));
            assertThat(head(in)).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(frame(in)).contains("registered.success");
            try (TestSocket other = server.socket("", "Cookie", alice.cookie())) {
                other.next();
                TestServer.User bob = server.signUp("bob");
                try (TestSocket b = server.socket("", "Cookie", bob.cookie())) {
                    b.next();
                    b.say(open(bob, alice));
                    assertThat(frame(in)).isEqualTo(relay(bob, alice));
                    assertThat(other.next()).isEqualTo(relay(bob, alice));
                }
            }
        }
        Await.until("the connection is gone", () -> server.scrape().contains("mirror_connections 0.0"));
    }

    @Test
    void anUpgradeOnAKeptAliveConnectionFromAForeignPageIsRefused() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            InputStream in = socket.getInputStream();
            send(socket, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(head(in)).startsWith("HTTP/1.1 200 ");
            send(socket, upgrade("Origin: https://evil.example"));
            assertThat(head(in)).startsWith("HTTP/1.1 403 ");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String upgrade(String header) {
        return String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                header,
                "",
                "");
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("after: %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    /** A text frame of less than 64 KiB, as servers send them: not masked. */
    private static String frame(InputStream in) throws IOException {
        assertThat(in.read()).isEqualTo(0x81);
        int length = in.read();
        if (length == 126) {
            length = in.read() << 8 | in.read();
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
