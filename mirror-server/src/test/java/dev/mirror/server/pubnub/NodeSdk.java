package dev.mirror.server.pubnub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mirror.testkit.time.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An SDK for JavaScript in a process of its own, which reads one command a line and writes, as a line each, what came of
 * it and what its clients hear.
 */
final class NodeSdk implements Sdk {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String origin;
    private final Process process;
    private final BufferedWriter commands;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final Map<String, List<JsonNode>> heard = new ConcurrentHashMap<>();
    private int number; // of the last command; by the test's thread

    private NodeSdk(String origin, Process process) {
        this.origin = origin;
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "answers-of-node");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param driver the script that understands the commands, beside this class
     */
    static NodeSdk start(String driver, Path sdk, String origin) {
        try {
            Path script = Path.of(
                    Objects.requireNonNull(NodeSdk.class.getResource(driver)).toURI());
            File log = sdk.resolveSibling(driver + ".log").toFile();
            return new NodeSdk(
                    origin,
                    new ProcessBuilder(NpmPackage.node().getPath(), script.toString(), sdk.toString())
                            .redirectError(log)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode said = JSON.readTree(line);
                if (said.has("heard")) {
                    heard.getOrDefault(said.get("client").textValue(), new ArrayList<>())
                            .add(said.get("heard"));
                } else {
                    CompletableFuture<JsonNode> answer =
                            asked.remove(said.get("re").intValue());
                    if (answer != null) {
                        answer.complete(said);
                    }
                }
            }
        } catch (IOException e) {
            fail(e);
        }
        fail(new IOException("node has ended"));
    }

    private void fail(IOException cause) {
        asked.values().forEach(answer -> answer.completeExceptionally(cause));
    }

    private JsonNode ask(String client, String call, JsonNode with) {
        ObjectNode command = JSON.createObjectNode().put("id", ++number).put("client", client);
        command.put("call", call).set("with", with);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(number, answer);
        try {
            commands.write(command.toString());
            commands.write('\n');
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonNode said = Await.value(answer);
        if (said.has("refused")) {
            JsonNode refused = said.get("refused");
            throw new SdkRefusal(
                    refused.path("status").asInt(), refused.path("text").asText());
        }
        return said.path("result");
    }

    @Override
    public void open(String client, JsonNode settings) {
        heard.put(client, new CopyOnWriteArrayList<>());
        ObjectNode all = settings.deepCopy();
        ask(client, "open", all.put("origin", origin));
    }

    @Override
    public JsonNode call(String client, String name, JsonNode with) {
        return ask(client, name, with);
    }

    @Override
    public List<JsonNode> heard(String client) {
        return List.copyOf(heard.getOrDefault(client, List.of()));
    }

    @Override
    public void close(String client) {
        ask(client, "close", JSON.createObjectNode());
    }

    @Override
    public void close() {
        try {
            commands.close(); // at the end of its input it ends
            if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
