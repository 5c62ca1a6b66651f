package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.RawConnection;
import dev.mirror.testkit.time.Await;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PubNub's interface on the port of a whole server: raw targets, polls that wait, clients that go away. */
class PubNubTest {
    private static final String PUBLISH = "/publish/pub-1/sub-1/0/";
    private static final String SUBSCRIBE = "/v2/subscribe/sub-1/";

    @TempDir
    Path data;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(data, "--pubnub-keysets=subscribe=sub-1,publish=pub-1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void targetsComeThroughAsTheyWereSent() {
        try (RawConnection raw = new RawConnection(server.port())) {
            String cursor = raw.get(SUBSCRIBE + "ch,a.*/0?tt=0").cursor();
            assertThat(raw.get(PUBLISH + "ch/0/[1,%22a;b=c%7Cd%20%2F%20+%25%22,{%22k%22:%22%C3%BC%22}]?uuid=x%20y")
                            .toString())
                    .startsWith("200 [1,\"Sent\",");
            assertThat(raw.get("http://127.0.0.1:18090" + PUBLISH + "a.b/0/%22absolute%22")
                            .toString())
                    .startsWith("200 [1,\"Sent\",");
            assertThat(raw.get(SUBSCRIBE + "ch%2Ca.*/0?" + cursor).toString())
                    .contains("\"i\":\"x y\"")
                    .contains("\"d\":[1,\"a;b=c|d / +%\",{\"k\":\"ü\"}]")
                    .contains("\"d\":\"absolute\",\"k\":\"sub-1\",\"c\":\"a.b\",\"b\":\"a.*\"");
        }
    }

