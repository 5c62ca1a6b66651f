package dev.mirror.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to every request, whatever it is for. */
class PubNubGatewayTest {
    private final GatewayFixture fixture = new GatewayFixture();

    @ParameterizedTest
    @ValueSource(strings = {"/time/0", "/time/0?uuid=x", "http://127.0.0.1:18090/time/0?uuid=old", "https://h/time/0"})
    void timeIsABareNumber(String target) {
        assertThat(fixture.text(target)).matches("\\[\\d{17}]");
        assertThat(fixture.gateway().serves(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/chat", "/ws", "/auth/login", "/timely", "*", "", "ftp://h/time/0", "host:80"})
    void whatIsNotPubNubsIsNotServed(String target) {
        assertThat(fixture.gateway().serves(target)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/x", "/v2/subscribe", "/publish//", "/time/%zz", "/v2/subscribe/%C3/a/0"})
    void whatLooksLikeItAndIsNoneIsRefused(String target) {
        assertThat(fixture.gateway().serves(target)).isTrue();
        assertThat(fixture.get(target).answered()).startsWith("40").contains("\"error\":true");
    }

    @Test
    void pagesOfOtherSitesMayAsk() {
        TestCall preflight = new TestCall("OPTIONS", "/publish/pub-c-1/sub-c-1/0/ch/0")
                .with("Origin", "https://example.org")
                .with("Access-Control-Request-Method", "POST");
        fixture.ask(preflight);
        assertThat(preflight.answered()).isEqualTo("200 ");
        assertThat(preflight.answerHeader("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(preflight.answerHeader("Access-Control-Allow-Methods"))
                .contains("POST")
                .contains("OPTIONS");
        assertThat(preflight.answerHeader("Access-Control-Allow-Headers")).contains("Content-Type");
        assertThat(preflight.answerHeader("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void aMethodThatThereIsNotIsRefusedWithThoseThatThereAre() {
        TestCall call = fixture.ask(new TestCall("DELETE", "/time/0"));
        assertThat(call.answered()).startsWith("405 ");
        assertThat(call.answerHeader("Allow")).isEqualTo("GET");
    }

    @Test
    void bodiesAreBoundedByTheirRoute() {
        assertThat(fixture.gateway().maxBodyBytes("POST", "/publish/a/b/0/c/0")).isEqualTo(32 << 10);
        assertThat(fixture.gateway().maxBodyBytes("POST", "/v2/publish/a/b/0/c/0"))
                .isEqualTo(2 << 20);
        assertThat(fixture.gateway().maxBodyBytes("POST", "/time/0")).isZero();
        assertThat(fixture.gateway().maxBodyBytes("POST", "/%zz/0")).isZero();
    }

    /** A log has one thread that commits, and it has better things to do than to write to sockets. */
    @Test
    void whoeverAcknowledgesDoesNotWriteTheAnswer() {
        CompletableFuture<Void> acknowledged = fixture.broker().holdAcknowledgements();
        TestCall call = fixture.get("/publish/pub-c-1/sub-c-1/0/ch/0/1");
        acknowledged.complete(null);
        assertThat(call.waits()).isTrue();
        fixture.run();
        assertThat(call.text()).startsWith("[1,\"Sent\",");
    }

    @Test
    void anAnswerIsNoScriptOfSomebodyElsesPage() {
        assertThat(fixture.get("/time/callback").answered()).startsWith("400 ").contains("JSONP");
        assertThat(fixture.get("/time/0").answerHeader("X-Content-Type-Options"))
                .isEqualTo("nosniff");
    }
}
