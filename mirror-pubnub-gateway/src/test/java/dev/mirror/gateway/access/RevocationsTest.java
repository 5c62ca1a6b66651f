package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore.Span;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final String SPACE = "revoked:sub-k";

    private final MemoryStateStore store = new MemoryStateStore();
    private final VirtualTime time = new VirtualTime();
    private final InstantSource clock = time;
    private final Tokens tokens = new Tokens("sub-k", "sec-k");

    private AccessToken token(int minutes, String channel) {
        String body =
                "{\"ttl\":" + minutes + ",\"permissions\":{\"resources\":{\"channels\":{\"" + channel + "\":1}}}}";
        return tokens.open(tokens.grant(body, clock.instant())).orElseThrow();
    }

    private Revocations open() {
        return Await.value(Revocations.open(store, SPACE, clock));
    }

    @Test
    void onlyARevokedTokenIsRevoked() {
        Revocations revocations = open();
        AccessToken revoked = token(60, "a");
        Await.value(revocations.add(revoked));
        assertThat(revocations.contains(revoked)).isTrue();
        assertThat(revocations.contains(token(60, "b"))).isFalse();
    }

    @Test
    void aRevocationOutlivesTheProcess() {
        AccessToken revoked = token(60, "a");
        Await.value(open().add(revoked));
        assertThat(open().contains(revoked)).isTrue();
    }

    @Test
    void moreThanOnePageIsReadAtStart() {
        Revocations revocations = open();
        for (int i = 0; i < 2_500; i++) {
            Await.value(revocations.add(token(60, "c" + i)));
        }
        Revocations reopened = open();
        for (int i = 0; i < 2_500; i++) {
            assertThat(reopened.contains(token(60, "c" + i))).isTrue();
        }
    }

    @Test
    void whatHasEndedByItselfIsForgotten() {
        Revocations revocations = open();
        Await.value(revocations.add(token(1, "short")));
        Await.value(revocations.add(token(60, "long")));
        time.advance(Duration.ofMinutes(2));
        Await.value(revocations.add(token(60, "other")));
        assertThat(Await.value(store.list(SPACE, Span.under("", 10)))).hasSize(2);
    }
}
