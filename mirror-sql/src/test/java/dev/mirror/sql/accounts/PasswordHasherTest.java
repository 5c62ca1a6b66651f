package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.sql.StoreException;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordHasherTest {
    private final PasswordHasher cheap = new PasswordHasher(new HashCost(64, 1, 1), new SecureRandom());

    @Test
    void o3_byDefaultAHashCostsWhatIsRecommended() {
        PasswordHasher hasher = new PasswordHasher(AccountsOptions.defaults().hashCost(), new SecureRandom());
        String hash = hasher.hash("correct horse");
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").hasSizeBetween(90, 110);
        assertThat(hasher.verify(hash, "correct horse")).isEqualTo(new PasswordHasher.Match(true, false));
        assertThat(cheap.verify(hash, "correct horse")).isEqualTo(new PasswordHasher.Match(true, false));
    }

    @Test
    void o3_aHashOfAnotherProgramVerifies() {
        // A test vector of the reference implementation: t = 2, m = 2^16, salt "somesalt".
        String made = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(cheap.verify(made, "password").matches()).isTrue();
        assertThat(cheap.verify(made, "Password").matches()).isFalse();
    }

    @Test
    void o3_theSamePasswordHasAnotherHashEveryTime() {
        assertThat(cheap.hash("correct horse")).isNotEqualTo(cheap.hash("correct horse"));
    }

    @Test
    void o5_nobodyHasAPasswordButIsCheckedAlike() {
        assertThat(cheap.verify(null, "anything").matches()).isFalse();
    }

    @Test
    void composedAndDecomposedCharactersAreTheSamePassword() {
        assertThat(cheap.verify(cheap.hash("pässwörter"), "pa\u0308sswo\u0308rter")
                        .matches())
                .isTrue();
    }

    @Test
    void whatIsNoHashIsDamagedAndNotQuoted() {
        for (String text : new String[] {"", "canary", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$canary"}) {
            assertThatThrownBy(() -> cheap.verify(text, "anything"))
                    .isInstanceOf(StoreException.Damaged.class)
                    .hasMessageNotContaining("canary");
        }
    }
}
