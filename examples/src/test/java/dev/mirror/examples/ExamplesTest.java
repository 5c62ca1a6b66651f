package dev.mirror.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.identity.UserId;
import dev.mirror.server.MirrorServer;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every example is run as a person would run it: by its {@code main}, against a whole server where it needs one. */
final class ExamplesTest {
    private static final String PASSWORD = "correct horse";
    private static final int MAX_LINES = 80;
    private static final int KILLS = 4;
    private static final int ORDERS_PER_ROUND = 30;
    /** For a Java program that begins on a busy machine. */
    private static final Duration SLOW = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream terminal = System.out;
    private final List<Process> children = new ArrayList<>();

    @Command
    private static final class Options {
        @Mixin
        private final ServerOptions options = new ServerOptions();
    }

    /** What an example's {@code main} is. */
    private interface Main {
        void run(String... args) throws Exception;
    }

    @BeforeEach
    void catchOutput() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void releaseOutput() {
        System.setOut(terminal);
        children.forEach(Process::destroyForcibly);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private MirrorServer server() {
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
        return MirrorServer.start(holder.options);
    }

    private static Thread started(Main main, String... args) {
        Thread thread = new Thread(() -> {
            try {
                main.run(args);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
        thread.start();
        return thread;
    }

    private static void end(Thread example) throws InterruptedException {
        example.interrupt();
        example.join(Await.DEADLINE.toMillis());
        assertThat(example.isAlive()).isFalse();
    }

    private static UserId signUp(URI url, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/auth/create"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}"))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher id = Pattern.compile("\"UserId\":\"([^\"]+)\"").matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        return new UserId(id.group(1));
    }

    @Test
    void echoBotAnswersDirectMessagesAndInItsRoom() throws Exception {
        try (MirrorServer server = server()) {
            URI url = URI.create("http://127.0.0.1:" + server.port());
            UserId echo = signUp(url, "echo");
            signUp(url, "ann");
            Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
            Thread bot = started(EchoBot::main, url.toString(), "echo", secret.toString());
            List<String> heard = new CopyOnWriteArrayList<>();
            try (MirrorClient ann = MirrorClient.builder(url)
                    .password("ann", PASSWORD)
                    .onDirect((message, chat) -> heard.add(message.text()))
                    .onChannel("lobby", (message, chat) -> heard.add("lobby " + message.text()))
                    .build()) {
                Await.value(ann.connect());
                // Before the bot is there for the first time it hears nothing: a new bot begins with what comes next.
                Await.until(
                        "the bot is in the lobby",
                        () -> Await.value(ann.presence("lobby")).containsKey(echo));
                Await.value(ann.direct(echo, "hello"));
                Await.until("the answer", () -> heard.contains("You said: hello"));
                Await.value(ann.publish("lobby", "!echo one two"));
                Await.until("the answer in the room", () -> heard.contains("lobby one two"));
            }
            end(bot);
        }
    }

    @Test
    void channelLoggerWritesHistoryAndThenWhatFollows() throws Exception {
        try (MirrorServer server = server()) {
            URI url = URI.create("http://127.0.0.1:" + server.port());
            signUp(url, "logger");
            signUp(url, "ann");
            Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
            Path log = folder.resolve("lobby.log");
            try (MirrorClient ann =
                    MirrorClient.builder(url).password("ann", PASSWORD).build()) {
                Await.value(ann.connect());
                Await.value(ann.publish("lobby", "before"));
                Thread logger = started(
                        ChannelLogger::main, url.toString(), "logger", secret.toString(), "lobby", log.toString());
                Await.until("the history", () -> read(log).contains("ann: before"));
                Await.value(ann.publish("lobby", "after"));
                Await.until("what follows", () -> read(log).contains("ann: after"));
                end(logger);
            }
            assertThat(read(log).lines()).hasSize(2);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void i2_orderIsOneRowAndOneAnswerHoweverOftenTheBotIsKilled() throws Exception {
        try (MirrorServer server = server()) {
            URI url = URI.create("http://127.0.0.1:" + server.port());
            UserId orders = signUp(url, "orders");
            signUp(url, "ann");
            Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
            Path database = folder.resolve("orders.db");
            List<String> answers = new CopyOnWriteArrayList<>();
            List<String> expected = new ArrayList<>();
            try (MirrorClient ann = MirrorClient.builder(url)
                    .password("ann", PASSWORD)
                    .onDirect((message, chat) -> answers.add(message.text()))
                    .build()) {
                Await.value(ann.connect());
                for (int round = 1; round <= KILLS; round++) {
                    for (int i = 0; i < ORDERS_PER_ROUND; i++) {
                        String item = "tea " + expected.size();
                        expected.add("Order " + (expected.size() + 1) + ": " + item);
                        ann.direct(orders, item);
                    }
                    // Each time a little further into what it has to do.
                    int enough = expected.size() - ORDERS_PER_ROUND + round * ORDERS_PER_ROUND / (KILLS + 1);
                    Process bot =
                            child(OrderBot.class, url.toString(), "orders", secret.toString(), database.toString());
                    Await.until("answers of round " + round, SLOW, () -> answers.size() >= enough);
                    bot.destroyForcibly().waitFor();
                }
                Process last = child(OrderBot.class, url.toString(), "orders", secret.toString(), database.toString());
                Await.until("every answer", SLOW, () -> answers.size() >= expected.size());
                last.destroyForcibly().waitFor();
            }
            assertThat(answers).containsExactlyElementsOf(expected);
            assertThat(query(database, "SELECT 'Order ' || number || ': ' || item FROM orders ORDER BY number"))
                    .containsExactlyElementsOf(expected);
            assertThat(query(database, "SELECT id FROM mirror_outbox WHERE refused IS NOT NULL"))
                    .isEmpty();
        }
    }

    /** A Java program of its own, which can be killed. */
    private Process child(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        children.add(process);
        return process;
    }

    private static List<String> query(Path database, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Test
    void replayPrintsHistoryAndThenWhatFollows() throws Exception {
        try (MirrorServer server = server()) {
            URI url = URI.create("http://127.0.0.1:" + server.port());
            signUp(url, "reader");
            signUp(url, "ann");
            Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
            try (MirrorClient ann =
                    MirrorClient.builder(url).password("ann", PASSWORD).build()) {
                Await.value(ann.connect());
                Await.value(ann.publish("lobby", "one"));
                Await.value(ann.publish("lobby", "two"));
                Thread replay = started(Replay::main, url.toString(), "reader", secret.toString(), "lobby");
                Await.until("the history", () -> printed().contains("2 ann: two"));
                Await.value(ann.publish("lobby", "three"));
                Await.until("what follows", () -> printed().contains("3 ann: three"));
                end(replay);
            }
            assertThat(printed().lines()).containsSequence("1 ann: one", "2 ann: two", "3 ann: three");
        }
    }

    @Test
    void patientBotEditsItsAnswerMarksTheQuestionAndSeesACorrection() throws Exception {
        try (MirrorServer server = server()) {
            URI url = URI.create("http://127.0.0.1:" + server.port());
            UserId patient = signUp(url, "patient");
            signUp(url, "ann");
            Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
            List<String> heard = new CopyOnWriteArrayList<>();
            Thread bot = started(
                    PatientBot::main,
                    url.toString(),
                    "patient",
                    secret.toString(),
                    folder.resolve("checkpoint").toString());
            try (MirrorClient ann = MirrorClient.builder(url)
                    .password("ann", PASSWORD)
                    .onDirect((message, chat) -> heard.add(message.text()))
                    .onAmendment(
                            (amendment, chat) -> heard.add(amendment.original().offset() + " " + amendment.text()))
                    .onMark((mark, chat) -> heard.add("read " + mark.read()))
                    .build()) {
                Await.value(ann.connect());
                Receipt question = Await.value(ann.direct(patient, "four"));
                Await.until("the mark", () -> heard.contains("read 1"));
                Await.until("the answer", () -> heard.contains("2 That has 4 letters"));
                ann.chat(question.channel()).edit(question.position(), "five?");
                Await.until("the reaction", () -> heard.contains("1 👀"));
            }
            assertThat(heard).contains("Counting …");
            end(bot);
        }
    }

    @Test
    void embeddedMirrorServesItsOwnUsers() throws Exception {
        Thread server = started(EmbeddedMirror::main, "0");
        Pattern address = Pattern.compile("ws://\\S+/ws");
        Await.until("the address", () -> address.matcher(printed()).find());
        URI url = address.matcher(printed())
                .results()
                .map(found -> URI.create(found.group()))
                .findFirst()
                .orElseThrow();
        List<String> heard = new CopyOnWriteArrayList<>();
        try (MirrorClient bob = MirrorClient.builder(url)
                        .token("token-of-bob")
                        .onDirect((message, chat) -> heard.add(message.name() + ": " + message.text()))
                        .build();
                MirrorClient ann =
                        MirrorClient.builder(url).token("token-of-ann").build()) {
            Await.value(bob.connect());
            Await.value(ann.connect());
            Receipt receipt = Await.value(ann.direct(new UserId("bob"), "hello"));

            assertThat(receipt.position().offset()).isEqualTo(1);
            Await.until("the message", () -> heard.contains("Ann: hello"));
        }
        end(server);
    }

    @Test
    void examplesAreShort() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(sources.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as(file.toString())
                            .hasSizeLessThanOrEqualTo(MAX_LINES));
        }
    }
}
