package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final WebSocketOptions OPTIONS = WebSocketOptions.builder()
            .allowedOrigins(Set.of("https://chat.example.org"))
            .build();

    private static int decide(String head) {
        return UpgradeRequest.parse(ByteBuffer.wrap(head.getBytes(ISO_8859_1)))
                .map(request -> Handshake.decide(request, OPTIONS))
                .map(decision -> decision instanceof Handshake.Refused refused ? refused.status() : 101)
                .orElse(-1);
    }

    private static Handshake.Accepted accept(String... headers) {
        UpgradeRequest request = UpgradeRequest.parse(
                        ByteBuffer.wrap(RawClient.request(headers).getBytes(ISO_8859_1)))
                .orElseThrow();
        return (Handshake.Accepted) Handshake.decide(request, OPTIONS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /ws | GET /ws | 101",
                "GET /ws | GET /ws?since=1 | 101",
                "GET /ws | GET /other | 404",
                "GET /ws | GET /ws/ | 404",
                "GET /ws | POST /ws | 400",
                "GET /ws | get /ws | 400",
                "HTTP/1.1 | HTTP/1.0 | 400",
                "HTTP/1.1 | HTTP/2.0 | 400",
                "HTTP/1.1 | FTP/1.1 | -1",
                "Host: localhost | Host: | 400",
                "Host: localhost | X: y | 400",
                "Host: localhost | Host: a~Host: b | 400",
                "Upgrade: websocket | Upgrade: WebSocket | 101",
                "Upgrade: websocket | Upgrade: h2c, websocket | 101",
                "Upgrade: websocket | Upgrade: h2c | 426",
                "Upgrade: websocket | X: y | 426",
                "Connection: keep-alive, Upgrade | Connection: upgrade | 101",
                "Connection: keep-alive, Upgrade | Connection: keep-alive~Connection: Upgrade | 101",
                "Connection: keep-alive, Upgrade | Connection: keep-alive | 400",
                "Connection: keep-alive, Upgrade | X: y | 400",
                "Version: 13 | Version: 12 | 426",
                "Version: 13 | Version: 13, 8 | 426",
                "Version: 13 | Version: 13~Sec-WebSocket-Version: 13 | 426",
                "Sec-WebSocket-Version: 13 | X: y | 426",
                "Key: dGhlIHNhbXBsZSBub25jZQ== | Key: dGhlIHNhbXBsZSBub25j | 400",
                "Key: dGhlIHNhbXBsZSBub25jZQ== | Key: dGhlIHNhbXBsZSBub25j!!== | 400",
                "Key: dGhlIHNhbXBsZSBub25jZQ== | Key: | 400",
                "Host: localhost | Host: localhost~Content-Length: 0 | 101",
                "Host: localhost | Host: localhost~Content-Length: 5 | 400",
                "Host: localhost | Host: localhost~Transfer-Encoding: chunked | 400",
                "Host: localhost | Host : localhost | -1",
                "Host: localhost | Host: localhost~ folded | -1",
                "Host: localhost | Host: localhost~no colon | -1",
                "Host: localhost | Host: local^host | -1",
                "Host: localhost | Host: localhost~: empty name | -1",
                "GET /ws HTTP | GET  /ws HTTP | -1",
                "GET /ws | GET /w^s | -1",
            })
    void onlyAProperHandshakeIsLetIn(String replaced, String by, int status) {
        String head = RawClient.request();
        assertThat(head).contains(replaced);

        assertThat(decide(head.replace(replaced, by.replace("~", "\r\n").replace('^', '\u0001'))))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:9000, localhost:9000, 101",
        "http://LOCALHOST:9000, localhost:9000, 101",
        "https://example.org, example.org, 101",
        "https://example.org, example.org:443, 101",
        "http://example.org:80, example.org, 101",
        "https://chat.example.org, localhost:9000, 101",
        "http://chat.example.org, localhost:9000, 403",
        "https://chat.example.org:8443, localhost:9000, 403",
        "https://chat.example.org.evil.com, localhost:9000, 403",
        "http://localhost:9001, localhost:9000, 403",
        "http://evil@localhost:9000, localhost:9000, 403",
        "http://localhost:9000/, localhost:9000, 403",
        "ftp://localhost:9000, localhost:9000, 403",
        "null, localhost:9000, 403",
        "localhost:9000, localhost:9000, 403",
        "'', localhost:9000, 403",
        "http://[::1]:9000, [::1]:9000, 101",
    })
    void w4_anOriginIsTheServersOwnOrListed(String origin, String host, int status) {
        String head = RawClient.request("Origin: " + origin).replace("Host: localhost", "Host: " + host);

        assertThat(decide(head)).isEqualTo(status);
    }

    @Test
    void w4_aCookieNeedsAnOriginAndAProgramNeedsNone() {
        assertThat(decide(RawClient.request("Cookie: AccessToken=abc"))).isEqualTo(403);
        assertThat(decide(RawClient.request("Cookie: other=abc"))).isEqualTo(101);
        assertThat(decide(RawClient.request("Cookie: AccessToken=abc", "Origin: http://localhost")))
                .isEqualTo(101);
        assertThat(decide(RawClient.request("Origin: http://localhost", "Origin: http://localhost")))
                .isEqualTo(403);
        assertThat(decide(RawClient.request("Authorization: Bearer abc"))).isEqualTo(101);
    }

    @Test
    void w4_credentialsAreTheCookieOrTheBearerToken() {
        assertThat(accept().credentials()).isEqualTo(Credentials.none());
        assertThat(accept("Cookie: a=b; AccessToken=abc.def; c=d", "Origin: http://localhost")
                        .credentials())
                .isEqualTo(new Credentials.Token("abc.def"));
        assertThat(accept("Authorization: bearer xyz").credentials()).isEqualTo(new Credentials.Token("xyz"));
        assertThat(accept("Authorization: Basic xyz").credentials()).isEqualTo(Credentials.none());
        assertThat(accept("Cookie: AccessToken=", "Authorization: Bearer ").credentials())
                .isEqualTo(Credentials.none());
    }

    @Test
    void w2_theSubprotocolSelectsTheVersion() {
        assertThat(accept().protocol()).isEqualTo(Protocol.V1);
        assertThat(accept("Sec-WebSocket-Protocol: chat").protocol()).isEqualTo(Protocol.V1);
        assertThat(accept("Sec-WebSocket-Protocol: chat, mirror.v2").protocol()).isEqualTo(Protocol.V2);
        assertThat(accept("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: mirror.v2")
                        .protocol())
                .isEqualTo(Protocol.V2);
    }

    @ParameterizedTest
    @ValueSource(ints = {426, 503, 400})
    void aRefusalSaysWhatToDo(int status) {
        String text =
                ISO_8859_1.decode(new Handshake.Refused(status, "Why").bytes()).toString();

        assertThat(text).startsWith("HTTP/1.1 " + status + " Why\r\n").endsWith("\r\n\r\nWhy\n");
        assertThat(text).contains("Content-Length: 4\r\n").containsPattern("Connection: .*close\r\n");
        assertThat(text.contains("Sec-WebSocket-Version: 13\r\n")).isEqualTo(status == 426);
        assertThat(text.contains("Retry-After: ")).isEqualTo(status == 503);
    }

    @Test
    void aRequestPrintsNoSecret() {
        UpgradeRequest request = UpgradeRequest.parse(ByteBuffer.wrap(RawClient.request("Cookie: AccessToken=secret")
                        .replace("/ws", "/ws?t=secret")
                        .getBytes(ISO_8859_1)))
                .orElseThrow();

        assertThat(request.toString()).isEqualTo("GET /ws");
    }
}
