package dev.mirror.server.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server's HTTP side: gives tokens, and knows who has which name. Safe for any thread. Stages fail with
 * {@link MirrorException}.
 */
final class Directory implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String base;
    private final Credentials.Password credentials;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mirror-chat-http");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).executor(threads).build();
    /** The last token; written by whoever logs in, read by all. */
    private volatile String token = "";

    Directory(URI server, Credentials.Password credentials) {
        String scheme = server.getScheme().endsWith("s") && !"ws".equals(server.getScheme()) ? "https" : "http";
        this.base = scheme + "://" + server.getRawAuthority();
        this.credentials = credentials;
    }

    /** Logs in. */
    CompletableFuture<String> token() {
        HttpRequest request = request("/auth/token")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        write(Map.of("username", credentials.name(), "password", credentials.password()))))
                .build();
        return send(request).thenApply(answer -> {
            if (answer.statusCode() != 200) {
                throw refusal(answer.statusCode());
            }
            token = read(answer).path("token").asText();
            return token;
        });
    }

    /** Who has this name; empty if nobody has. */
    CompletableFuture<Optional<UserId>> find(String name) {
        HttpRequest request = request("/users?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .header("Authorization", "Bearer " + token)
                .GET()
                .build();
        return send(request).thenApply(answer -> switch (answer.statusCode()) {
            case 200 -> UserId.parse(read(answer).path("UserId").asText());
            case 400, 404 -> Optional.empty();
            default -> throw refusal(answer.statusCode());
        });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).header("Accept", "application/json");
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.BUSY, "the server cannot be reached", failure)));
    }

    private static MirrorException refusal(int status) {
        return switch (status) {
            case 400, 401, 403 -> new MirrorException(ErrorCode.AUTH_REQUIRED, "the name or the password is wrong");
            case 429 -> new MirrorException(ErrorCode.TOO_MANY, "too many requests; try again in a minute");
            default -> new MirrorException(ErrorCode.BUSY, "the server answered with status " + status);
        };
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JsonProcessingException unreadable) {
            throw new MirrorException(ErrorCode.INTERNAL, "the answer of the server is not JSON", unreadable);
        }
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
