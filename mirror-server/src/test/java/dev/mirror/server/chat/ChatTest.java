package dev.mirror.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.server.MirrorServer;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.testkit.time.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The chat on the terminal, against a whole server. */
final class ChatTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    private Path folder;

    private MirrorServer server;
    private URI url;

    @Command
    private static final class Options {
        @Mixin
        private final ServerOptions options = new ServerOptions();
    }

    @BeforeEach
    void start() {
        Options holder = new Options();
        new CommandLine(holder)
                .parseArgs(
                        "--port",
                        "0",
                        "--management-port",
                        "0",
                        "--data",
                        folder.resolve("data").toString());
        holder.options.check();
        server = MirrorServer.start(holder.options);
        url = URI.create("http://127.0.0.1:" + server.port());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private UserId signUp(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(url.resolve("/auth/create"))
                                .header("Content-Type", "application/json")
                                .header("Accept", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new UserId(
                new ObjectMapper().readTree(answer.body()).path("UserId").asText());
    }

    /** One run of the chat. */
    private final class Chat {
        final StringWriter shown = new StringWriter();
        final PipedWriter keyboard = new PipedWriter();
        final CompletableFuture<Boolean> end;

        Chat(String user, boolean json) throws IOException {
            PrintWriter out = new PrintWriter(shown);
            Screen screen = json ? new JsonScreen(out) : new TextScreen(out, false);
            BufferedReader in = new BufferedReader(new PipedReader(keyboard));
            end = CompletableFuture.supplyAsync(() -> run(user, PASSWORD, screen, in, ""));
            awaits(json ? "CONNECTED" : "* connected");
        }

        void type(String line) throws IOException {
            keyboard.write(line + "\n");
            keyboard.flush();
        }

        void awaits(String text) {
            Await.until(text + " in " + this, () -> toString().contains(text));
        }

        @Override
        public String toString() {
            synchronized (shown.getBuffer()) {
                return shown.toString();
            }
        }
    }

    private boolean run(String user, String password, Screen screen, BufferedReader in, String room) {
        try (Directory directory = new Directory(url, new Credentials.Password(user, password))) {
            return new Terminal(url, directory, screen).run(in, room);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private boolean pipe(String user, StringWriter shown, String... lines) {
        BufferedReader in = new BufferedReader(new StringReader(String.join("\n", lines)));
        return run(user, PASSWORD, new TextScreen(new PrintWriter(shown), false), in, "");
    }

    @Test
    void twoTerminalsAndABotTalk() throws Exception {
        signUp("ann");
        signUp("bob");
        UserId botId = signUp("bot");
        try (MirrorClient bot = MirrorClient.builder(url)
                .password("bot", PASSWORD)
                .onDirect((message, chat) -> chat.reply("echo " + message.text()))
                .build()) {
            Await.value(bot.connect());
            Chat ann = new Chat("ann", false);
            Chat bob = new Chat("bob", false);
            ann.type("/join lobby");
            bob.type("/join lobby");
            ann.type("/who");
            ann.awaits("in lobby:");
            bob.type("hello");
            ann.awaits("[lobby] bob: hello");
            ann.type("/dm bob psst");
            bob.awaits("[direct] ann: psst");
            ann.type("/dm " + botId);
            ann.type("are you there?");
            ann.awaits("[direct] bot: echo are you there?");
            ann.type("/history 5");
            ann.awaits("  [direct] ann: are you there?");
            ann.type("/quit");
            bob.keyboard.close();

            assertThat(Await.value(ann.end)).isTrue();
            assertThat(Await.value(bob.end)).isTrue();
        }
    }

    @Test
    void pipeIsReadToItsEndAndEverythingIsStored() throws Exception {
        signUp("ann");
        signUp("bob");
        List<String> heard = new CopyOnWriteArrayList<>();
        try (MirrorClient bob = MirrorClient.builder(url)
                .password("bob", PASSWORD)
                .onDirect((message, chat) -> heard.add(message.text()))
                .build()) {
            Await.value(bob.connect());
            List<String> lines = new ArrayList<>();
            List<String> said = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                lines.add("/dm bob line " + i);
                said.add("line " + i);
            }

            assertThat(pipe("ann", new StringWriter(), lines.toArray(String[]::new)))
                    .isTrue();

            Await.until("everything", () -> heard.size() == 150);
            assertThat(heard).isEqualTo(said);
        }
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        signUp("ann");
        signUp("bob");
        Chat ann = new Chat("ann", true);
        ann.type("/join lobby");
        ann.type("grüße");
        ann.awaits("\"stored\"");
        pipe("bob", new StringWriter(), "/join lobby", "\u001b[31mred");
        ann.awaits("\"message\"");
        ann.type("/who");
        ann.awaits("\"members\"");
        ann.keyboard.close();
        assertThat(Await.value(ann.end)).isTrue();

        List<JsonNode> lines = new ArrayList<>();
        for (String line : ann.toString().lines().toList()) {
            assertThat(line).matches("[ -~]*");
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines).allMatch(JsonNode::isObject).anySatisfy(line -> {
            assertThat(line.path("event").asText()).isEqualTo("message");
            assertThat(line.path("name").asText()).isEqualTo("bob");
            assertThat(line.path("text").asText()).isEqualTo("\u001b[31mred");
            assertThat(line.path("offset").asLong()).isEqualTo(2);
        });
    }

    @Test
    void otherPeoplesControlCharactersDoNothing() throws Exception {
        signUp("ann");
        signUp("bob");
        Chat ann = new Chat("ann", false);
        ann.type("/join lobby");
        ann.type("/who");
        ann.awaits("in lobby:");
        pipe("bob", new StringWriter(), "/join lobby", "\u001b]0;owned\u0007 \u202Eevil \u009b2J");
        ann.awaits("[lobby] bob:");
        ann.keyboard.close();

        assertThat(Await.value(ann.end)).isTrue();
        assertThat(ann.toString()).contains("\uFFFD]0;owned\uFFFD \uFFFDevil \uFFFD2J");
        assertThat(ann.toString()).doesNotContain("\u001b", "\u0007", "\u202E", "\u009b");
    }

    @Test
    void whatDoesNotWorkIsSaidAndEndsInFailure() throws Exception {
        signUp("ann");
        StringWriter shown = new StringWriter();

        assertThat(pipe("ann", shown, "nobody hears this", "/dm nobody hello", "/join no/room", "/dance"))
                .isFalse();

        assertThat(shown.toString())
                .contains("nobody would hear it", "(not.found)", "(bad.channel)", "/dance is not a command");
    }

    @Test
    void wrongPasswordEndsInFailure() throws Exception {
        signUp("ann");
        StringWriter shown = new StringWriter();
        Screen screen = new TextScreen(new PrintWriter(shown), false);

        assertThat(run("ann", "wrong password", screen, new BufferedReader(new StringReader("")), ""))
                .isFalse();
        assertThat(shown.toString()).contains("auth.required");
    }

    @Test
    void nameOfTheRoomMayBeGivenAtTheStart() throws Exception {
        signUp("ann");
        StringWriter shown = new StringWriter();
        BufferedReader in = new BufferedReader(new StringReader("//not a command\n/history"));

        assertThat(run("ann", PASSWORD, new TextScreen(new PrintWriter(shown), false), in, "lobby"))
                .isTrue();
        assertThat(shown.toString()).contains("  [lobby] ann: /not a command");
    }

    @Test
    void w49_amendmentIsNoLineOfItsOwn() throws Exception {
        signUp("ann");
        signUp("bot");
        try (MirrorClient bot =
                MirrorClient.builder(url).password("bot", PASSWORD).build()) {
            Await.value(bot.connect());
            Chat ann = new Chat("ann", false);
            ann.type("/join lobby");
            ann.type("/who");
            ann.awaits("in lobby:");
            Receipt said = Await.value(bot.publish("lobby", "one"));
            Await.value(bot.chat("lobby").edit(said.position(), "two"));
            Await.value(bot.publish("lobby", "last"));
            ann.awaits("[lobby] bot: last");
            ann.type("/history");
            ann.awaits("  [lobby] bot: last");
            ann.type("/quit");

            assertThat(Await.value(ann.end)).isTrue();
            assertThat(ann.toString()).doesNotContain("amend").contains("  [lobby] bot: one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "ftp://localhost", "http:"})
    void addressThatIsNoneIsAMistakeInUsage(String address) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);

        assertThat(execute(new StringWriter(), address, "--user", "ann", "--password-file", secret.toString()))
                .isEqualTo(2);
    }

    @Test
    void withoutAPasswordNothingIsTried() {
        StringWriter err = new StringWriter();

        assertThat(execute(err, url.toString(), "--user", "ann")).isEqualTo(2);
        assertThat(err.toString()).contains("MIRROR_PASSWORD");
    }

    @Test
    void passwordComesFromTheEnvironmentToo() throws Exception {
        signUp("ann");
        CommandLine line = new CommandLine(new ChatCommand());
        StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        line.setDefaultValueProvider(argument -> argument instanceof CommandLine.Model.OptionSpec option
                        && option.longestName().equals("--password")
                ? PASSWORD
                : null);
        java.io.InputStream keyboard = System.in;
        System.setIn(new java.io.ByteArrayInputStream(new byte[0]));
        try {
            assertThat(line.execute(url.toString(), "--user", "ann", "--json")).isZero();
        } finally {
            System.setIn(keyboard);
        }
        assertThat(out.toString()).contains("CONNECTED");
    }

    @Test
    void passwordOnTheCommandLineIsRefused() {
        StringWriter err = new StringWriter();

        assertThat(execute(err, url.toString(), "--user", "ann", "--password", "secret"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("others can read a command line");
    }

    private static int execute(StringWriter err, String... arguments) {
        CommandLine line = new CommandLine(new ChatCommand());
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }
}
