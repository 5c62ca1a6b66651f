package dev.mirror.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PlainTest {
    @Test
    void everyControlCharacterIsReplaced() {
        for (char c = 0; c < 0xa0; c++) {
            if (c != '\n' && c != '\t' && (c < 0x20 || c >= 0x7f)) {
                assertThat(Plain.text("a" + c + "b")).as("U+%04X", (int) c).isEqualTo("a\uFFFDb");
            }
        }
    }

    @Test
    void directionCannotBeTurnedAround() {
        assertThat(Plain.text("\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C"))
                .matches("\uFFFD{12}");
    }

    @Test
    void furtherLinesAreIndented() {
        assertThat(Plain.text("one\r\ntwo\n[lobby] ann: three")).isEqualTo("one\n    two\n    [lobby] ann: three");
        assertThat(Plain.text("one\rtwo")).isEqualTo("one\uFFFDtwo");
        assertThat(Plain.word("one\ntwo")).isEqualTo("one two");
    }

    @Test
    void scriptsAndEmojiPassWhole() {
        String family = "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
        assertThat(Plain.text("gr\u00FC\u00DFe \u4F60\u597D \u0645\u0631\u062D\u0628\u0627 " + family))
                .isEqualTo("gr\u00FC\u00DFe \u4F60\u597D \u0645\u0631\u062D\u0628\u0627 " + family);
        assertThat(Plain.text("\uD83D")).isEqualTo("\uFFFD");
    }
}
