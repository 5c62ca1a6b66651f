package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir
    Path parent;

    @Test
    void commitsAreOnTheDiskBeforeTheyCount() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            assertThat(pragma(fixture, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(fixture, "synchronous")).isEqualTo("2");
            assertThat(pragma(fixture, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void aSecondOpenIsRefused() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            assertThatThrownBy(() -> new StoreFixture(parent))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessageContaining(parent.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        new StoreFixture(parent).close();
    }

    @Test
    void aFileThatIsNoDatabaseIsDamaged() throws IOException {
        Files.writeString(parent.resolve("mirror.db"), "no database at all, ".repeat(100));
        assertThatThrownBy(() -> new StoreFixture(parent)).isInstanceOf(StoreException.Damaged.class);
    }

    @Test
    void aDamagedDatabaseIsRefused() throws IOException {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            for (int i = 0; i < 200; i++) {
                fixture.user("user-" + i);
            }
        }
        Path file = parent.resolve("mirror.db");
        byte[] bytes = Files.readAllBytes(file);
        byte[] junk = "junk".repeat(512).getBytes(StandardCharsets.US_ASCII);
        for (int at = 4096; at + junk.length < bytes.length; at += 4096) {
            System.arraycopy(junk, 0, bytes, at, junk.length);
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> new StoreFixture(parent)).isInstanceOf(StoreException.Damaged.class);
    }

    @Test
    void onlyTheOwnerReadsTheFolder() throws IOException {
        FileStore disk = Files.getFileStore(parent);
        assumeThat(disk.supportsFileAttributeView("posix"))
                .as("the disk knows owners")
                .isTrue();
        Path folder = parent.resolve("deep/data");
        try (StoreFixture fixture = new StoreFixture(folder)) {
            fixture.user("anna");
            assertThat(mode(folder)).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> all = files.toList();
                assertThat(all)
                        .hasSizeGreaterThan(2)
                        .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
            }
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String pragma(StoreFixture fixture, String name) {
        return await(fixture.store()
                .write(handle ->
                        handle.select("PRAGMA " + name).mapTo(String.class).one()));
    }
}