    @Test
    void aMessageMayMakeThePathAlmost32KibLong() {
        try (RawConnection raw = new RawConnection(server.port())) {
            String target = PUBLISH + "ch/0/%22" + "x".repeat(32_000) + "%22?uuid=x";
            assertThat(raw.get(target).toString()).startsWith("200 [1,");
            assertThat(raw.get("/time/0").toString()).startsWith("200 [1");
            assertThat(raw.get(PUBLISH + "ch/0/%22" + "x".repeat(42_000) + "%22")
                            .toString())
                    .isEqualTo("414 {\"status\":414,\"service\":\"Balancer\",\"error\":true,"
                            + "\"message\":\"Request URI Too Long\"}");
        }
        try (RawConnection raw = new RawConnection(server.port())) {
            assertThat(raw.get(PUBLISH + "ch/0/%22" + "x".repeat(32_000) + "%22")
                            .toString())
                    .startsWith("200 [1,");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/%2F", "/;/chat", "//chat", "/[chat]", "/%2e/chat"})
    void everythingElseIsHeldToTheRulesWithoutAGateway(String target) {
        try (RawConnection raw = new RawConnection(server.port())) {
            assertThat(raw.get(target).toString()).startsWith("400 ");
        }
    }

    /** What the log-in page checks of where a request comes from stands on one host. */
    @ParameterizedTest
    @ValueSource(
            strings = {"http://other.example/auth/login", "http://localhost:1/chat", "http://LOCALHOST.example/me"})
    void everythingElseNamesOneHost(String target) {
        try (RawConnection raw = new RawConnection(server.port())) {
            assertThat(raw.get(target).status()).isEqualTo(400);
        }
        try (RawConnection raw = new RawConnection(server.port())) {
            assertThat(raw.get("http://LOCALHOST/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void headsOfEverythingElseStaySmall() {
        try (RawConnection raw = new RawConnection(server.port())) {
            raw.send("GET /chat HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(9_000) + "\r\n\r\n");
            assertThat(raw.answer().toString()).startsWith("431 ");
        }
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void aPollWaitsAndTheConnectionGoesOn() {
        try (RawConnection poll = new RawConnection(server.port());
                RawConnection publisher = new RawConnection(server.port())) {
            String cursor = poll.get(SUBSCRIBE + "ch/0?tt=0").cursor();
            for (int i = 0; i < 20; i++) {
                poll.ask("GET", SUBSCRIBE + "ch/0?" + cursor, new byte[0]);
                publisher.get(PUBLISH + "ch/0/" + i);
                RawConnection.Answer answer = poll.answer();
                assertThat(answer.body()).contains("\"d\":" + i + ",");
                cursor = answer.cursor();
            }
        }
    }

    @Test
    void aClientThatGoesAwayIsNoticedAndLosesNothing() {
        try (RawConnection publisher = new RawConnection(server.port())) {
            String cursor = publisher.get(SUBSCRIBE + "ch/0?tt=0").cursor();
            for (int i = 0; i < 5; i++) {
                try (RawConnection poll = new RawConnection(server.port())) {
                    poll.ask("GET", SUBSCRIBE + "ch/0?" + cursor, new byte[0]);
                    Await.until("the poll waits", () -> polls() == 1);
                }
                Await.until("it is noticed that the client has gone", () -> polls() == 0);
            }
            publisher.get(PUBLISH + "ch/0/1");
            assertThat(publisher.get(SUBSCRIBE + "ch/0?" + cursor).toString()).contains("\"d\":1,");
        }
    }

    private int polls() {
        return server.server().polls();
    }

    /** What a client sends while it waits is answered after what it waits for. */
    @Test
    void requestsOneAfterTheOtherOnOneConnectionAreAnsweredInOrder() {
        try (RawConnection poll = new RawConnection(server.port());
                RawConnection publisher = new RawConnection(server.port())) {
            String cursor = poll.get(SUBSCRIBE + "ch/0?tt=0").cursor();
            poll.ask("GET", SUBSCRIBE + "ch/0?" + cursor, new byte[0]);
            Await.until("the poll waits", () -> polls() == 1);
            poll.ask("GET", "/time/0", new byte[0]);
            publisher.get(PUBLISH + "ch/0/1");
            assertThat(poll.answer().toString()).contains("\"d\":1,");
            assertThat(poll.answer().toString()).matches("200 \\[\\d{17}]");
            assertThat(poll.get("/time/0").toString()).matches("200 \\[\\d{17}]");
        }
    }

    @Test
    void whoeverSendsTooMuchGetsToReadTheAnswer() {
        try (RawConnection client = new RawConnection(server.port())) {
            client.send("POST " + PUBLISH + "ch/0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000000\r\n\r\n");
            // Most of it is sent when the answer is long on its way.
            for (int i = 0; i < 6; i++) {
                client.send("x".repeat(1_000_000));
            }
            assertThat(client.answer().toString()).isEqualTo("413 [0,\"Request Entity Too Large\"]");
        }
    }

    @Test
    void bodiesMayBeChunkedAndAreBounded() {
        HttpRequest chunked = server.request(PUBLISH + "ch/0")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("{\"a\":1}")))
                .build();
        assertThat(server.send(chunked).body()).startsWith("[1,");
        HttpRequest large = server.request(PUBLISH + "ch/0")
                .POST(HttpRequest.BodyPublishers.ofString("\"" + "x".repeat(40_000) + "\""))
                .build();
        HttpResponse<String> refused = server.send(large);
        assertThat(refused.statusCode() + " " + refused.body()).isEqualTo("413 [0,\"Request Entity Too Large\"]");
        HttpRequest second = server.request("/v2" + PUBLISH + "ch/0")
                .POST(HttpRequest.BodyPublishers.ofString("\"" + "x".repeat(2_000_000) + "\""))
                .build();
        assertThat(server.send(second).body()).startsWith("[1,");
    }

    @Test
    void pagesOfOtherSitesMayAsk() {
        HttpRequest preflight = server.request(PUBLISH + "ch/0", "Origin", "https://example.org")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = server.send(preflight);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods")).contains("POST, OPTIONS");
    }

    @Test
    void aServerThatEndsAnswersItsPolls() {
        try (RawConnection poll = new RawConnection(server.port())) {
            String cursor = poll.get(SUBSCRIBE + "ch/0?tt=0").cursor();
            poll.ask("GET", SUBSCRIBE + "ch/0?" + cursor, new byte[0]);
            Await.until("the poll waits", () -> polls() == 1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThat(poll.answer().toString()).startsWith("200 ").contains("\"m\":[]");
            Await.value(closing);
        }
    }

    /** Whoever hears nothing says it again; what was there already would be there twice. */
    @Test
    void i8_whatAServerThatEndsHasWrittenDownIsAnswered() throws InterruptedException {
        server.close();
        String[] options = {"--pubnub-keysets=subscribe=sub-1,publish=pub-1", "--pubnub-publish-per-second=0"};
        server = TestServer.start(data, options);
        Set<String> answered = ConcurrentHashMap.newKeySet();
        CountDownLatch busy = new CountDownLatch(500);
        List<Thread> publishers = IntStream.range(0, 48)
                .mapToObj(number -> new Thread(() -> publish(number, answered, busy)))
                .toList();
        publishers.forEach(Thread::start);
        Await.until("they publish", () -> busy.getCount() == 0);
        server.close();
        for (Thread publisher : publishers) {
            publisher.join();
        }
        server = TestServer.start(data, options);
        assertThat(answered).hasSizeGreaterThanOrEqualTo(500).containsExactlyInAnyOrderElementsOf(stored());
    }

    private void publish(int publisher, Set<String> answered, CountDownLatch busy) {
        try (RawConnection raw = new RawConnection(server.port())) {
            for (int i = 0; ; i++) {
                String text = publisher + "-" + i;
                if (raw.get(PUBLISH + "ch/0/%22" + text + "%22").status() != 200) {
                    return;
                }
                answered.add(text);
                busy.countDown();
            }
        } catch (UncheckedIOException ended) {
            // Not answered.
        }
    }

    private List<String> stored() {
        List<String> all = new ArrayList<>();
        String start = "0";
        while (!start.isEmpty()) {
            JsonNode page = TestServer.json(
                    server.get("/v2/history/sub-key/sub-1/channel/ch?count=100&reverse=true&start=" + start));
            page.get(0).forEach(text -> all.add(text.textValue()));
            start = page.get(0).isEmpty() ? "" : page.get(2).asText();
        }
        return all;
    }

    @Test
    void whoeverSaysTooMuchWithoutATokenIsTold() {
        server.close();
        server = TestServer.start(
                data, "--pubnub-keysets=subscribe=sub-1,publish=pub-1", "--pubnub-publish-per-second=1");
        try (RawConnection raw = new RawConnection(server.port())) {
            RawConnection.Answer answer = raw.get(PUBLISH + "ch/0/1");
            for (int i = 0; i < 1_000 && answer.status() == 200; i++) {
                answer = raw.get(PUBLISH + "ch/0/1");
            }
            assertThat(answer.toString()).startsWith("429 [0,\"Too Many Requests\",");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    /** A cursor outlives the server, and nothing that was acknowledged is skipped. */
    @Test
    void aCursorFromBeforeARestartIsGood() {
        String cursor = get(SUBSCRIBE + "ch,other/0?tt=0").cursor();
        server.get(PUBLISH + "ch/0/1");
        server.get(PUBLISH + "other/0/2");
        server.get(PUBLISH + "ch/0/3");
        server.close();
        server = TestServer.start(data, "--pubnub-keysets=subscribe=sub-1,publish=pub-1");
        RawConnection.Answer answer = get(SUBSCRIBE + "ch,other/0?" + cursor);
        assertThat(answer.body().replaceAll("(?s).*?\"d\":(\\d)", "$1").substring(0, 3))
                .isEqualTo("123");
        assertThat(get(SUBSCRIBE + "ch,other/0?" + cursor).body()).isEqualTo(answer.body());
        server.get(PUBLISH + "ch/0/4");
        assertThat(get(SUBSCRIBE + "ch/0?" + answer.cursor()).body())
                .contains("\"d\":4,")
                .doesNotContain("\"d\":3,");
    }

    private RawConnection.Answer get(String target) {
        try (RawConnection raw = new RawConnection(server.port())) {
            return raw.get(target);
        }
    }

    @Test
    void withoutAKeysetThereIsNoSuchInterface() {
        server.close();
        server = TestServer.start(data);
        assertThat(server.get("/time/0").statusCode()).isEqualTo(404);
        assertThat(server.get(SUBSCRIBE + "ch/0").statusCode()).isEqualTo(404);
    }
}
