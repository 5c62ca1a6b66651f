package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mirror trace} against a whole server that remembers every message. */
final class TraceTest {
    private static TestServer server;
    private static TestServer.User ann;
    private static TestServer.User bob;

    private final StringWriter text = new StringWriter();

    @BeforeAll
    static void start(@TempDir Path data) {
        server = TestServer.start(data, "--trace-sample=1");
        ann = server.signUp("ann");
        bob = server.signUp("bob");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestSocket open(TestServer.User user) {
        TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + user.token());
        assertThat(socket.nextJson().path("code").asText()).isEqualTo("registered.success");
        return socket;
    }

    /** Says it, and reads on to the answer. */
    private static JsonNode ask(TestSocket socket, String id, String frame) {
        socket.say("{\"id\":\"" + id + "\"," + frame.replace('\'', '"') + "}");
        JsonNode heard = socket.nextJson();
        while (!heard.path("re").asText().equals(id)) {
            heard = socket.nextJson();
        }
        return heard;
    }

    private static JsonNode nextEvent(TestSocket socket) {
        JsonNode heard = socket.nextJson();
        while (!heard.path("code").asText().equals("channel.event")) {
            heard = socket.nextJson();
        }
        return heard;
    }

    private int trace(String... arguments) {
        return traceOn(server.server().managementPort(), arguments);
    }

    private int traceOn(int port, String... arguments) {
        text.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(text, true);
        List<String> all = new ArrayList<>(List.of("trace", "--management-port=" + port));
        all.addAll(List.of(arguments));
        return Main.run(Main.commands().setOut(writer).setErr(writer), Map.of(), all.toArray(String[]::new));
    }

    private static JsonNode answer(String query) {
        return TestServer.json(server.management("/trace" + query));
    }

    private static Stream<String> steps(JsonNode message) {
        return Stream.of(message.path("steps")).flatMap(steps -> {
            List<String> words = new ArrayList<>();
            steps.forEach(step -> words.add(step.path("what").asText()));
            return words.stream();
        });
    }

    @Test
    void aDirectMessageIsFollowedOverAResumeToItsMark() {
        String talk = ann.id() + "." + bob.id();
        try (TestSocket anns = open(ann)) {
            JsonNode first = ask(anns, "talk-1", "'code':'channel.publish','channel':'" + talk + "','data':'one'");
            JsonNode second = ask(anns, "talk-2", "'code':'channel.publish','channel':'" + talk + "','data':'two'");
            try (TestSocket bobs = open(bob)) { // comes back, and catches up from the first on
                ask(
                        bobs,
                        "s",
                        "'code':'channel.subscribe','channel':'" + talk + "','epoch':'"
                                + first.path("epoch").asText() + "','offset':"
                                + first.path("offset").asLong());
                assertThat(nextEvent(bobs).path("data").asText()).isEqualTo("two");
                ask(
                        bobs,
                        "m",
                        "'code':'direct.mark','channel':'" + talk + "','epoch':'"
                                + second.path("epoch").asText() + "','data':{'read':"
                                + second.path("offset").asLong() + "}");
            }
            assertThat(steps(answer("?id=talk-2").path("messages").path(0)))
                    .contains("accepted", "stored", "written", "acknowledged", "replayed", "received", "read");
            assertThat(trace("talk-2")).isZero();
            assertThat(text.toString())
                    .contains("Message talk-2 of user " + ann.id(), "to session", "caught up from the log")
                    .containsPattern("read +by user " + bob.id())
                    .doesNotContain("two");
            assertThat(trace(talk, String.valueOf(second.path("offset").asLong())))
                    .isZero();
            assertThat(text.toString()).contains("Message talk-2 of user " + ann.id());
        }
    }

    @Test
    void aRefusalSaysWhy() {
        try (TestSocket anns = open(ann)) {
            ask(anns, "wrong-1", "'code':'channel.publish','channel':'@" + bob.id() + "','data':'x'");
        }
        assertThat(trace("wrong-1")).isZero();
        assertThat(text.toString()).containsPattern("refused +to session .* not.allowed: ");
        assertThat(trace()).isZero();
        assertThat(text.toString()).contains("wrong-1");
    }

    @Test
    void whatIsNotKnownIsExitCode1AndSaysWhy() {
        assertThat(trace("never-said")).isEqualTo(1);
        assertThat(text.toString()).contains("nothing is known of this message", "did not come here");
        assertThat(trace("never-said", "--json")).isEqualTo(1);
        assertThat(text.toString()).contains("\"messages\":[]").contains("\"wanted\":true");
        assertThat(trace("lobby", "x")).isEqualTo(2);
        assertThat(trace("no channel", "1")).isEqualTo(2);
        assertThat(trace("a", "1", "2")).isEqualTo(2);
        assertThat(traceOn(0, "m")).isEqualTo(3);
        assertThat(traceOn(server.port(), "m")).isEqualTo(1);
        assertThat(text.toString()).contains("does not trace");
    }

    @Test
    void anIdCannotWriteOnTheTerminalOfWhoAsks() {
        try (TestSocket anns = open(ann)) {
            anns.say("{\"id\":\"evil-\\u001b[2J\\u009b\",\"code\":\"session.nonsense\"}");
            assertThat(anns.nextJson().path("code").asText()).isEqualTo("reply.error");
        }
        assertThat(trace()).isZero();
        assertThat(text.toString()).contains("evil-\uFFFD[2J\uFFFD").doesNotContain("\u001b", "\u009b");
        assertThat(trace("evil-\u001b[2J\u009b", "--json")).isZero();
        assertThat(text.toString()).contains("evil-\\u001B[2J\\u009B").doesNotContain("\u001b", "\u009b");
    }

    /** A page whose name leads to this machine would otherwise read who speaks with whom. */
    @Test
    void o27_itIsAnsweredUnderTheNamesOfThisMachineOnly() throws IOException {
        for (String name : List.of("evil.example", "127.0.0.1.evil.example", "10.0.0.1")) {
            assertThat(raw("GET /trace HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("host.not.allowed");
        }
        assertThat(raw("GET /trace HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(server.get("/trace").statusCode()).as("on the front port").isEqualTo(404);
    }

    private static String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.server().managementPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aQueryThatMakesNoSenseIsRefused() {
        for (String query : List.of(
                "?channel=lobby",
                "?channel=lobby&offset=x",
                "?channel=no%20channel&offset=1",
                "?id=a&channel=lobby&offset=1",
                "?channel=lobby&offset=1&epoch=" + "e".repeat(65))) {
            assertThat(server.management("/trace" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(server.management("/trace?channel=lobby&offset=-1").statusCode())
                .isEqualTo(200);
    }

    @Test
    void ofAMessageThatIsNotTracedTheLogTellsWhoseItIs(@TempDir Path data) {
        try (TestServer plain = TestServer.start(data, "--trace-messages=0")) {
            TestServer.User cid = plain.signUp("cid");
            try (TestSocket socket = plain.socket("mirror.v2", "Authorization", "Bearer " + cid.token())) {
                ask(socket, "plain-1", "'code':'channel.publish','channel':'lobby','data':'canary'");
            }
            JsonNode answer = TestServer.json(plain.management("/trace?channel=lobby&offset=1"));
            assertThat(answer.path("log").path("id").asText()).isEqualTo("plain-1");
            assertThat(answer.path("log").path("publisher").asText()).isEqualTo(cid.id());
            assertThat(answer.toString()).doesNotContain("canary");
            assertThat(answer.path("sampling").path("on").asBoolean()).isFalse();
        }
    }
}
