package dev.mirror.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    private static final Subject STORED = new Subject("room", "id-1", "ann", new Position("e", 7), -5);

    @TempDir
    private Path folder;

    private Path written() throws IOException {
        try (HistoryFile file = new HistoryFile(folder, "ann/phone", () -> 42)) {
            file.add(Outcome.INVOKE, Act.PUBLISH, Subject.of("room"));
            file.add(Outcome.OK, Act.PUBLISH, STORED, "a \"note\"");
        }
        return folder.resolve("ann.phone.jsonl");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        written();

        assertThat(HistoryFile.readAll(folder))
                .containsExactly(
                        new Event("ann/phone", 42, Outcome.INVOKE, Act.PUBLISH, Subject.of("room"), ""),
                        new Event("ann/phone", 42, Outcome.OK, Act.PUBLISH, STORED, "a \"note\""));
    }

    @Test
    void aLineThatWasCutOffAtTheEndDoesNotCount() throws IOException {
        Path file = written();
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 10));

        assertThat(HistoryFile.readAll(folder)).hasSize(1);
    }

    @Test
    void aLineThatIsMissingInTheMiddleIsAnError() throws IOException {
        Path file = written();
        List<String> lines = Files.readAllLines(file);
        Files.write(file, List.of(lines.get(1), lines.get(1)));

        assertThatThrownBy(() -> HistoryFile.readAll(folder)).isInstanceOf(IOException.class);
    }
}
