package dev.mirror.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.bench.wire.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Results results = new Results();
    private final Report report = new Report(results, Map.of("machine", "a test"));

    @Test
    void aRatioIsTheMedianOfTheRoundsRatios() {
        round(Round.DIRECT, 10, 40);
        round(Round.DIRECT, 30, 60);
        round(Round.DIRECT, 90, 100);

        assertThat(report.targets())
                .containsExactly("direct, window 1, CPU mirror / plain: target ≤ 0.45: measured 0.50 MISSED");
        assertThat(report.markdown()).contains("| direct, window 1 | 30.0 | 60.0 | **0.50** (0.25–0.90) |");
    }

    @Test
    void everyTargetHasItsLine() {
        round(Round.DIRECT, 45, 100);
        round(Round.PIPELINED, 15, 100);
        round("fan-out 100", 76, 100);
        round(Round.WITHOUT_IDLE, 100, 100);
        round(Round.WITH_IDLE, 111, 300);
        results.add(Target.MIRROR, Map.of(Round.HEAP_V1, Map.of(Metric.HEAP_BYTES, 6_144.0)));
        results.add(Target.MIRROR, Map.of(Round.HEAP_V2, Map.of(Metric.HEAP_BYTES, 7_168.0)));

        assertThat(report.targets())
                .containsExactly(
                        "direct, window 1, CPU mirror / plain: target ≤ 0.45: measured 0.45 ok",
                        "direct, pipelined, CPU mirror / plain: target ≤ 0.15: measured 0.15 ok",
                        "fan-out 100, CPU mirror / plain: target ≤ 0.75: measured 0.76 MISSED",
                        "idle memory, version 1, KiB of heap for each connection: target ≤ 6.00: measured 6.00 ok",
                        "idle memory, version 2, KiB of heap for each connection: target ≤ 6.00: measured 7.00 MISSED",
                        "direct with idle connections / without, CPU of mirror: target ≤ 1.10: measured 1.11 MISSED");
    }

    @Test
    void theJsonHasEveryRound() {
        round(Round.DIRECT, 10, 40);
        round(Round.DIRECT, 20, 50);

        assertThat(report.json().replaceAll("\\s", ""))
                .isEqualTo("{\"machine\":\"atest\",\"scenarios\":{\"direct,window1\":{\"mirror\":{\"CPU_MICROS\":"
                        + "[10.000,20.000]},\"plain\":{\"CPU_MICROS\":[40.000,50.000]}}}}");
    }

    @Test
    void aServerThatWasNotMeasuredHasNoRatio() {
        results.add(Target.PLAIN, Map.of(Round.DIRECT, Map.of(Metric.CPU_MICROS, 40.0)));

        assertThat(report.targets()).isEmpty();
        assertThat(report.markdown()).contains("| direct, window 1 | – | 40.0 | – |");
    }

    @Test
    void percentilesAreOfWhatWasAddedSinceTheLastClear() {
        Samples samples = new Samples();
        samples.add(1_000_000_000);
        samples.clear();
        for (int i = 0; i <= 10_000; i++) {
            samples.add(i * 1_000L);
        }

        assertThat(samples.percentileMillis(0, 0.5, 0.99, 1)).containsExactly(0, 5, 9.9, 10);
    }

    private void round(String scenario, double mirror, double plain) {
        results.add(Target.MIRROR, Map.of(scenario, Map.of(Metric.CPU_MICROS, mirror)));
        results.add(Target.PLAIN, Map.of(scenario, Map.of(Metric.CPU_MICROS, plain)));
    }

    @Test
    void aPlanIsCutToTheFilesThereAre() {
        Plan cut = Plan.full(10_000).within(2_000);

        assertThat(cut.connections()).isLessThanOrEqualTo(2_000);
        assertThat(cut.idle()).isEqualTo(1_798);
        assertThat(cut.fanouts()).isEqualTo(List.of(100, 1_000));
    }
}
