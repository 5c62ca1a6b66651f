package dev.mirror.server.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * Serves the page's modules, and the scripts that test them, with the headers of the real server, and nothing else:
 * what needs no server is tested without one.
 */
final class PageFiles implements AutoCloseable {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");
    /** Examples that the page shares with the server's side. */
    private static final String SHARED = "/folding-vectors.json";

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
                    + " require-trusted-types-for 'script'";

    private final HttpServer server;

    private PageFiles(HttpServer server) {
        this.server = server;
    }

    static PageFiles serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, "/dev/mirror/server/web", "/landing.html"));
        server.createContext("/test/", exchange -> answer(exchange, "/dev/mirror/server/page", ""));
        server.start();
        return new PageFiles(server);
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String folder, String index) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst("^/test", "");
        String name = path.equals("/") ? index : path;
        String from = name.equals(SHARED) ? "" : folder;
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        try (exchange;
                InputStream file = PageFiles.class.getResourceAsStream(from + name)) {
            if (file == null || type == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
            byte[] bytes = file.readAllBytes();
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
