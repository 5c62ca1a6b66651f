package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as far as no process is needed: words, settings, exit codes. */
final class CommandLineTest {
    private final StringWriter text = new StringWriter();

    private int run(Map<String, String> environment, String... arguments) {
        PrintWriter writer = new PrintWriter(text, true);
        CommandLine line = Main.commands().setOut(writer).setErr(writer);
        return Main.run(line, environment, arguments);
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    @Test
    void helpShowsExamplesAndCommands() {
        assertThat(run("--help")).isZero();
        assertThat(text.toString()).contains("Examples:", "server", "config", "version", "Exit codes");
        assertThat(run("server", "--help")).isZero();
        assertThat(text.toString()).contains("--port", "--data", "--behind-tls-proxy", "MIRROR_PORT=8080");
        assertThat(run("--version")).isZero();
        assertThat(text.toString()).contains("Java " + Runtime.version());
        text.getBuffer().setLength(0);
        assertThat(run("chat", "--version")).isZero();
        assertThat(text.toString()).contains("Java " + Runtime.version());
    }

    @Test
    void anUnknownOptionIsAUsageErrorThatNamesTheNearestOne() {
        assertThat(run("server", "--prot", "1")).isEqualTo(2);
        assertThat(text.toString()).contains("unknown option --prot; did you mean --port?");
        assertThat(run("sever")).isEqualTo(2);
        assertThat(text.toString()).contains("did you mean server?");
        assertThat(run("server", "--port", "x")).isEqualTo(2);
    }

    /** Somebody who forgot the option's name must not find the password in the log of a build. */
    @Test
    void o25_anAddressThatWasNotExpectedIsNotRepeated() {
        String address = "postgresql://mirror:canary pass@db/mirror";
        assertThat(run("check", address)).isEqualTo(2);
        assertThat(run(address)).isEqualTo(2);
        assertThat(run("server", "--port", address)).isEqualTo(2);
        assertThat(run(Map.of("MIRROR_ROOM_DAYS", address), "config", "show")).isEqualTo(3);
        assertThat(text.toString()).doesNotContain("canary").contains("--database", "MIRROR_ROOM_DAYS");
        assertThat(run("check", "--databse=" + address)).isEqualTo(2);
        assertThat(text.toString()).doesNotContain("canary").contains("did you mean --database?");
    }

    @Test
    void anEndThatHangsHasTheCodeOfWhatBeganIt() {
        assertThat(ServerCommand.unfinished(ExitCode.STORE_UNAVAILABLE)).isEqualTo(ExitCode.STORE_UNAVAILABLE);
        assertThat(ServerCommand.unfinished(ExitCode.OK)).isEqualTo(ExitCode.FAILURE);
    }

    @Test
    void anUnknownKeyIsAnErrorThatNamesTheNearestOne(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mirror.properties"), "prot=1\n");
        assertThat(run("config", "show", "--config", file.toString())).isEqualTo(3);
        assertThat(text.toString()).contains("unknown key \"prot\"; did you mean port?");
    }

    @Test
    void wordsOfAnOptionAreWrittenSmallAsInTheHelp() {
        assertThat(run(Map.of("MIRROR_LOG_FORMAT", "json"), "config", "show")).isZero();
        assertThat(run("config", "show", "--log-format=text")).isZero();
        assertThat(run("config", "show", "--log-format=loud")).isEqualTo(2);
    }

    @Test
    void legacySaysWhatItOpens() {
        assertThat(run(Map.of("MIRROR_LEGACY_2018", "true"), "config", "show")).isZero();
        assertThat(text.toString())
                .containsPattern("legacy-2018 += true +# MIRROR_LEGACY_2018")
                .contains("# warning: --legacy-2018: whoever reaches this server reads and writes every room");
        text.getBuffer().setLength(0);
        assertThat(run("config", "show")).isZero();
        assertThat(text.toString()).doesNotContain("warning");
        assertThat(run("config", "show", "--pubnub-keysets=subscribe=s,publish=p,access=legacy"))
                .isEqualTo(3);
    }

    /** The image sets the variable; whoever gives the option as well means the same. */
    @Test
    void aFlagThatIsGivenTwiceIsStillGiven() {
        for (String flag : List.of("behind-tls-proxy", "insecure-http", "legacy-2018")) {
            String variable = "MIRROR_" + flag.replace('-', '_').toUpperCase(Locale.ROOT);
            assertThat(run(Map.of(variable, "true"), "config", "show", "--" + flag, "--allowed-origins=https://a.org"))
                    .isZero();
            assertThat(text.toString()).containsPattern(flag + " += true +# command line");
        }
    }

    @Test
    void everyFlagSaysWhatItMeansToGiveIt() {
        Stream<CommandLine> all =
                Stream.concat(Stream.of(Main.commands()), Main.commands().getSubcommands().values().stream());
        assertThat(all.flatMap(command -> command.getCommandSpec().options().stream())
                        .filter(option ->
                                option.typeInfo().isBoolean() && !option.usageHelp() && !option.versionHelp()))
                .isNotEmpty()
                .allSatisfy(flag ->
                        assertThat(flag.fallbackValue()).as(flag.longestName()).isEqualTo("true"));
    }

    @Test
    void anUnknownVariableIsAWarning() {
        assertThat(run(Map.of("MIRROR_PROT", "1"), "config", "show")).isZero();
        assertThat(text.toString()).contains("MIRROR_PROT is not read by anything; did you mean MIRROR_PORT?");
    }

    @Test
    void theCommandLineComesBeforeVariablesBeforeTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("m.properties"), "port=1001\nhost=127.0.0.2\nlog-level = warn\n");
        Path secret = Files.writeString(folder.resolve("host"), "127.0.0.3\n");
        Map<String, String> environment = Map.of("MIRROR_PORT", "1002", "MIRROR_HOST_FILE", secret.toString());

