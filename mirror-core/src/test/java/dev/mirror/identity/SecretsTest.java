package dev.mirror.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SecretsTest {
    @Test
    void credentialsDoNotPrintTheirSecret() {
        assertThat(new Credentials.Token("eyJsecret")).hasToString("Token[***]");
        assertThat(new Credentials.Password("ann", "hunter22").toString()).doesNotContain("hunter22", "ann");
        assertThat(Credentials.none()).isEqualTo(new Credentials.None());
    }

    @Test
    void aSessionIdHas1To64Characters() {
        assertThat(new SessionId("x".repeat(64)).value()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new SessionId(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new SessionId("x".repeat(65)));
    }

    @Test
    void aPrincipalsRoomIsAnId() {
        UserId ann = new UserId("ann");
        assertThat(Principal.permanent(ann, "room", "Ann").expiresAt()).isEqualTo(java.time.Instant.MAX);
        assertThatIllegalArgumentException().isThrownBy(() -> Principal.permanent(ann, "ann.bob", "Ann"));
    }
}
