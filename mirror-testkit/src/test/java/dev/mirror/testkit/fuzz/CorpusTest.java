package dev.mirror.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @Test
    void everyByteComesBackAsItWas() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String line = Corpus.write(all);
        assertThat(line).matches("[ -~]+").contains("\\n", "\\\\", "\\x00", "\\xff", "abc");
        assertThat(Corpus.read(line)).isEqualTo(all);
    }

    @Test
    void whatALineWouldLoseIsEscaped() {
        assertThat(Corpus.write("# a ".getBytes(StandardCharsets.US_ASCII))).isEqualTo("\\x23 a\\x20");
        assertThatThrownBy(() -> Corpus.read("\\q")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itGrowsByTheShortestAndKeepsWhatItHas(@TempDir Path found) throws Exception {
        Files.writeString(found.resolve("b"), "longer");
        Files.writeString(found.resolve("a"), "new");
        Files.writeString(found.resolve("c"), "x".repeat(401));
        Files.writeString(found.resolve("d"), "room");
        Corpus corpus = Corpus.of(ChannelNameFuzzTest.class);
        List<String> grown = corpus.with(found);
        assertThat(grown)
                .startsWith("# One of each kind, and both spellings of a conversation.")
                .endsWith("new", "longer");
        assertThat(grown).containsOnlyOnce("room");
        assertThat(corpus.inputs()).hasSizeGreaterThan(20);
    }
}
