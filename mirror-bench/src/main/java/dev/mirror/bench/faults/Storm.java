package dev.mirror.bench.faults;

import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** F13: many clients are cut at once and come back all together. */
final class Storm implements Fault {
    private static final int SOME = 500;
    private static final int MANY = 2_000;
    private static final int BACK_MILLIS = 30_000;

    @Override
    public void happen(Scene scene) throws IOException {
        int count = scene.full() ? MANY : SOME;
        try (Generator generator = new Generator(scene.server().port())) {
            List<Peer> before = generator.connect(count, scene::login);
            long cut = System.nanoTime();
            before.forEach(Peer::abort);
            generator.connect(count, scene::login, count);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cut);
            scene.measure("F13 ms until " + count + " clients were back", millis, BACK_MILLIS);
        }
    }
}
