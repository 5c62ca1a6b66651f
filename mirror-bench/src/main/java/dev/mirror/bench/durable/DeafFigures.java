package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What subscribers who never read do to the others, at a small heap. */
final class DeafFigures {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OTHERS = 20;
    private static final int OTHERS_PER_SECOND = 200;
    private static final int FLOOD_PER_SECOND = 20;
    private static final int FLOOD_PADDING = 100;
    private static final int RECEIVE_BYTES = 4_096;
    private static final int WAVES = 3;

    private final Bed.Host host;
    private final Scale scale;

    DeafFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    List<Figure> measure() throws IOException {
        Samples reading = others(false);
        Samples deaf = others(true);
        double ratio = deaf.percentileMillis(0.99)[0] / reading.percentileMillis(0.99)[0];
        return List.of(new Figure(
                "others' acknowledgement p99 beside " + scale.deaf() + " who never read, 256 MiB of heap",
                ratio,
                2,
                false,
                "×",
                "deaf: " + Listening.latencies(deaf) + "; the same who read: " + Listening.latencies(reading)
                        + "; no out-of-memory"));
    }

    /** A room is flooded that the crowd is in, while others publish elsewhere; how long their answers take. */
    private Samples others(boolean deaf) throws IOException {
        try (Bed bed = new Bed(host, "256m");
                ServerChild server = bed.start();
                Generator generator = new Generator(server.port())) {
            Publishing calm = new Publishing("calm", generator.connect(OTHERS, bed::login));
            Publishing flood = new Publishing("flood", generator.connect(1, bed::login)).padded(FLOOD_PADDING);
            calm.perSecond(OTHERS_PER_SECOND);
            generator.everyTurn(calm::askWhatIsDue);
            generator.runFor(scale.measure());
            calm.samples().clear();
            flood.perSecond(FLOOD_PER_SECOND);
            generator.everyTurn(() -> {
                calm.askWhatIsDue();
                flood.askWhatIsDue();
            });
            // Deaf ones are cut off when their outboxes are full; then others come.
            for (int wave = 0; wave < WAVES; wave++) {
                List<Peer> crowd = crowd(generator, bed, flood.room(0), deaf);
                generator.runFor(scale.measure());
                crowd.forEach(Peer::abort);
            }
            calm.stop();
            flood.stop();
            generator.runUntil(() -> calm.isQuiet() && flood.isQuiet(), PATIENCE, "answered");
            generator.everyTurn(null);
            return calm.samples();
        }
    }

    private List<Peer> crowd(Generator generator, Bed bed, String room, boolean deaf) throws IOException {
        generator.receiveBytes(deaf ? RECEIVE_BYTES : 0);
        List<Peer> peers = generator.connect(scale.deaf(), bed::login);
        generator.receiveBytes(0);
        List<Listening> all = new ArrayList<>();
        peers.forEach(peer -> all.add(new Listening(peer, room, offset -> {})));
        generator.runUntil(() -> all.stream().allMatch(Listening::isSubscribed), PATIENCE, "subscribed");
        if (deaf) {
            peers.forEach(Peer::turnDeaf);
        }
        return peers;
    }
}