        assertThat(run(environment, "config", "show", "--config=" + file, "--port=1003"))
                .isZero();
        assertThat(text.toString())
                .containsPattern("port += 1003 +# command line")
                .containsPattern("host += 127.0.0.3 +# MIRROR_HOST_FILE")
                .containsPattern("log-level += warn +# .*m.properties")
                .containsPattern("data += mirror-data +# default");
    }

    @Test
    void aWrongVariableIsAConfigurationErrorThatNamesIt() {
        assertThat(run(Map.of("MIRROR_PORT", "abc"), "config", "show")).isEqualTo(3);
        assertThat(text.toString()).contains("MIRROR_PORT: ");
    }

    @Test
    void whatKubernetesSaysAboutAServiceOfOurNameIsNotASetting() {
        Map<String, String> links =
                Map.of("MIRROR_PORT", "tcp://10.0.0.1:9000", "MIRROR_PORT_9000_TCP_ADDR", "10.0.0.1");
        assertThat(run(links, "config", "show")).isZero();
        assertThat(text.toString()).containsPattern("port += 9000").doesNotContain("10.0.0.1");
    }

    @Test
    void o22_listeningBeyondLoopbackNeedsTlsInFront() {
        assertThat(run("server", "--host", "0.0.0.0")).isEqualTo(3);
        assertThat(text.toString()).contains("--behind-tls-proxy", "--insecure-http");
        assertThat(run("server", "--host", "0.0.0.0", "--behind-tls-proxy")).isEqualTo(3);
        assertThat(text.toString()).contains("--allowed-origins");
        assertThat(run("config", "show", "--host", "0.0.0.0", "--insecure-http"))
                .isZero();
    }

    @Test
    void settingsThatCannotBeAreNamed() {
        for (String wrong : List.of(
                "--port=70000",
                "--management-port=-1",
                "--allowed-origins=https://a.example/",
                "--trusted-proxies=nonsense",
                "--log-level=loud",
                "--max-connections=0",
                "--outbox-bytes=1023",
                "--outbox-bytes=2147483647",
                "--heartbeat-seconds=86400",
                "--heartbeat-grace-seconds=0",
                "--heartbeat-grace-seconds=86400",
                "--drain-seconds=86400",
                "--trace-messages=-1",
                "--trace-messages=100001",
                "--trace-steps=7",
                "--trace-sample=-1",
                "--room-days=-1",
                "--room-days=36501",
                "--direct-days=10700000",
                "--direct-days=2147483647")) {
            assertThat(run("config", "show", wrong)).as(wrong).isEqualTo(3);
            assertThat(text.toString()).contains(wrong.substring(0, wrong.indexOf('=')));
        }
    }

    @Test
    void aPortThatIsTakenIsExitCode4(@TempDir Path data) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThatThrownBy(() -> TestServer.start(data, "--port=" + port))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.CANNOT_BIND))
                    .hasMessageContaining(port)
                    .hasMessageContaining("--port");
            assertThatThrownBy(() -> TestServer.start(data, "--management-port=" + port))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.CANNOT_BIND));
            // Nothing was left behind: the folder is free.
            TestServer.start(data).close();
        }
    }

    @Test
    void o24_aDataFolderThatCannotBeUsedIsExitCode5(@TempDir Path data) throws IOException {
        Path file = Files.writeString(data.resolve("file"), "");
        assertThatThrownBy(() -> TestServer.start(file))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.STORE_UNAVAILABLE));
        TestServer first = TestServer.start(data);
        try {
            assertThatThrownBy(() -> TestServer.start(data))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.STORE_UNAVAILABLE))
                    .hasMessageContaining("in use");
        } finally {
            first.close();
        }
    }

    @Test
    void o24_dataOfANewerMirrorIsExitCode6(@TempDir Path data) throws SQLException {
        TestServer.start(data).close();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("mirror.db"));
                Statement statement = store.createStatement()) {
            statement.execute("UPDATE flyway_schema_history SET version = '9000' WHERE installed_rank ="
                    + " (SELECT max(installed_rank) FROM flyway_schema_history)");
        }
        assertThatThrownBy(() -> TestServer.start(data))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.code().number()).isEqualTo(6));
    }

    @Test
    void dataThatIsDamagedIsExitCode7(@TempDir Path data) throws IOException {
        TestServer.start(data).close();
        byte[] bytes = Files.readAllBytes(data.resolve("mirror.db"));
        java.util.Arrays.fill(bytes, 0, bytes.length / 2, (byte) 'x');
        Files.write(data.resolve("mirror.db"), bytes);
        assertThatThrownBy(() -> TestServer.start(data))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INTEGRITY));
    }
}
