package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is true of a store on every database. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SqlStoreTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path parent;

    @Test
    void aReadCannotWrite() {
        try (StoreFixture fixture = open()) {
            assertThatThrownBy(() -> await(fixture.store().read(handle -> handle.execute("DELETE FROM users"))))
                    .isInstanceOf(MirrorException.class);
        }
    }

    @Test
    void aFailedTransactionLeavesNothing() {
        try (StoreFixture fixture = open()) {
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
        try (StoreFixture fixture = open()) {
            fixture.user("canary-id");
            assertThatThrownBy(() -> fixture.user("canary-id"))
                    .isInstanceOfSatisfying(
                            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                    .hasStackTraceContaining("constraint")
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("canary"));
        }
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() {
        try (StoreFixture fixture = open()) {
            await(fixture.store()
                    .write(handle -> handle.execute("INSERT INTO flyway_schema_history"
                            + " SELECT 99, '99', 'later', type, 'V99__later.sql', checksum, installed_by, installed_on,"
                            + " execution_time, success FROM flyway_schema_history LIMIT 1")));
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> open())
                    .isInstanceOf(StoreException.TooNew.class)
                    .hasMessageContaining("99");
        }
    }

    @Test
    void aMigrationThatWasChangedAfterwardsIsRefused() {
        try (StoreFixture fixture = open()) {
            await(fixture.store().write(handle -> handle.execute("UPDATE flyway_schema_history SET checksum = 1")));
        }
        assertThatThrownBy(() -> open()).isInstanceOf(StoreException.Damaged.class);
    }

    @Test
    void aFolderThatIsAFileIsUnavailable() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        assertThatThrownBy(() -> new StoreFixture(database.in(file))).isInstanceOf(StoreException.Unavailable.class);
    }

    private StoreFixture open() {
        return new StoreFixture(database.in(parent));
    }

    private static String stackTrace(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
