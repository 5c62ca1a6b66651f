package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.ErrorCode;
import dev.mirror.sql.accounts.Revocations.Revoked;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Revocations revocations = new Revocations(3);

    @Test
    void aRevokedLogInIsRefusedAndNoOther() {
        revoke("a", 0, 900);
        assertThat(revocations.refusal("a", at(0))).contains(ErrorCode.AUTH_REVOKED);
        assertThat(revocations.refusal("b", at(0))).isEmpty();
    }

    @Test
    void whatNoTokenRefersToAnyMoreIsForgotten() {
        revoke("a", 0, 900);
        revoke("b", 960, 1_000);
        assertThat(revocations.refusal("a", at(0))).contains(ErrorCode.AUTH_REVOKED);
        revoke("c", 961, 1_000);
        assertThat(revocations.refusal("a", at(0))).isEmpty();
    }

    @Test
    void aboveTheLimitTokensFromBeforeTheForgottenOneHaveToBeRenewed() {
        revoke("a", 10, 900);
        revoke("b", 20, 900);
        revoke("c", 30, 900);
        revoke("d", 40, 900);
        assertThat(revocations.refusal("a", at(5))).contains(ErrorCode.AUTH_EXPIRED);
        assertThat(revocations.refusal("x", at(10))).contains(ErrorCode.AUTH_EXPIRED);
        assertThat(revocations.refusal("x", at(11))).isEmpty();
        assertThat(revocations.refusal("b", at(15))).contains(ErrorCode.AUTH_REVOKED);
    }

    private void revoke(String login, long at, long tokenEnds) {
        revocations.add(new Revoked(login, at(at), at(tokenEnds)), at(at));
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }
}
