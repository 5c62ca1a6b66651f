package dev.mirror.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "_", "-", "ann", "a-b_c-9", "-pnpre", "pnpres", "x-pnpresx", "-PNPRES"})
    void w7_letterDigitUnderscoreAndHyphenMakeAnId(String id) {
        assertThat(UserId.parse(id)).map(UserId::value).contains(id);
        assertThat(new UserId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a.b", "@a", "a:b", "a,b", "a*", "a/b", "é", "ａ", "a\u0000", "😀", "a\n"})
    void w7_anyOtherCharacterIsRefused(String id) {
        assertThat(UserId.parse(id)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new UserId(id));
    }

    @Test
    void w7_anIdHasAtMost64Characters() {
        assertThat(UserId.parse("x".repeat(64))).isPresent();
        assertThat(UserId.parse("x".repeat(65))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-pnpres", "a-pnpres", "a-pnpres-pnpres"})
    void w7_theSuffixOfPresenceChannelsIsReserved(String id) {
        assertThat(UserId.parse(id)).isEmpty();
    }

    @Test
    void w7_theReservedSuffixIsLookedForInsideTheGivenRangeOnly() {
        assertThat(UserId.isId("x-pnpres.y", 0, 8)).isFalse();
        assertThat(UserId.isId("x-pnpres.y", 0, 7)).isTrue();
        assertThat(UserId.isId("x-pnpres", 2, 8)).isTrue();
    }
}
