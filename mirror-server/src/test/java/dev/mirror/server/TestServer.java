package dev.mirror.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.sql.accounts.AccountsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** A whole server in this process, on free ports, with cheap password hashes; and a client that follows no redirect. */
final class TestServer implements AutoCloseable {
    static final String PASSWORD = "correct horse 7";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MirrorServer server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private TestServer(MirrorServer server) {
        this.server = server;
    }

    static TestServer start(Path data, String... more) {
        ServerOptions options = options(data, more);
        return new TestServer(
                MirrorServer.start(options, AccountsOptions.builder().hashCost(64, 1, 1)));
    }

    static ServerOptions options(Path data, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--port=0", "--management-port=0", "--data=" + data, "--auth-per-minute=100000"));
        arguments.addAll(List.of(more));
        ServerOptions options = new ServerOptions();
        new CommandLine(options).setOverwrittenOptionsAllowed(true).parseArgs(arguments.toArray(String[]::new));
        options.check();
        return options;
    }

    /** A signed-in user. */
    record User(String token, String id, String channel) {
        String cookie() {
            return "AccessToken=" + token;
        }
    }

    User signUp(String name) {
        HttpResponse<String> response = post("/auth/create", Map.of("username", name, "password", PASSWORD));
        return user(response);
    }

    User logIn(String name) {
        return user(post("/auth/login", Map.of("username", name, "password", PASSWORD)));
    }

    private static User user(HttpResponse<String> response) {
        if (response.statusCode() > 201) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        JsonNode body = json(response);
        return new User(
                body.get("token").textValue(),
                body.get("UserId").textValue(),
                body.get("ChannelId").textValue());
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    /** JSON, as a program sends it. */
    HttpResponse<String> post(String path, Object body, String... headers) {
        try {
            return send(request(path, headers)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A form, as a browser sends it from our own page. */
    HttpResponse<String> form(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", "http://localhost:" + port())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder;
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a WebSocket; with a cookie as our own page does, which says where it comes from. */
    TestSocket socket(String subprotocol, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (all.contains("Cookie") && !all.contains("Origin")) {
            all.addAll(List.of("Origin", "http://127.0.0.1:" + port()));
        }
        return TestSocket.open(
                http, URI.create("ws://127.0.0.1:" + port() + "/ws"), subprotocol, all.toArray(String[]::new));
    }

    String scrape() {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + "/metrics"))
                        .build())
                .body();
    }

    HttpResponse<String> management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + path))
                .build());
    }

    int port() {
        return server.port();
    }

    MirrorServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
