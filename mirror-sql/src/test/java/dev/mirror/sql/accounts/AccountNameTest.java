package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ann", "anna", "Anna Maria", "O'Brien", "jean-luc", "a.b_c", "anna+bot@example.org", "Zoë", "Zoe\u0308",
                "Владимир", "王小明", "さくら", "नमस्ते", "สวัสดี", "مريم", "𝒜nna", "4711",
                        "abcdefghijklmnopqrstuvwxyzabcdef"
            })
    void o20_namesOfManyScriptsAreAllowed(String name) {
        assertThat(AccountName.problem(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " anna",
                "anna ",
                "an  na",
                "an\u00a0\u00a0na",
                "an\tna",
                "an\nna",
                "an\u0000na",
                "an\u007fna",
                "anna\u202e",
                "an\u2066na",
                "an\u200bna",
                "an\u200dna",
                "an\u00adna",
                "an\ufeffna",
                "an\u2060na",
                "an\u034fna",
                "ann\ufe0fa",
                "\u3164\u3164\u3164",
                "\uffa0\uffa0\uffa0",
                "an\u115fna",
                "\u0301nna",
                "<b>anna</b>",
                "anna\"",
                "an&na",
                "an/na",
                "an\\na",
                "an,na",
                "an:na",
                "@anna",
                "...",
                "---",
                "\ud800nna",
                "a\u0301\u0301\u0301\u0301\u0301\u0301na",
                "an\u2800na",
                "an\ue000na",
                "anna\ud83d\ude00",
                "an\u0378na",
                "an\udb40\udc41na"
            })
    void o20_whatHidesOrMisleadsIsNotAllowed(String name) {
        assertThat(AccountName.problem(name)).contains(SignUp.Problem.NAME_CHARACTERS);
        assertThat(AccountName.parse(name)).isEmpty();
    }

    @Test
    void o20_aNameHas3To32Characters() {
        assertThat(AccountName.problem("an")).contains(SignUp.Problem.NAME_LENGTH);
        assertThat(AccountName.problem("a".repeat(33))).contains(SignUp.Problem.NAME_LENGTH);
        assertThat(AccountName.problem("a".repeat(10_000_000))).contains(SignUp.Problem.NAME_LENGTH);
        // One character that is eighteen in its compatible form.
        assertThat(AccountName.problem("\ufdfa".repeat(3))).contains(SignUp.Problem.NAME_LENGTH);
        assertThat(AccountName.problem("𝒜".repeat(32))).isEmpty();
    }

    @Test
    void o4_spellingsThatCountAsTheSameHaveOneKey() {
        assertThat(key("ANNA")).isEqualTo(key("anna"));
        assertThat(key("Ａｎｎａ")).isEqualTo(key("anna"));
        assertThat(key("Zoe\u0308")).isEqualTo(key("zoë"));
        assertThat(key("Straße")).isEqualTo(key("STRASSE"));
        assertThat(key("ΟΔΥΣΣΕΥΣ")).isEqualTo(key("οδυσσευς"));
        assertThat(key("ﬁnn")).isEqualTo(key("Finn"));
        assertThat(key("anna")).isNotEqualTo(key("anne"));
    }

    @Test
    void aKeyIsItsOwnKey() {
        for (String name : new String[] {"Straße", "ΟΔΥΣΣΕΥΣ", "İstanbul", "ǅungla", "ﬁnn"}) {
            String key = key(name);
            assertThat(AccountName.parse(key).map(AccountName::key)).isEqualTo(Optional.of(key));
        }
    }

    private static String key(String name) {
        return AccountName.parse(name).orElseThrow().key();
    }
}
