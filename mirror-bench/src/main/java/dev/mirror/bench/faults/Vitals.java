package dev.mirror.bench.faults;

import dev.mirror.bench.node.ServerChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a server process says of itself, and what the system says of it. */
final class Vitals {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final ServerChild server;
    private final URI metrics;

    Vitals(ServerChild server) throws IOException {
        this.server = server;
        this.metrics = URI.create("http://127.0.0.1:" + server.managementPort() + "/metrics");
    }

    /** A number that it shows, all of that name added up; 0 if there is none. */
    long metric(String name) {
        double sum = 0;
        for (String line : scrape().split("\n", -1)) {
            boolean labelled = line.startsWith(name + '{');
            if (labelled || line.startsWith(name + ' ')) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return Math.round(sum);
    }

    private String scrape() {
        try {
            URLConnection connection = metrics.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (var in = connection.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no metrics", e);
        }
    }

    /** Open WebSocket connections. */
    long connections() {
        return metric("mirror_connections");
    }

    /** Bytes that wait in outboxes. */
    long queuedBytes() {
        return metric("mirror_queue_bytes");
    }

    /** Connections that were ended because they read too slowly. */
    long slowConsumers() {
        return metric("mirror_slow_consumers_total");
    }

    /** Open files; 0 where the system does not tell. */
    long files() {
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + server.pid() + "/fd"))) {
            for (Path file : files) {
                count += file.toString().isEmpty() ? 0 : 1;
            }
        } catch (IOException e) {
            return 0;
        }
        return count;
    }
}
