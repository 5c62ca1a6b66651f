package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, and has room again. */
class LogRoomTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final String LARGE = '"' + "x".repeat(20_000) + '"';

    @TempDir
    Path parent;

    @Test
    void i10_withoutRoomAPublishSaysSoAndReadsGoOn() {
        try (LogFixture fixture = new LogFixture(parent)) {
            long offset = fixture.publish(ROOM, "first").position().offset();
            long pages = pragma(fixture, "PRAGMA page_count");
            pragma(fixture, "PRAGMA max_page_count = " + (pages + 20));

            ErrorCode failure = fill(fixture);

            assertThat(failure).isEqualTo(ErrorCode.STORE_FULL);
            int stored = fixture.all(ROOM).size();
            assertThat(stored).isGreaterThanOrEqualTo(1);
            assertThat(fixture.all(ROOM).get(0).entry().id()).isEqualTo("first");
            assertThat(offset).isEqualTo(1);

            pragma(fixture, "PRAGMA max_page_count = 1000000");
            assertThat(fixture.publish(ROOM, "last").position().offset()).isEqualTo(stored + 1);
            assertThat(fixture.all(ROOM)).hasSize(stored + 1);
        }
        assertThat(StoreTools.check(Database.sqlite(parent), StoreTools.ProgressHandler.NONE)
                        .findings())
                .isEmpty();
    }

    @Test
    void i10_aRealDiskThatIsFull() throws IOException, InterruptedException {
        // SQLite's library is loaded by way of the first folder; what it is loaded from cannot be unmounted.
        new LogFixture(parent.resolve("before")).close();
        Path disk = Files.createDirectory(parent.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()))
                .as("a small disk can be mounted (needs root)")
                .isZero();
        try {
            try (LogFixture fixture = new LogFixture(disk.resolve("data"))) {
                fixture.publish(ROOM, "first");
                Path ballast = Files.write(disk.resolve("ballast"), new byte[600_000]);

                assertThat(fill(fixture)).isEqualTo(ErrorCode.STORE_FULL);
                int stored = fixture.all(ROOM).size();
                assertThat(stored).isGreaterThanOrEqualTo(1);

                Files.delete(ballast);
                assertThat(fixture.publish(ROOM, "last").position().offset()).isEqualTo(stored + 1);
            }
            assertThat(StoreTools.check(Database.sqlite(disk.resolve("data")), StoreTools.ProgressHandler.NONE)
                            .findings())
                    .isEmpty();
        } finally {
            run("umount", disk.toString());
        }
    }

    private static ErrorCode fill(LogFixture fixture) {
        for (int i = 0; i < 1_000; i++) {
            try {
                Await.value(fixture.log().publish(LogFixture.draft(ROOM, "large-" + i, LARGE)));
            } catch (MirrorException e) {
                return e.code();
            }
        }
        throw new AssertionError("1,000 large publications fit");
    }

    private static long pragma(LogFixture fixture, String pragma) {
        return Await.value(fixture.store()
                .write(handle -> handle.select(pragma).mapTo(Long.class).one()));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).start();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
