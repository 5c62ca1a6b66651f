package dev.mirror.bench.faults;

import dev.mirror.bench.wire.Generator;
import dev.mirror.testkit.net.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** F12: peers vanish without a word, as behind a cable that is pulled; the server has to find out. */
final class HalfOpen implements Fault {
    /** The server's heartbeat is one second here, and it waits ten more; the rest is for a busy machine. */
    private static final Duration DETECTED = Duration.ofSeconds(16);

    private static final int PEERS = 100;

    @Override
    public void happen(Scene scene) throws IOException {
        Vitals vitals = scene.vitals();
        long before = vitals.connections();
        try (FaultProxy way = FaultProxy.to(
                        scene.server().port(), new Random(scene.random().nextLong()));
                Generator generator = new Generator(way.port())) {
            generator.connect(PEERS, scene::login);
            scene.require(vitals.connections() > before, "nobody was connected");
            way.toServer().blackhole();
            way.toClient().blackhole();
            // The load's own connections come and go, a few at a time.
            long millis = Scene.millisUntil(DETECTED.multipliedBy(2), () -> vitals.connections() <= before + 5);
            scene.measure("I12 ms until " + PEERS + " vanished peers were given up", millis, DETECTED.toMillis());
        }
    }
}
