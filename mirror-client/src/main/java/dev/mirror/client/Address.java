package dev.mirror.client;

import dev.mirror.identity.Credentials;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is.
 *
 * @param socket its WebSocket
 * @param login where it gives tokens
 */
record Address(URI socket, URI login) {
    private static final String SOCKET_PATH = "/ws";
    private static final String LOGIN_PATH = "/auth/token";

    static Address of(URI server) {
        String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = switch (scheme) {
            case "ws", "http" -> false;
            case "wss", "https" -> true;
            default -> throw new IllegalArgumentException("an address begins with ws, wss, http or https");
        };
        if (server.getHost() == null) {
            throw new IllegalArgumentException("an address names a host");
        }
        String path = server.getPath();
        boolean bare = path == null || path.isEmpty() || path.equals("/");
        return new Address(
                with(server, secure ? "wss" : "ws", bare ? SOCKET_PATH : path),
                with(server, secure ? "https" : "http", LOGIN_PATH));
    }

    private static URI with(URI server, String scheme, String path) {
        try {
            return new URI(scheme, null, server.getHost(), server.getPort(), path, null, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException("this is not an address", impossible);
        }
    }

    SocketTransport transport(@Nullable SSLContext tls, String threadName) {
        boolean secure = "wss".equals(socket.getScheme());
        return new SocketTransport(socket, secure && tls != null ? tls.getSocketFactory() : null, threadName);
    }

    PasswordLogin login(Credentials.Password password, @Nullable SSLContext tls, Duration timeout, Executor threads) {
        return new PasswordLogin(login, password, tls == null ? null : tls.getSocketFactory(), timeout, threads);
    }
}
