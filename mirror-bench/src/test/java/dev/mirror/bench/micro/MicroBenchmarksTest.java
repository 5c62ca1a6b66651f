package dev.mirror.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Whether the benchmarks run; their times mean nothing here. */
class MicroBenchmarksTest {
    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Options once = new OptionsBuilder()
                .include("dev\\.mirror\\.bench\\.micro\\..*")
                .mode(Mode.SingleShotTime)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(3)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();

        Collection<RunResult> results = new Runner(once).run();

        assertThat(results)
                .extracting(result -> {
                    String name = result.getParams().getBenchmark();
                    return name.substring(name.indexOf("micro.") + "micro.".length());
                })
                .containsOnly(
                        "BrokerBenchmark.publishDirect",
                        "BrokerBenchmark.publishToRoom",
                        "CodecBenchmark.decodeV1Direct",
                        "CodecBenchmark.decodeV2Publish",
                        "CodecBenchmark.encodeEvent",
                        "CodecBenchmark.encodeRelay",
                        "FanoutBenchmark.publish",
                        "LaneBenchmark.alone",
                        "LaneBenchmark.inACrowd",
                        "NamingBenchmark.parse",
                        "RouterBenchmark.relay");
    }
}
