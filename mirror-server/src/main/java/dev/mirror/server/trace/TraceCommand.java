package dev.mirror.server.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mirror.channel.ChannelName;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.config.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mirror trace}: what became of a message, as the running server remembers it. */
@Command(
        name = "trace",
        description = "Tell what became of a message on the running server; without one, what it traced last.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror trace m-17                  the message that its publisher gave this id",
            "  mirror trace lobby 17              the message at offset 17 of a channel",
            "  mirror trace ann.bob 3 --json      the same for a program",
            "  mirror trace -- -17                an id that begins like an option",
            "",
            "A server remembers one message in 100 (--trace-sample of mirror server) and every failure.",
            "Exit codes: 0 something is known, 1 nothing is, or no server answers, 2 usage.",
        })
public final class TraceCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Only ASCII, so that nothing in an id reaches the terminal as it is. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "ID | CHANNEL OFFSET",
            arity = "0..2",
            description = "The id that the publisher chose, or where the message stands.")
    private List<String> what = List.of();

    @Option(names = "--publisher", paramLabel = "USERID", description = "Whose id it is, if several chose the same.")
    private String publisher = "";

    @Option(names = "--epoch", paramLabel = "EPOCH", description = "The epoch of the offset, if it is not any.")
    private String epoch = "";

    @Option(names = "--json", fallbackValue = "true", description = "Write the server's answer, one JSON object.")
    private boolean json;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "The server's management port; its log names it (${DEFAULT-VALUE}).")
    private int managementPort = ServerOptions.DEFAULT_MANAGEMENT_PORT;

    /** Only picocli makes one. */
    public TraceCommand() {}

    /** Read before any option is, by {@link dev.mirror.server.config.ServerConfig}; here it is only allowed. */
    @Option(names = "--config", paramLabel = "FILE", description = "The server's properties file, for its port.")
    void config(Path file) {}

    @Override
    public Integer call() throws InterruptedException {
        JsonNode answer = ask("/trace" + query());
        PrintWriter out = spec.commandLine().getOut();
        boolean known =
                !answer.path("messages").isEmpty() || !answer.path("gaps").isEmpty() || answer.has("log");
        if (json) {
            out.println(written(answer));
        } else if (what.isEmpty()) {
            new TraceText(out).list(answer);
        } else {
            new TraceText(out).show(answer);
        }
        out.flush();
        if (!known && !json) {
            throw new StartException(ExitCode.FAILURE, unknown(answer.path("sampling")));
        }
        return known ? ExitCode.OK.number() : ExitCode.FAILURE.number();
    }

    private String query() {
        return switch (what.size()) {
            case 0 -> "";
            case 1 -> "?id=" + encoded(what.get(0)) + "&publisher=" + encoded(publisher);
            case 2 ->
                "?channel=" + encoded(channel(what.get(0))) + "&offset=" + offset(what.get(1)) + "&epoch="
                        + encoded(epoch) + "&publisher=" + encoded(publisher);
            default -> throw new ParameterException(spec.commandLine(), "give an id, or a channel and an offset");
        };
    }

    private String channel(String name) {
        if (ChannelName.parse(name).isEmpty()) {
            throw new ParameterException(spec.commandLine(), "this is not the name of a channel: " + name);
        }
        return name;
    }

    private long offset(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException failure) {
            throw new ParameterException(spec.commandLine(), "OFFSET must be a number, but is " + text);
        }
    }

    private JsonNode ask(String path) throws InterruptedException {
        if (managementPort < 1 || managementPort > 65_535) {
            throw new StartException(
                    ExitCode.CONFIG,
                    "--management-port is " + managementPort + "; give the server's, which its log names");
        }
        HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        URI address = URI.create("http://127.0.0.1:" + managementPort + path);
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(address).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 404) {
                throw failure("the server on port " + managementPort + " does not trace; is it an older mirror?");
            }
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() != 200) {
                throw failure("the server refused: " + answer.path("detail").asText());
            }
            return answer;
        } catch (JsonProcessingException notMirror) {
            throw failure("what answers on port " + managementPort + " is not a mirror's management port");
        } catch (IOException unreachable) {
            throw failure("no server answers on 127.0.0.1 port " + managementPort
                    + "; name its management port with --management-port, its log has it");
        }
    }

    private static StartException failure(String sentence) {
        return new StartException(ExitCode.FAILURE, sentence);
    }

    private String unknown(JsonNode sampling) {
        if (!sampling.path("on").asBoolean()) {
            return "this server remembers nothing of messages (--trace-messages=0)";
        }
        if (what.isEmpty()) {
            return "nothing is traced yet";
        }
        String tail = "; it did not come here, or is forgotten (--trace-messages)";
        if (sampling.path("wanted").asBoolean()) {
            return "nothing is known of this message, although its id is one of the sample" + tail;
        }
        int oneIn = sampling.path("oneIn").asInt();
        String sample = oneIn == 0 ? "only failures are remembered" : "one message in " + oneIn + " is remembered";
        return "nothing is known of this message: " + sample + " (--trace-sample), and every failure" + tail;
    }

    private static String written(JsonNode answer) {
        try {
            return JSON.writeValueAsString(answer);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("what was read as JSON cannot be written", impossible);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
