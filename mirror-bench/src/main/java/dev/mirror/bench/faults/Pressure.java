package dev.mirror.bench.faults;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * F26: a small heap, many clients, and half of them do not read. The server sheds what it has to; if its heap ends all the
 * same, the process ends, and whoever watches it starts it again, as it is done here.
 */
final class Pressure implements Fault {
    static final String HEAP = "-Xmx128m";

    private static final int SOME = 400;
    private static final int MANY = 2_000;
    private static final int PUBLICATIONS = 120;
    private static final int BODY_BYTES = 16_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public void happen(Scene scene) throws IOException {
        int count = scene.full() ? MANY : SOME;
        int deaths = 0;
        try (Generator generator = new Generator(scene.server().port())) {
            press(scene, generator, count);
        } catch (InvalidRunException | IOException ended) {
            // To end who reads too slowly is how load is shed.
            boolean shed = String.valueOf(ended.getMessage()).contains("with 4200");
            if (scene.server().process().isAlive() && !shed) {
                throw ended;
            }
        }
        if (!scene.server().process().isAlive()) {
            deaths++;
            scene.server().heal(scene.history());
        }
        scene.measure("F26 times that a heap of 128 MiB ended", deaths, 1);
    }

    private static void press(Scene scene, Generator generator, int count) throws IOException {
        String room = scene.run() + "-crowd";
        List<Peer> crowd = generator.connect(count, scene::login);
        AtomicInteger answered = new AtomicInteger();
        for (Peer peer : crowd) {
            peer.listen((buffer, offset, length) -> answered.incrementAndGet());
            peer.send(Frames.text("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"" + room + "\"}"));
        }
        generator.runUntil(() -> answered.get() >= count, PATIENCE, "subscribed");
        for (int i = 1; i < count; i += 2) {
            crowd.get(i).turnDeaf();
        }
        for (int i = 0; i < PUBLICATIONS; i++) {
            crowd.get(0)
                    .send(Frames.text("{\"code\":\"channel.publish\",\"id\":\"p-" + i + "\",\"channel\":\"" + room
                            + "\",\"data\":\"" + "x".repeat(BODY_BYTES) + "\"}"));
            generator.runFor(Duration.ofMillis(20));
        }
    }
}
