package dev.mirror.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** F8: the disk is full. Writing is refused at once, reading goes on, and all goes on by itself when there is room. */
final class DiskFull implements Fault {
    /** What the store may have; the programs of SQLite, which it unpacks for a moment at the start, have to fit in, too. */
    private static final String SIZE = "size=48m";

    private static final Duration PROMISED = Duration.ofSeconds(5);
    private static final int CHUNK = 64 * 1024;

    private @Nullable Path disk;
    private int asked;

    @Override
    public void prepare(Path data) throws IOException {
        Files.createDirectories(data);
        Tools.run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", data.toString());
        disk = data;
    }

    @Override
    public void happen(Scene scene) throws IOException {
        Path filler = data().resolve("filler");
        long began = System.nanoTime();
        fill(filler);
        long full = untilAnswered(scene, "store.full", filler);
        scene.measure("I10 ms until a full disk was told", full, PROMISED.toMillis());
        try (Line line = Line.open(scene.server().port(), scene.person(0).token())) {
            JsonNode page = line.ask(
                    "{\"code\":\"channel.history\",\"id\":\"h\",\"channel\":\"" + scene.run() + "-room-0\"}", "h");
            boolean read = page.path("code").asText().equals("reply.ok");
            scene.measure("I10 reads that a full disk hinders", read ? 0 : 1, 0, read ? "" : page.toString());
        }
        Scene.pause(scene.millis(100, scene.full() ? 5_000 : 1_000));
        Files.delete(filler);
        long back = untilAnswered(scene, "", filler);
        scene.measure("I9 ms until there was writing again", back, PROMISED.toMillis());
        scene.require(System.nanoTime() > began, "no time passed");
    }

    private Path data() throws IOException {
        if (disk == null) {
            throw new IOException("there is no disk to fill");
        }
        return disk;
    }

    private static void fill(Path filler) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int size = CHUNK; size > 0; size /= 4) {
            try (OutputStream out = Files.newOutputStream(
                    filler, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(chunk, 0, size);
                }
            } catch (IOException fullNow) {
                // As it should be; what is left is filled with smaller pieces.
            }
        }
    }

    /** Publishes until the answer has this error; empty for none. What room there is again is taken. */
    private long untilAnswered(Scene scene, String error, Path filler) throws IOException {
        long began = System.nanoTime();
        try (Line line = Line.open(scene.server().port(), scene.person(1).token())) {
            while (System.nanoTime() - began < PROMISED.multipliedBy(4).toNanos()) {
                String id = "full-" + asked++;
                JsonNode answer = line.ask(
                        "{\"code\":\"channel.publish\",\"id\":\"" + id + "\",\"channel\":\"" + scene.run()
                                + "-disk\",\"data\":\"" + "x".repeat(8_000) + "\"}",
                        id);
                if (answer.path("error").path("name").asText().equals(error)) {
                    break;
                }
                if (!error.isEmpty()) {
                    fill(filler);
                }
                Scene.pause(20);
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    @Override
    public void close() throws IOException {
        if (disk != null) {
            Tools.run("umount", "-l", disk.toString());
            disk = null;
        }
    }
}
