package dev.mirror.bench.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the tool works: everything is answered, delivered and resumed as promised. Its times mean nothing here. */
class DurableBenchmarkTest {
    private static final Scale SMALL = new Scale(1, Duration.ofMillis(200), 500, 20, 30, 5);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void everyPartIsMeasured(DurablePart part) throws IOException {
        Bed.Host host = new Bed.Host(
                folder, System.getProperty("java.class.path"), List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));

        List<Figure> figures = DurableBenchmark.measure(part, host, SMALL);

        assertThat(figures)
                .isNotEmpty()
                .allSatisfy(
                        figure -> assertThat(figure.measured()).as(figure.row()).isPositive());
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("folders of servers").isEmpty();
        }
    }

    @Test
    void aFigureSaysWhetherItIsReached() {
        assertThat(Figure.atLeast("rate", 0.6, 0.6, "so").row())
                .isEqualTo("| rate | ≥ 0.60 × | **0.60 ×** | ok | so |");
        assertThat(Figure.atLeast("rate", 0.59, 0.6, "so").row()).contains("MISSED");
        assertThat(Figure.millis("time", 2_999.6, 3_000, "so").row())
                .isEqualTo("| time | ≤ 3000 ms | **3000 ms** | ok | so |");
        assertThat(Figure.millis("time", 51, 50, "so").row()).contains("MISSED");
    }
}
