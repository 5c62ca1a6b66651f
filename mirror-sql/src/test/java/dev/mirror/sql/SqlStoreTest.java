package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
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

class SqlStoreTest {
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
    void aReadCannotWrite() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            assertThatThrownBy(() -> await(fixture.store().read(handle -> handle.execute("DELETE FROM users"))))
                    .isInstanceOf(MirrorException.class);
        }
    }

    @Test
    void aFailedTransactionLeavesNothing() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            UserId anna = fixture.user("anna");
            assertThatThrownBy(() -> await(fixture.store().write(handle -> {
                        handle.execute("DELETE FROM users");
                        throw new MirrorException(ErrorCode.CONFLICT, "no");
                    })))
                    .isInstanceOfSatisfying(
                            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
            await(fixture.store().relays().keep(anna, "ben.anna"));
        }
    }

    @Test
    void a3_aFailedStatementDoesNotTellItsValues() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            fixture.user("canary-id");
            assertThatThrownBy(() -> fixture.user("canary-id"))
                    .isInstanceOfSatisfying(
                            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                    .hasStackTraceContaining("UNIQUE")
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("canary"));
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
    void aNewerSchemaIsRefusedAndLeftAlone() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            await(fixture.store()
                    .write(handle -> handle.execute("INSERT INTO flyway_schema_history"
                            + " SELECT 99, '99', 'later', type, 'V99__later.sql', checksum, installed_by, installed_on,"
                            + " execution_time, success FROM flyway_schema_history LIMIT 1")));
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> new StoreFixture(parent))
                    .isInstanceOf(StoreException.TooNew.class)
                    .hasMessageContaining("99");
        }
    }

    @Test
    void aMigrationThatWasChangedAfterwardsIsRefused() {
        try (StoreFixture fixture = new StoreFixture(parent)) {
            await(fixture.store().write(handle -> handle.execute("UPDATE flyway_schema_history SET checksum = 1")));
        }
        assertThatThrownBy(() -> new StoreFixture(parent)).isInstanceOf(StoreException.Damaged.class);
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
    void aFolderThatIsAFileIsUnavailable() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        assertThatThrownBy(() -> new StoreFixture(file)).isInstanceOf(StoreException.Unavailable.class);
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

    private static String stackTrace(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
