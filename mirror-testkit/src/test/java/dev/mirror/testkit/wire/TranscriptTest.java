package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TranscriptTest {
    static Stream<Path> transcripts() {
        return Transcript.all().stream();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void w12_w13_w16_theConversationIsByteForByteAsWritten(Path file) {
        List<Transcript.Said> said = Transcript.play(file);
        assertThat(said).isNotEmpty();
        boolean one = file.getFileName().toString().startsWith("v1-");
        assertThat(said.get(0).protocol()).isEqualTo(one ? Protocol.V1 : Protocol.V2);
    }
}
