package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.identity.Credentials;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gets tokens for a name and a password: {@code POST /auth/token}. Safe for any thread.
 *
 * <p>Implementation notes. {@code HttpURLConnection} rather than {@code java.net.http}: before Java 21 the latter cannot
 * be closed, and its thread would outlive the client. The connection is not kept, so nothing of it is left over.
 */
final class PasswordLogin implements TokenSource {
    /** The longest answer that is read, in bytes. */
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private final URI endpoint;
    private final Credentials.Password credentials;
    private final @Nullable SSLSocketFactory tls;
    private final Duration timeout;
    private final Executor threads;
    /** What runs now; written by the thread that asks, read by who calls it off. */
    private volatile @Nullable HttpURLConnection current;

    /** @param threads runs something that blocks */
    PasswordLogin(
            URI endpoint,
            Credentials.Password credentials,
            @Nullable SSLSocketFactory tls,
            Duration timeout,
            Executor threads) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.tls = tls;
        this.timeout = timeout;
        this.threads = threads;
    }

    @Override
    public boolean renewable() {
        return true;
    }

    @Override
    public CompletionStage<String> token() {
        CompletableFuture<String> token = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                token.complete(fetch());
            } catch (IOException unreachable) {
                token.completeExceptionally(
                        new MirrorException(ErrorCode.BUSY, "the server cannot be reached for a log-in", unreachable));
            } catch (RuntimeException failed) {
                token.completeExceptionally(failed);
            }
        });
        return token;
    }

    private String fetch() throws IOException {
        HttpURLConnection connection = open();
        current = connection;
        try {
            try (OutputStream body = connection.getOutputStream()) {
                body.write(body());
            }
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw refusal(status);
            }
            try (InputStream answer = connection.getInputStream()) {
                return token(answer.readNBytes(MAX_ANSWER_BYTES));
            }
        } finally {
            current = null;
            connection.disconnect();
        }
    }

    /** Ends a log-in that is under way; it fails. */
    void cancel() {
        HttpURLConnection connection = current;
        if (connection != null) {
            connection.disconnect();
        }
    }

    private HttpURLConnection open() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
        if (tls != null && connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(tls);
        }
        int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("Connection", "close");
        connection.setDoOutput(true);
        return connection;
    }

    private byte[] body() {
        return Json.write(Map.of("username", credentials.name(), "password", credentials.password()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static MirrorException refusal(int status) {
        return switch (status) {
            case 400, 401, 403 -> new MirrorException(ErrorCode.AUTH_REQUIRED, "the name or the password is wrong");
            case 404, 405 -> new MirrorException(ErrorCode.NOT_FOUND, "there is no log-in at this address");
            case 429 -> new MirrorException(ErrorCode.TOO_MANY, "too many log-ins; they are refused for a while");
            default -> new MirrorException(ErrorCode.BUSY, "the log-in was answered with status " + status);
        };
    }

    private static String token(byte[] answer) {
        JsonNode token = Json.read(new String(answer, StandardCharsets.UTF_8)).path("token");
        if (!token.isTextual()) {
            throw new MirrorException(ErrorCode.INTERNAL, "the answer to the log-in has no token");
        }
        return token.textValue();
    }
}
