package dev.mirror.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Bytes as CBOR, as a token, and as the body of a grant: each is refused in words, or read; a token that was not made here
 * opens nothing; and what was granted is what the token says when it comes back.
 */
class TokenFuzzTest extends FuzzTarget {
    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);

    private final Tokens tokens = new Tokens("sub-k", "sec-k");

    @Override
    protected void take(byte[] input) {
        cbor(input);
        assertThat(tokens.open(new String(input, StandardCharsets.ISO_8859_1)))
                .as("a token of somebody else's")
                .isEmpty();
        grant(new String(input, StandardCharsets.UTF_8));
    }

    private static void cbor(byte[] input) {
        try {
            assertThat(CborReader.read(input)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageMatching("[a-zA-Z, ]+");
        }
    }

    private void grant(String body) {
        String text;
        try {
            text = tokens.grant(body, NOW);
        } catch (GrantException refused) {
            assertThat(refused.summary()).isNotEmpty();
            return;
        }
        // Another one of the same keys, which has not seen it made.
        AccessToken token = new Tokens("sub-k", "sec-k").open(text).orElseThrow();
        assertThat(token.grant()).isEqualTo(GrantReader.read(body));
    }
}
