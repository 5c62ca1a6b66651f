package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The first bytes of a connection: a head is refused with a status, or let in; what is answered has nothing of it. */
class HandshakeFuzzTest extends FuzzTarget {
    private static final WebSocketOptions OPTIONS = WebSocketOptions.builder()
            .allowedOrigins(Set.of("https://example.org"))
            .build();

    @Override
    protected void take(byte[] input) {
        int end = UpgradeRequest.endOfHead(input, 0, input.length);
        for (int from = 1; from <= Math.max(0, end - 4); from++) {
            assertThat(UpgradeRequest.endOfHead(input, from, input.length))
                    .as("wherever the search begins")
                    .isEqualTo(end);
        }
        if (end < 0) {
            return;
        }
        Optional<UpgradeRequest> request = UpgradeRequest.parse(ByteBuffer.wrap(Arrays.copyOf(input, end)));
        if (request.isEmpty()) {
            return;
        }
        Handshake.Decision decision = Handshake.decide(request.get(), OPTIONS);
        if (decision instanceof Handshake.Refused refused) {
            assertThat(refused.status()).isIn(400, 403, 404, 426);
            return;
        }
        Handshake.Accepted accepted = (Handshake.Accepted) decision;
        String head =
                StandardCharsets.ISO_8859_1.decode(accepted.canonicalHead()).toString();
        assertThat(head).endsWith("\r\n\r\n");
        assertThat(head.lines()).as("lines of what the engine is shown").hasSizeBetween(6, 7);
        accepted.answer().values().forEach(value -> assertThat(value).matches("[\\x21-\\x7e]+"));
        assertThat(request.get().all("origin").isEmpty()
                        && request.get().all("cookie").stream().anyMatch(cookie -> cookie.matches("AccessToken=.+")))
                .as("a cookie without an origin is let in")
                .isFalse();
    }
}
