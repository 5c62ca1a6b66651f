package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Durable publishes a second through the WebSocket, as a share of what a bare loop does with the same rows. */
final class ThroughputFigures {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OUTSTANDING = 128;
    private static final int CONNECTIONS = 16;

    private final Bed.Host host;
    private final Scale scale;

    ThroughputFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    List<Figure> measure() throws IOException {
        return List.of(
                compared("durable publishes a second, 128 outstanding", CONNECTIONS, OUTSTANDING, 0.6),
                compared("durable publishes a second, one at a time", 1, 1, 0.5));
    }

    /** In each round one after the other, each on a fresh folder; the median of the rounds' ratios. */
    private Figure compared(String name, int connections, int outstanding, double target) throws IOException {
        List<Double> ratios = new ArrayList<>();
        List<String> rates = new ArrayList<>();
        for (int round = 0; round < scale.rounds(); round++) {
            double bare = bare(outstanding);
            double mirror = mirror(connections, outstanding / connections);
            ratios.add(mirror / bare);
            rates.add(String.format(Locale.ROOT, "%.0f/s of %.0f/s", mirror, bare));
        }
        Collections.sort(ratios);
        return Figure.atLeast(name, ratios.get(ratios.size() / 2), target, String.join(", ", rates));
    }

    private double mirror(int connections, int window) throws IOException {
        try (Bed bed = new Bed(host, "1g");
                ServerChild server = bed.start();
                Generator generator = new Generator(server.port())) {
            Publishing load = new Publishing("closed", generator.connect(connections, bed::login));
            load.keepOnTheirWay(window);
            generator.runFor(scale.measure());
            long before = load.answered();
            long began = System.nanoTime();
            generator.runFor(scale.measure());
            double rate = (load.answered() - before) * 1e9 / (System.nanoTime() - began);
            load.stop();
            generator.runUntil(load::isQuiet, PATIENCE, "answered");
            return rate;
        }
    }

    private double bare(int rows) throws IOException {
        try (Bed bed = new Bed(host, "256m")) {
            return bare(bed.database(), rows);
        }
    }

    private double bare(Path database, int rows) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), BareLoop.class.getName()));
        command.addAll(List.of(
                database.toString(),
                Integer.toString(rows),
                Long.toString(Math.max(1, scale.measure().toSeconds()))));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .filter(line -> line.startsWith("= "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(2)))
                    .findFirst()
                    .orElseThrow(() -> new InvalidRunException("the bare loop failed"));
        } finally {
            process.destroyForcibly();
        }
    }
}
