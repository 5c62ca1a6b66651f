package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP on the front port does whoever asks. */
final class HttpTest {
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = TestServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void o21_onlyWhatIsInTheTableIsServed() {
        for (String path : List.of(
                "/chat.html",
                "/landing.html",
                "/index.html",
                "/web/",
                "/dev/mirror/server/Main.class",
                "/..%2fpom.xml",
                "/%2e%2e/pom.xml",
                "/chat/",
                "//chat",
                "/ws/",
                "/metrics",
                "/CHAT")) {
            assertThat(server.get(path).statusCode()).as(path).isIn(400, 404);
        }
        assertThat(server.get("/chat").statusCode()).isEqualTo(303);
        assertThat(header(server.get("/chat"), "Location")).isEqualTo("/");
    }

    @Test
    void o22_aHeadThatDoesNotEndIsCutAndOthersAreServed() throws IOException {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            slow.setSoTimeout(40_000);
            slow.getOutputStream().write("GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
            assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(slow.getInputStream().readAllBytes().length).isLessThan(1_000);
        }
    }

    @Test
    void o22_aBodyThatDoesNotComeIsAnsweredAndCut() throws IOException {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            slow.setSoTimeout(40_000);
            slow.getOutputStream()
                    .write(("POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 100\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("body.timeout");
        }
    }

    @Test
    void o23_everyAnswerHasTheSecurityHeaders() {
        for (var response : List.of(
                server.get("/"),
                server.get("/chat"),
                server.get("/me"),
                server.get("/nothing"),
                server.get("/favicon.svg"),
                server.get("/%00"),
                server.form("/auth/login", ""))) {
            assertThat(header(response, "Content-Security-Policy"))
                    .startsWith("default-src 'none'; script-src 'self'")
                    .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'");
            assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(response, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
            assertThat(header(response, "Server")).isEmpty();
            assertThat(header(response, "Strict-Transport-Security")).isEmpty();
        }
        assertThat(header(server.get("/"), "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(server.get("/"), "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void filesOfThePageAreServedWithTheirTypesAndTags() {
        var first = server.get("/chat.js");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(header(first, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(server.get("/favicon.svg"), "Content-Type")).isEqualTo("image/svg+xml");
        assertThat(header(server.get("/chat.css"), "Content-Type")).isEqualTo("text/css; charset=utf-8");

        var again = server.get("/chat.js", "If-None-Match", header(first, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() {
        var request =
                server.request("/").method("HEAD", BodyPublishers.noBody()).build();
        var head = server.send(request);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length"))
                .isEqualTo(String.valueOf(server.get("/").body().getBytes(StandardCharsets.UTF_8).length));
    }

    @Test
    void wrongMethodsAreToldTheRightOnes() {
        var get = server.get("/auth/login");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(header(get, "Allow")).isEqualTo("POST");
        assertThat(header(get, "Content-Type")).isEqualTo("application/problem+json");
        var post = server.form("/me", "");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(header(post, "Allow")).isEqualTo("GET, HEAD");
        for (String method : List.of("PUT", "DELETE", "TRACE", "OPTIONS", "PATCH")) {
            var request =
                    server.request("/").method(method, BodyPublishers.noBody()).build();
            assertThat(server.send(request).statusCode()).as(method).isEqualTo(405);
        }
    }

    @Test
    void bodiesAreBoundedWhetherTheirLengthIsTold() {
        byte[] large = new byte[20_000];
        Stream.of(
                        BodyPublishers.ofByteArray(large),
                        BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                .forEach(body -> {
                    HttpRequest request = server.request("/auth/login", "Content-Type", "application/json")
                            .POST(body)
                            .build();
                    assertThat(server.send(request).statusCode()).isEqualTo(413);
                });
    }

    @Test
    void bodiesHaveAKnownTypeAndAShape() {
        for (String type : List.of("text/plain", "multipart/form-data; boundary=x", "application/xml")) {
            HttpRequest request = server.request("/auth/login", "Content-Type", type, "Accept", "application/json")
                    .POST(BodyPublishers.ofString("username=x"))
                    .build();
            assertThat(server.send(request).statusCode()).as(type).isEqualTo(415);
        }
        for (String body : List.of("[]", "{", "\"x\"", "{\"username\":\"a\",\"username\":\"b\"}", "{} {}", "null")) {
            HttpRequest request = server.request("/auth/login", "Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            var response = server.send(request);
            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(response.body()).contains("\"code\":\"bad.body\"");
        }
    }

    @Test
    void theWebSocketsPathAsksForAnUpgrade() {
        var response = server.get("/ws");
        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(header(response, "Upgrade")).isEqualTo("websocket");
    }

    @Test
    void healthIsTold() {
        assertThat(server.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(server.get("/readyz").body()).contains("\"ready\":true", "\"reasons\":[]");
        assertThat(server.management("/healthz").statusCode()).isEqualTo(200);
        assertThat(server.management("/me").statusCode()).isEqualTo(404);
    }
}
