package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How soon everybody is back: after a kill of a server with much in its store, and after all were cut at once. */
final class ReturnFigures {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration FILLING = Duration.ofMinutes(10);
    private static final int ROOMS = 20;
    private static final int WINDOW = 100;
    private static final int MISSED = 100;
    private static final int STORM_ROOMS = 50;
    private static final int UNCUT = 20;
    private static final int UNCUT_PER_SECOND = 100;

    private final Bed.Host host;
    private final Scale scale;

    ReturnFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    /** Where a client was. */
    private record Place(String room, String epoch, long offset) {}

    List<Figure> restart() throws IOException {
        try (Bed bed = new Bed(host, "1g")) {
            List<Place> places = new ArrayList<>();
            ServerChild server = bed.start();
            try (Generator generator = new Generator(server.port())) {
                fill(generator, bed, places);
                // Killed while it writes.
                new Publishing("last", generator.connect(ROOMS, bed::login)).keepOnTheirWay(WINDOW);
                generator.runFor(Duration.ofSeconds(1));
                long killed = System.nanoTime();
                server.kill();
                server = bed.start();
                double ready = (System.nanoTime() - killed) / 1e6;
                double caughtUp = resume(server, bed, places);
                return List.of(
                        Figure.millis(
                                "kill -9 to ready, " + scale.stored() + " stored",
                                ready,
                                3_000,
                                "of it from the start of the process: "
                                        + server.startTime().toMillis() + " ms"),
                        Figure.millis(
                                scale.clients() + " clients back and caught up after ready",
                                caughtUp,
                                5_000,
                                "each lacks " + MISSED + " of one of " + ROOMS + " rooms"));
            } finally {
                server.close();
            }
        }
    }

    private void fill(Generator generator, Bed bed, List<Place> places) throws IOException {
        Publishing load = new Publishing("full", generator.connect(ROOMS, bed::login));
        load.keepOnTheirWay(WINDOW);
        generator.runUntil(() -> load.answered() >= scale.stored(), FILLING, "stored");
        load.stop();
        generator.runUntil(load::isQuiet, PATIENCE, "answered");
        List<Listening> ends = new ArrayList<>();
        List<Peer> peers = generator.connect(ROOMS, bed::login);
        for (int i = 0; i < ROOMS; i++) {
            ends.add(new Listening(peers.get(i), load.room(i), offset -> {}));
        }
        generator.runUntil(() -> ends.stream().allMatch(Listening::isSubscribed), PATIENCE, "subscribed");
        for (int i = 0; i < ROOMS; i++) {
            Listening end = ends.get(i);
            places.add(new Place(load.room(i), end.epoch(), Math.max(0, end.offset() - MISSED)));
        }
    }

    private double resume(ServerChild server, Bed bed, List<Place> places) throws IOException {
        try (Generator generator = new Generator(server.port())) {
            long began = System.nanoTime();
            List<Peer> peers = generator.connect(scale.clients(), bed::login, scale.clients());
            List<Listening> back = new ArrayList<>();
            for (int i = 0; i < peers.size(); i++) {
                Place place = places.get(i % ROOMS);
                back.add(new Listening(peers.get(i), place.room(), place.epoch(), place.offset(), offset -> {}));
            }
            generator.runUntil(() -> back.stream().allMatch(Listening::hasCaughtUp), PATIENCE, "caught up");
            return (System.nanoTime() - began) / 1e6;
        }
    }

    List<Figure> storm() throws IOException {
        try (Bed bed = new Bed(host, "1g");
                ServerChild server = bed.start();
                Generator generator = new Generator(server.port())) {
            Publishing uncut = new Publishing("uncut", generator.connect(UNCUT, bed::login));
            List<Listening> crowd = crowd(generator, bed);
            uncut.perSecond(UNCUT_PER_SECOND);
            generator.everyTurn(uncut::askWhatIsDue);
            generator.runFor(scale.measure());
            uncut.samples().clear();
            long cut = System.nanoTime();
            crowd.forEach(each -> each.peer().abort());
            List<Peer> peers = generator.connect(crowd.size(), bed::login, crowd.size());
            List<Listening> back = new ArrayList<>();
            for (int i = 0; i < peers.size(); i++) {
                Listening before = crowd.get(i);
                back.add(new Listening(peers.get(i), room(i), before.epoch(), before.offset(), offset -> {}));
            }
            generator.runUntil(() -> back.stream().allMatch(Listening::hasCaughtUp), PATIENCE, "back");
            double seconds = (System.nanoTime() - cut) / 1e6;
            uncut.stop();
            generator.runUntil(uncut::isQuiet, PATIENCE, "answered");
            generator.everyTurn(null);
            return List.of(
                    Figure.millis(
                            scale.storm() + " clients cut at once and back",
                            seconds,
                            30_000,
                            "all handshakes and resumes at the same time"),
                    Figure.millis(
                            "acknowledgement of the others meanwhile, p99",
                            uncut.samples().percentileMillis(0.99)[0],
                            250,
                            UNCUT_PER_SECOND + "/s: " + Listening.latencies(uncut.samples())));
        }
    }

    private List<Listening> crowd(Generator generator, Bed bed) throws IOException {
        List<Peer> peers = generator.connect(scale.storm(), bed::login);
        List<Listening> crowd = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            crowd.add(new Listening(peers.get(i), room(i), offset -> {}));
        }
        generator.runUntil(() -> crowd.stream().allMatch(Listening::isSubscribed), PATIENCE, "subscribed");
        return crowd;
    }

    private static String room(int client) {
        return "storm-" + client % STORM_ROOMS;
    }
}
