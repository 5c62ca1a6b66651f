package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator does to a store, as the operator types it. */
final class StoreCommandsTest {
    @TempDir
    private Path folder;

    private final StringWriter text = new StringWriter();

    private int run(String... arguments) {
        text.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(text, true);
        CommandLine line = Main.commands().setOut(writer).setErr(writer);
        return Main.run(line, Map.of(), arguments);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private void say(TestServer server, String... values) {
        TestServer.User ann = server.signUp("ann");
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + ann.token())) {
            assertThat(socket.nextJson().get("code").textValue()).isEqualTo("registered.success");
            for (String value : values) {
                socket.say("{\"code\":\"channel.publish\",\"id\":\"" + value + "\",\"channel\":\"lobby\",\"message\":\""
                        + value + "\"}");
                assertThat(socket.nextJson().get("code").textValue()).isEqualTo("reply.ok");
            }
        }
    }

    private static String lobby(TestServer server) {
        TestServer.User ann = server.logIn("ann");
        try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + ann.token())) {
            socket.nextJson();
            socket.say("{\"code\":\"channel.history\",\"id\":\"h\",\"channel\":\"lobby\"}");
            return socket.nextJson().toString();
        }
    }

    @Test
    void aBackupOfARunningServerIsRestoredElsewhereUnderAnotherEpoch() {
        Path backup = folder.resolve("monday.db");
        String before;
        try (TestServer server = TestServer.start(data())) {
            say(server, "one", "two");
            before = lobby(server);
            assertThat(run("backup", backup.toString(), "--data=" + data()))
                    .as(text.toString())
                    .isZero();
            assertThat(text.toString()).contains("2 publications");
            assertThat(run("backup", backup.toString(), "--data=" + data())).isEqualTo(5);
            assertThat(run("restore", backup.toString(), "--data=" + data())).isEqualTo(5);
            assertThat(text.toString()).contains("in use").doesNotContain("--replace");
        }
        Path other = folder.resolve("other");
        assertThat(run("restore", backup.toString(), "--data=" + other))
                .as(text.toString())
                .isZero();
        assertThat(run("restore", backup.toString(), "--data=" + other)).isEqualTo(5);
        assertThat(text.toString()).contains("--replace");
        assertThat(run("restore", backup.toString(), "--data=" + other, "--replace"))
                .isZero();
        try (TestServer server = TestServer.start(other)) {
            String after = lobby(server);
            assertThat(after).contains("\"one\"", "\"two\"");
            assertThat(epoch(after)).isNotEqualTo(epoch(before));
        }
    }

    /** I3: a client that comes back after a restore gets what it did not have, and hears that something may be missing. */
    @Test
    void i3_aClientGoesOnWhereItWasBeforeTheRestore() {
        Path backup = folder.resolve("monday.db");
        String epoch;
        try (TestServer server = TestServer.start(data())) {
            say(server, "one", "two", "three");
            epoch = epoch(lobby(server));
            assertThat(run("backup", backup.toString(), "--data=" + data())).isZero();
        }
        assertThat(run("restore", backup.toString(), "--data=" + data(), "--replace"))
                .as(text.toString())
                .isZero();
        try (TestServer server = TestServer.start(data())) {
            TestServer.User ann = server.logIn("ann");
            try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + ann.token())) {
                socket.nextJson();
                socket.say("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\",\"epoch\":\"" + epoch
                        + "\",\"offset\":2}");
                JsonNode answer = socket.nextJson();
                assertThat(answer.at("/data/recovered").booleanValue())
                        .as(answer.toString())
                        .isFalse();
                JsonNode gap = socket.nextJson();
                assertThat(gap.get("code").textValue()).isEqualTo("channel.gap");
                assertThat(gap.get("epoch")).isEqualTo(answer.get("epoch"));
                assertThat(gap.get("offset").intValue()).isEqualTo(2);
                assertThat(socket.nextJson().get("id").textValue()).isEqualTo("three");
            }
        }
    }

    private static String epoch(String reply) {
        return reply.replaceFirst(".*?\"epoch\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void whatIsExportedCanBeImportedElsewhere() throws IOException {
        Path lines = folder.resolve("lines.ndjson");
        try (TestServer server = TestServer.start(data())) {
            say(server, "one", "two");
            assertThat(run("export", lines.toString(), "--data=" + data()))
                    .as(text.toString())
                    .isZero();
        }
        assertThat(Files.readAllLines(lines)).hasSize(2).allMatch(line -> line.contains("\"channel\":\"lobby\""));
        assertThat(run("export", lines.toString(), "--data=" + data())).isEqualTo(1);

        Path other = folder.resolve("other");
        assertThat(run("import", lines.toString(), "--data=" + other))
                .as(text.toString())
                .isZero();
        assertThat(text.toString()).contains("imported 2");
        assertThat(run("import", lines.toString(), "--data=" + other)).isZero();
        assertThat(text.toString()).contains("imported 0");
        Files.writeString(lines, "{\"channel\":\"lobby\"}\n");
        assertThat(run("import", lines.toString(), "--data=" + other)).isEqualTo(1);
        assertThat(text.toString()).contains("line 1");
    }

    @Test
    void aCheckFindsWhatIsNotAsItWasWritten() throws IOException {
        assertThat(run("check", "--data=" + data())).isEqualTo(5);
        damaged(() -> assertThat(run("check", "--data=" + data(), "--port=0"))
                .as(text.toString())
                .isZero());
        assertThat(text.toString()).contains("settings", "limits", "2 publications, all sound");
        assertThat(run("check", "--data=" + data(), "--port=99999")).isEqualTo(3);
        assertThat(run("check", "--data=" + data())).isEqualTo(7);
        assertThat(text.toString()).contains("offset 2 of lobby is not what was written there");
    }

    /** What stands under the name that was asked for is a whole export. */
    @Test
    void anExportThatFailsLeavesNoFile() throws IOException {
        damaged(() -> {});
        Path out = Files.createDirectory(folder.resolve("out"));
        assertThat(run("export", out.resolve("lines.ndjson").toString(), "--data=" + data()))
                .isEqualTo(7);
        assertThat(out).isEmptyDirectory();
        assertThat(run("export", out.resolve("no/such/lines.ndjson").toString(), "--data=" + data()))
                .isEqualTo(1);
        assertThat(text.toString()).contains("cannot write", "no such folder");
    }

    /** A store of two publications, of which the second is not what was written. */
    private void damaged(Runnable before) throws IOException {
        try (TestServer server = TestServer.start(data())) {
            say(server, "one", "two-to-be-damaged");
            before.run();
        }
        Path file = data().resolve("mirror.db");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            // In the body; the id of the same publication has the same text.
            open.seek(bytes.indexOf("\"two-to-be-damaged"));
            open.write("\"twO".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void aPostgresqlDatabaseIsNotBackedUpByUs() {
        assertThat(run("backup", "x.db", "--database=postgresql://localhost/mirror"))
                .isEqualTo(3);
        assertThat(text.toString()).contains("pg_dump");
    }
}
