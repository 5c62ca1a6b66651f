package dev.mirror.bench.faults;

import dev.mirror.testkit.net.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** F15: connections that say nothing, a head byte by byte, or half a frame. Each has ten seconds. */
final class Dripping implements Fault {
    private static final int SOME = 60;
    private static final int MANY = 500;
    private static final int ENDED_MILLIS = 16_000;
    private static final Duration CLOSED = Duration.ofSeconds(10);
    private static final int DRIPS = 12;
    private static final byte[] HEAD = "GET /ws HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.ISO_8859_1);

    @Override
    public void happen(Scene scene) throws IOException {
        int count = scene.full() ? MANY : SOME;
        Vitals vitals = scene.vitals();
        long files = vitals.files();
        List<RawWebSocket> sockets = new ArrayList<>();
        List<RawWebSocket> dripping = new ArrayList<>();
        long began = System.nanoTime();
        try {
            for (int i = 0; i < count; i++) {
                RawWebSocket socket = RawWebSocket.connect(scene.server().port());
                sockets.add(socket);
                if (i % 3 == 0) {
                    dripping.add(socket);
                } else if (i % 3 == 1) {
                    Attacks.enter(socket, scene.person(i));
                    socket.write(new byte[] {(byte) 0x81, (byte) 0xFE, 0x10});
                }
            }
            drip(dripping);
            for (RawWebSocket socket : sockets) {
                socket.awaitEnd();
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            scene.measure("F15 ms until " + count + " dripping connections were ended", millis, ENDED_MILLIS);
        } finally {
            for (RawWebSocket socket : sockets) {
                socket.close();
            }
        }
        // A connection that was closed politely waits a few seconds for the peer's end.
        Scene.millisUntil(CLOSED, () -> vitals.files() <= files + 20);
        scene.measure("F15 open files afterwards", vitals.files(), files + 20);
    }

    private static void drip(List<RawWebSocket> sockets) {
        for (int i = 0; i < DRIPS; i++) {
            for (RawWebSocket socket : sockets) {
                try {
                    socket.write(new byte[] {HEAD[i]});
                } catch (IOException e) {
                    // It was ended: that is how it has to be, in the end.
                }
            }
            Scene.pause(1_000);
        }
    }
}
