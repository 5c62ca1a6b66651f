package dev.mirror.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.bench.load.ServerProcess.Launch;
import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the tool works: everything is delivered as promised. Its times mean nothing here. */
class LoadBenchmarkTest {
    private static final Plan SMALL =
            new Plan(Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(100), 4, 20, List.of(5));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void everyScenarioIsMeasured(Target target) throws IOException {
        try (ServerProcess server = start(target);
                Generator generator = new Generator(server.port())) {
            Map<String, Map<Metric, Double>> results = new Round(
                            SMALL, target, server, generator, (scenario, values) -> {})
                    .run(EnumSet.allOf(Part.class));

            assertThat(results)
                    .containsKeys(
                            Round.DIRECT,
                            Round.PIPELINED,
                            Round.FANOUT + 5,
                            Round.FANOUT + 5 + Round.IN_FLIGHT,
                            Round.CONNECTS,
                            Round.HEAP_V1,
                            Round.WITH_IDLE,
                            Round.WITHOUT_IDLE);
            assertThat(results.get(Round.PIPELINED)).containsKeys(Metric.CPU_MICROS, Metric.P99_MILLIS);
            assertThat(results.containsKey(Round.HEAP_V2)).isEqualTo(target == Target.MIRROR);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMessageIsCountedOnce(Target target) throws IOException {
        try (ServerProcess server = start(target);
                Generator generator = new Generator(server.port())) {
            List<Peer> peers = generator.connect(6, i -> TargetServer.login("user-" + i, ""));
            Load load = new DirectLoad(peers, 3);
            load.begin();
            load.stop();
            generator.runUntil(() -> complete(load, target), Duration.ofSeconds(30), "complete");

            assertThat(load.delivered()).isEqualTo(6 * 3);
            assertThat(server.connections()).isEqualTo(6);
        }
    }

    @Test
    void aMessageThatNobodyAskedForMakesTheRunInvalid() throws IOException {
        try (ServerProcess server = start(Target.MIRROR);
                Generator generator = new Generator(server.port())) {
            List<Peer> peers = generator.connect(2, i -> TargetServer.login("user-" + i, ""));
            Load load = new DirectLoad(peers, 1);
            load.begin();
            load.stop();
            generator.runUntil(load::isQuiet, Duration.ofSeconds(30), "complete");
            peers.get(0)
                    .send(Frames.text("{\"code\":\"message.direct\",\"channel\":\""
                            + peers.get(0).user() + '.' + peers.get(1).user() + "\"}"));

            assertThatThrownBy(() -> generator.runUntil(() -> false, Duration.ofSeconds(30), "noticed"))
                    .isInstanceOf(InvalidRunException.class)
                    .hasMessageContaining("twice");
        }
    }

    @Test
    void aRefusedHandshakeMakesTheRunInvalid() throws IOException {
        try (ServerProcess server = start(Target.MIRROR);
                Generator generator = new Generator(server.port())) {
            assertThatThrownBy(() -> {
                        generator.connect(1, i -> TargetServer.login("", Target.MIRROR.subprotocol()));
                        generator.runUntil(() -> false, Duration.ofSeconds(30), "noticed");
                    })
                    .isInstanceOf(InvalidRunException.class)
                    .hasMessageContaining("no hello");
        }
    }

    /** The plain server may have to be nudged, see {@link Round}. */
    private static boolean complete(Load load, Target target) {
        if (target == Target.PLAIN) {
            load.nudge(System.nanoTime() - Duration.ofSeconds(1).toNanos());
        }
        return load.isQuiet();
    }

    private ServerProcess start(Target target) throws IOException {
        List<String> options = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");
        return new ServerProcess(target, new Launch(List.of(), options, folder.resolve("server.log")));
    }
}
