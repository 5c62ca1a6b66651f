package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How long acknowledgements and deliveries take when publications come at fixed times, whatever the server does. */
final class LatencyFigures {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PUBLISHERS = 50;
    private static final int PER_SECOND = 2_000;
    private static final int ROOMS = 10;
    private static final int DELIVERED_PER_SECOND = 100;

    private final Bed.Host host;
    private final Scale scale;

    LatencyFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    List<Figure> acknowledge() throws IOException {
        try (Bed bed = new Bed(host, "1g");
                ServerChild server = bed.start();
                Generator generator = new Generator(server.port())) {
            Publishing load = new Publishing("open", generator.connect(PUBLISHERS, bed::login));
            run(generator, load, PER_SECOND, load.samples()::clear);
            return List.of(Figure.millis(
                    "acknowledgement at 2,000/s, p99",
                    load.samples().percentileMillis(0.99)[0],
                    50,
                    Listening.latencies(load.samples())));
        }
    }

    List<Figure> deliver() throws IOException {
        try (Bed bed = new Bed(host, "1g");
                ServerChild server = bed.start();
                Generator generator = new Generator(server.port())) {
            Publishing load = new Publishing("rooms", generator.connect(ROOMS, bed::login));
            Samples delivered = new Samples();
            List<Listening> all = listen(generator, load, generator.connect(scale.clients(), bed::login), delivered);
            run(generator, load, DELIVERED_PER_SECOND, delivered::clear);
            generator.runUntil(() -> haveEverything(all, load), PATIENCE, "delivered");
            return List.of(Figure.millis(
                    "delivery with 1,000 connections, 100 in a room, p99",
                    delivered.percentileMillis(0.99)[0],
                    100,
                    "100 publishes, 10,000 deliveries a second: " + Listening.latencies(delivered)
                            + "; acknowledgement " + Listening.latencies(load.samples())));
        }
    }

    private static boolean haveEverything(List<Listening> all, Publishing load) {
        return IntStream.range(0, all.size()).allMatch(i -> all.get(i).offset() == load.last(i % ROOMS));
    }

    /** Peers take the publishers' rooms in turn. */
    static List<Listening> listen(Generator generator, Publishing load, List<Peer> peers, Samples delivered)
            throws IOException {
        List<Listening> all = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            int room = i % ROOMS;
            all.add(new Listening(
                    peers.get(i),
                    load.room(room),
                    offset -> delivered.add(System.nanoTime() - load.due(room, offset))));
        }
        generator.runUntil(() -> all.stream().allMatch(Listening::isSubscribed), PATIENCE, "subscribed");
        return all;
    }

    /** Warms up, forgets what was, and measures. */
    private void run(Generator generator, Publishing load, int perSecond, Runnable forget) throws IOException {
        load.perSecond(perSecond);
        generator.everyTurn(load::askWhatIsDue);
        generator.runFor(scale.measure());
        load.samples().clear();
        forget.run();
        generator.runFor(scale.measure());
        load.stop();
        generator.runUntil(load::isQuiet, PATIENCE, "answered");
        generator.everyTurn(null);
    }
}
