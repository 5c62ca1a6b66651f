package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.InvalidRunException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What polls that wait take of the server's heap, connections, presence and all: what is reachable with them, less what
 * was without them, after others that came and went. Each is another user's, listens to a channel of its own and to one
 * that a hundredth of all have.
 */
final class GatewayParkedFigures {
    private static final String POLL = "dev.mirror.gateway.stream.Poll";
    private static final int SHARED = 100;
    private static final int TRIES = 60;

    private final Bed.Host host;
    private final int polls;

    GatewayParkedFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.polls = 10 * scale.clients();
    }

    List<Figure> measure() throws IOException {
        List<PubNubLine> lines = new ArrayList<>();
        try (Bed bed = new Bed(host, "1g", List.of(PubNubLine.OPTION));
                ServerChild server = bed.start()) {
            park(server, lines, polls / 10);
            close(lines);
            awaitPolls(server, 0);
            long without = histogram(server).bytes;
            park(server, lines, polls);
            awaitPolls(server, polls);
            long with = histogram(server).bytes;
            return List.of(new Figure(
                    "heap for each of " + polls + " polls that wait",
                    (with - without) / 1_024.0 / polls,
                    8,
                    false,
                    "KiB",
                    String.format(
                            Locale.ROOT, "%.1f MiB reachable with them, %.1f without", with / 1e6, without / 1e6)));
        } finally {
            close(lines);
        }
    }

    private static void park(ServerChild server, List<PubNubLine> lines, int count) throws IOException {
        String cursor;
        try (PubNubLine line = new PubNubLine(server.port())) {
            line.poll("first", "tt=0", "first");
            cursor = PubNubLine.cursor(line.answer());
        }
        for (int i = 0; i < count; i++) {
            PubNubLine line = new PubNubLine(server.port());
            lines.add(line);
            line.poll("all-" + i % SHARED + ",own-" + i, cursor, "user-" + i);
        }
    }

    private static void close(List<PubNubLine> lines) throws IOException {
        for (PubNubLine line : lines) {
            line.close();
        }
        lines.clear();
    }

    private static void awaitPolls(ServerChild server, int count) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (histogram(server).polls == count) {
                return;
            }
        }
        throw new InvalidRunException("there are not " + count + " polls");
    }

    /** What is reachable. */
    private record Histogram(long bytes, long polls) {}

    /** Lines are of a number, the instances, their bytes, the class; the last one is of all together. */
    private static Histogram histogram(ServerChild server) throws IOException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(tool, Long.toString(server.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        long polls = 0;
        long bytes = 0;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.strip().split("\\s+", -1);
                if (words[0].equals("Total")) {
                    bytes = Long.parseLong(words[2]);
                } else if (words.length > 3 && words[3].equals(POLL)) {
                    polls = Long.parseLong(words[1]);
                }
            }
        }
        if (bytes == 0) {
            throw new InvalidRunException(tool + " tells nothing");
        }
        return new Histogram(bytes, polls);
    }
}
