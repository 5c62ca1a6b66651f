package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccountsOptionsTest {
    @Test
    void theDefaultsAreThoseOfTheDocuments() {
        AccountsOptions options = AccountsOptions.defaults();
        assertThat(options.tokenLife()).isEqualTo(Duration.ofMinutes(15));
        assertThat(options.idleLife()).isEqualTo(Duration.ofHours(12));
        assertThat(options.loginLife()).isEqualTo(Duration.ofDays(7));
        assertThat(options.failuresPerMinute()).isEqualTo(10);
        assertThat(options.hashCost()).isEqualTo(new HashCost(19_456, 2, 1));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertRefused(AccountsOptions.builder().issuer(""));
        assertRefused(AccountsOptions.builder().audience(""));
        assertRefused(AccountsOptions.builder().tokenLife(Duration.ZERO));
        assertRefused(AccountsOptions.builder().idleLife(Duration.ofMinutes(1)));
        assertRefused(AccountsOptions.builder().loginLife(Duration.ofHours(1)));
        assertRefused(AccountsOptions.builder().failuresPerMinute(0));
        assertRefused(AccountsOptions.builder().hashesAtOnce(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccountsOptions.builder().hashCost(1, 1, 1));
    }

    @Test
    void laterChangesOfTheBuilderChangeNothingBuilt() {
        AccountsOptions.Builder builder = AccountsOptions.builder();
        AccountsOptions options = builder.build();
        builder.issuer("other");
        assertThat(options.issuer()).isEqualTo("mirror");
    }

    private static void assertRefused(AccountsOptions.Builder builder) {
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }
}
