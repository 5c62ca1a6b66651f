package dev.mirror.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.MemoryStateStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where no token is needed, one address does not say more than it may. */
class PublishRateTest {
    private static final String MESSAGE = "/publish/pub-c-1/sub-c-1/0/ch/0/1";
    private static final String SIGNAL = "/signal/pub-c-1/sub-c-1/0/ch/0/1";
    private static final String REFUSED = "429 [0,\"Too Many Requests\",\"";

    private final GatewayFixture fixture =
            new GatewayFixture(new MemoryStateStore(), PublishOptions.STANDARD.withPerSecond(5), Keyset.legacy());

    @AfterEach
    void close() {
        fixture.close();
    }

    private String said(String target, String address) {
        return fixture.ask(new TestCall("GET", target).from(address)).answered();
    }

    private int accepted(int asked, String address) {
        int accepted = 0;
        for (int i = 0; i < asked; i++) {
            accepted += said(MESSAGE, address).startsWith("200 ") ? 1 : 0;
        }
        return accepted;
    }

    @Test
    void i6_anAddressThatSaysTooMuchIsRefusedAndOthersAreNot() {
        assertThat(accepted(20, "a")).isEqualTo(10);
        TestCall refused = fixture.ask(new TestCall("GET", MESSAGE).from("a"));
        assertThat(refused.answered()).startsWith(REFUSED);
        assertThat(refused.answerHeader("Retry-After")).isEqualTo("1");
        assertThat(accepted(20, "b")).isEqualTo(10);
        fixture.time().advance(Duration.ofSeconds(1));
        assertThat(accepted(20, "a")).isEqualTo(5);
        fixture.time().advance(Duration.ofHours(1));
        assertThat(accepted(20, "a")).isEqualTo(10);
    }

    @Test
    void messagesSignalsAndActionsCountTogether() {
        assertThat(accepted(9, "a")).isEqualTo(9);
        assertThat(said(SIGNAL, "a")).startsWith("200 ");
        assertThat(said(SIGNAL, "a")).startsWith(REFUSED);
        TestCall action = new TestCall("POST", "/v1/message-actions/sub-c-1/channel/ch/message/17?uuid=u")
                .body("{\"type\":\"t\",\"value\":\"v\"}")
                .from("a");
        assertThat(fixture.ask(action).answered())
                .isEqualTo("429 {\"status\":429,\"error\":{\"message\":\"Too Many Requests\",\"source\":\"actions\"}}");
        assertThat(said("/v2/history/sub-key/sub-c-1/channel/ch", "a")).startsWith("200 ");
    }

    @Test
    void aClockThatIsPutBackTakesNothingAway() {
        assertThat(accepted(5, "a")).isEqualTo(5);
        fixture.time().jump(Duration.ofHours(-1));
        assertThat(accepted(20, "a")).isEqualTo(5);
    }

    @Test
    void pagesOf2018CountToo() {
        assertThat(accepted(20, "a")).isEqualTo(10);
        assertThat(said("/publish/any/whatever/0/lobby/0/1", "a")).startsWith(REFUSED);
    }

    /** What a token allows is for whoever granted it to know. */
    @Test
    void whoeverNeedsATokenIsNotCounted() {
        for (int i = 0; i < 20; i++) {
            assertThat(said("/publish/pub-c-3/sub-c-3/0/ch/0/1", "a")).startsWith("403 ");
        }
    }
}
