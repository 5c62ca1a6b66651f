package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: what it prints, how it ends. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "ends processes by SIGTERM")
final class ProcessTest {
    private static final Pattern READY = Pattern.compile("mirror is ready: (http://localhost:[0-9]+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A server of its own, on free ports. */
    static Process mirror(Path data, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("server", "--port=0", "--management-port=0", "--data=" + data));
        arguments.addAll(List.of(more));
        return java(List.of(), arguments).redirectErrorStream(true).start();
    }

    private static ProcessBuilder java(List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.mirror.server.Main"));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Where it can be reached, once it is ready. */
    static URI awaitReady(BufferedReader output, List<String> lines) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            Matcher matcher = READY.matcher(line);
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
        }
        throw new AssertionError("it ended: " + lines);
    }

    private static int post(URI base, String path, String type, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode();
    }

    @Test
    void legacyIsWarnedOfAtTheStart(@TempDir Path data) throws Exception {
        Process process = mirror(data, "--legacy-2018");
        try (BufferedReader output = output(process)) {
            awaitReady(output, new ArrayList<>());
            assertThat(output.lines()
                            .filter(line -> line.contains("--legacy-2018:"))
                            .findFirst())
                    .hasValueSatisfying(line -> assertThat(line).contains("WARN", "without a log-in"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void i8_o2_o25_sigtermEndsItWith0AndItsLogHasNoSecret(@TempDir Path data) throws Exception {
        Process process = mirror(data, "--log-level=debug");
        try (BufferedReader output = output(process)) {
            List<String> lines = new ArrayList<>();
            URI base = awaitReady(output, lines);
            String json = "application/json";
            String form = "application/x-www-form-urlencoded";
            assertThat(post(
                            base,
                            "/auth/create",
                            json,
                            "{\"username\":\"canary-name\",\"password\":\"canary-right-1\"}"))
                    .isEqualTo(201);
            assertThat(post(
                            base,
                            "/auth/login",
                            json,
                            "{\"username\":\"canary-name\",\"password\":\"canary-wrong-2\"}"))
                    .isEqualTo(401);
            assertThat(post(
                            base,
                            "/auth/login",
                            json,
                            "{\"username\":\"canary-\\nname\",\"password\":\"canary-broken-3"))
                    .isEqualTo(400);
            assertThat(post(base, "/auth/login?password=canary-query-4", form, "user=a&pass=canary-form-5"))
                    .isEqualTo(400);
            assertThat(post(base, "/auth/token", json, "{}", "Authorization", "Bearer canary-token-6"))
                    .isEqualTo(401);

            // Not Process.destroy: that closes the streams, too.
            process.toHandle().destroy();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(String.join("\n", lines)).contains("ended").doesNotContain("canary");
            for (String line : lines) {
                JsonNode object = JSON.readTree(line);
                assertThat(object.get("level").isTextual()).isTrue();
                assertThat(object.get("message").isTextual()).isTrue();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The reader of a pipe that has gone, or a disk that is full, is no success. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs /dev/full")
    void anExportThatStandardOutputDoesNotTakeFails(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (TestServer server = TestServer.start(data)) {
            TestServer.User ann = server.signUp("ann");
            try (TestSocket socket = server.socket("mirror.v2", "Authorization", "Bearer " + ann.token())) {
                socket.nextJson();
                socket.say("{\"code\":\"channel.publish\",\"id\":\"1\",\"channel\":\"lobby\",\"message\":\"one\"}");
                assertThat(socket.nextJson().get("code").textValue()).isEqualTo("reply.ok");
            }
        }
        List<String> export = List.of("export", "-", "--data=" + data);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        assertThat(exit(java(List.of(), export).redirectError(err.toFile()).redirectOutput(new File("/dev/full"))))
                .isEqualTo(1);
        assertThat(err).content().contains("cannot write to standard output").doesNotContain("exported");
        assertThat(exit(java(List.of(), export).redirectError(err.toFile()).redirectOutput(out.toFile())))
                .isZero();
        assertThat(out).content().containsOnlyOnce("\"channel\":\"lobby\"").endsWith("}\n");
        assertThat(err).content().contains("exported 1 publications");
    }

    /** What libraries log at debug must not stand between an answer's lines, or in them. */
    @Test
    void aCommandPrintsWhatItIsAskedForAndNothingElse(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder trace = java(List.of(), List.of("trace", "--management-port=1", "m-1"));
        // As it ships, without the settings of the tests' logs.
        List<String> command = trace.command();
        command.replaceAll(each -> Stream.of(each.split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator)));
        assertThat(exit(trace.redirectError(err.toFile()).redirectOutput(out.toFile())))
                .isEqualTo(1);
        assertThat(out).isEmptyFile();
        assertThat(err).content().startsWith("mirror: no server answers").hasLineCount(1);
    }

    private static int exit(ProcessBuilder command) throws Exception {
        Process process = command.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** SQLite's driver unpacks a library of 1 MB at every start; one that is killed must not leave it behind. */
    @Test
    void aServerThatIsKilledLeavesNoLibraryBehind(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        // As one leaves it that was killed between two moments of its start.
        Path left = Files.createDirectory(data.resolve("native")).resolve("sqlite-3.0-libsqlitejdbc.so");
        Files.createFile(left);
        for (int run = 0; run < 2; run++) {
            startAndKill(data, "-Djava.io.tmpdir=" + temporary);
            assertThat(data.resolve("native")).doesNotExist();
            assertThat(libraries(temporary)).isEmpty();
        }
        assertThat(exit(java(List.of("-Djava.io.tmpdir=" + temporary), List.of("check", "--data=" + data))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)))
                .isZero();
        assertThat(libraries(temporary)).isEmpty();

        Path chosen = Files.createDirectory(folder.resolve("chosen"));
        startAndKill(data, "-Dorg.sqlite.tmpdir=" + chosen);
        assertThat(libraries(chosen)).as("as whoever chose it wants it").isNotEmpty();
    }

    private static void startAndKill(Path data, String option) throws Exception {
        Process process = java(List.of(option), List.of("server", "--port=0", "--management-port=0", "--data=" + data))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = output(process)) {
            awaitReady(output, new ArrayList<>());
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Path> libraries(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().contains("sqlite"))
                    .toList();
        }
    }

    @Test
    void aSecondStartOnTheSameFolderIsRefused(@TempDir Path data) throws Exception {
        Process first = mirror(data);
        try (BufferedReader output = output(first)) {
            awaitReady(output, new ArrayList<>());
            Process second = mirror(data);
            String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(5);
            assertThat(said).contains("in use by another mirror (process " + first.pid() + ")");
            assertThat(first.isAlive()).isTrue();
        } finally {
            first.destroyForcibly();
        }
    }
}
