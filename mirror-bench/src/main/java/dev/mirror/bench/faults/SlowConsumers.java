package dev.mirror.bench.faults;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** F11: subscribers who never read, in a room in which much is said. */
final class SlowConsumers implements Fault {
    private static final int SOME = 40;
    private static final int MANY = 200;
    private static final int RECEIVE_BYTES = 4_096;
    private static final int BODY_BYTES = 16_000;
    private static final int PER_SECOND = 150;
    /** More than an outbox and the buffers of two sockets hold. */
    private static final int SAID = 450;

    private static final long OUTBOX_BYTES = 1 << 20;
    /** A quarter of the heap of {@link Kind#HEAP}. */
    private static final long ALL_OUTBOXES_BYTES = 64 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private long worst;
    private long sampled;
    private long next;
    private int said;
    private int answered;

    @Override
    public void happen(Scene scene) throws IOException {
        int count = scene.full() ? MANY : SOME;
        Vitals vitals = scene.vitals();
        long filesBefore = vitals.files();
        long cutBefore = vitals.slowConsumers();
        String room = scene.run() + "-flood";
        try (Generator generator = new Generator(scene.server().port())) {
            Peer flood = generator.connect(1, scene::login).get(0);
            flood.listen((buffer, offset, length) -> answered++);
            generator.receiveBytes(RECEIVE_BYTES);
            List<Peer> deaf = generator.connect(count, number -> scene.login(number + 1));
            List<Peer> subscribed = new ArrayList<>();
            for (Peer peer : deaf) {
                peer.listen((buffer, offset, length) -> subscribed.add(peer));
                peer.send(Frames.text("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"" + room + "\"}"));
            }
            generator.runUntil(() -> subscribed.size() >= count, PATIENCE, "subscribed");
            deaf.forEach(Peer::turnDeaf);
            generator.everyTurn(() -> flood(flood, room, vitals));
            int enough = scene.full() ? 2 * SAID : SAID;
            generator.runUntil(() -> answered >= enough, PATIENCE.multipliedBy(2), "so much said");
            generator.everyTurn(null);
        }
        scene.require(worst > OUTBOX_BYTES || vitals.slowConsumers() > cutBefore, "nobody was a slow consumer");
        scene.measure(
                "I6 bytes that waited for " + count + " who never read",
                worst,
                Math.min(count * OUTBOX_BYTES, ALL_OUTBOXES_BYTES));
        long left = Scene.millisUntil(PATIENCE, () -> vitals.queuedBytes() < OUTBOX_BYTES);
        scene.measure("I6 ms until nothing waits for them", left, PATIENCE.toMillis() - 1);
        Scene.millisUntil(PATIENCE, () -> vitals.files() <= filesBefore + 2);
        scene.measure("I6 open files afterwards", vitals.files(), filesBefore + count / 4 + 10);
    }

    private void flood(Peer flood, String room, Vitals vitals) {
        long now = System.nanoTime();
        if (now >= next) {
            next = now + TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
            flood.send(Frames.text("{\"code\":\"channel.publish\",\"id\":\"f-" + said++ + "\",\"channel\":\"" + room
                    + "\",\"data\":\"" + "x".repeat(BODY_BYTES) + "\"}"));
        }
        if (now - sampled > SAMPLE_NANOS) {
            sampled = now;
            worst = Math.max(worst, vitals.queuedBytes());
        }
    }
}
