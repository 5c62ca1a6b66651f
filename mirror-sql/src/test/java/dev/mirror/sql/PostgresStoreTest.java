package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PostgreSQL has to be before a store opens on it. */
class PostgresStoreTest {
    private static TestPostgres server;

    @TempDir
    Path folder;

    private final String name = "m" + UUID.randomUUID().toString().replace("-", "");

    @BeforeAll
    static void find() {
        TestPostgres.assumeOurs();
        server = TestPostgres.SHARED.orElseThrow();
    }

    @AfterEach
    void drop() {
        server.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "DROP ROLE IF EXISTS " + name);
    }

    @Test
    void aDatabaseOfItsOwnIsOpenedByAUserWithoutRightsBeyondIt() {
        server.run("CREATE ROLE " + name + " LOGIN", "CREATE DATABASE " + name + " OWNER " + name);
        try (StoreFixture fixture = new StoreFixture(server.other(name, name, folder))) {
            fixture.user("anna");
        }
        try (StoreFixture fixture = new StoreFixture(server.other(name, name, folder))) {
            String user = await(fixture.store()
                    .read(handle -> handle.select("SELECT id FROM users")
                            .mapTo(String.class)
                            .one()));
            assertThat(user).isEqualTo("anna");
        }
    }

    @Test
    void synchronousCommitOffForTheDatabaseIsRefused() {
        server.run("CREATE DATABASE " + name, "ALTER DATABASE " + name + " SET synchronous_commit = off");
        assertUnsuitable("postgres", "synchronous_commit", "ALTER DATABASE");
    }

    @Test
    void synchronousCommitOffForTheRoleIsRefused() {
        server.run(
                "CREATE ROLE " + name + " LOGIN",
                "ALTER ROLE " + name + " SET synchronous_commit = off",
                "CREATE DATABASE " + name + " OWNER " + name);
        assertUnsuitable(name, "synchronous_commit", "ALTER ROLE");
    }

    @Test
    void anotherEncodingIsRefused() {
        server.run("CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        assertUnsuitable("postgres", "LATIN1", "UTF8");
    }

    @Test
    void aReadOnlyDatabaseIsRefused() {
        server.run("CREATE DATABASE " + name, "ALTER DATABASE " + name + " SET default_transaction_read_only = on");
        assertUnsuitable("postgres", "read-only", "primary");
    }

    private void assertUnsuitable(String user, String... words) {
        Database database = server.other(name, user, folder);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> new StoreFixture(database))
                    .isInstanceOf(StoreException.Unsuitable.class)
                    .hasMessageContainingAll(words);
        }
    }

    @Test
    void anOldServerIsRefused() {
        Database database = server.other(name, "postgres", folder);
        assertThatThrownBy(() -> PostgresServer.checkVersion(13, database))
                .isInstanceOf(StoreException.Unsuitable.class)
                .hasMessageContaining("14 or newer");
        assertThatCode(() -> PostgresServer.checkVersion(14, database)).doesNotThrowAnyException();
    }

    @Test
    void aUserWhoMayNotMakeTablesHearsOfTheRight() {
        server.run("CREATE ROLE " + name + " LOGIN", "CREATE DATABASE " + name);
        assertUnsuitable(name, "right", "OWNER");
    }

    @Test
    void aDatabaseThatIsNotThereIsUnavailable() {
        assertThatThrownBy(() -> new StoreFixture(server.other(name, "postgres", folder)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContainingAll(name, "does not exist");
    }

    @Test
    void aSecondNodeIsRefusedFromAnotherFolder() {
        server.run("CREATE DATABASE " + name);
        Database second = server.other(name, "postgres", folder.resolve("second"));
        try (StoreFixture first = new StoreFixture(server.other(name, "postgres", folder.resolve("first")))) {
            assertThatThrownBy(() -> new StoreFixture(second))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessageContainingAll(name, "stop that one");
            first.user("anna");
        }
        new StoreFixture(second).close();
    }

    @Test
    void storesInTwoSchemasDoNotMeet() {
        try (StoreFixture first = new StoreFixture(server.database(name + "_1", folder.resolve("1")));
                StoreFixture second = new StoreFixture(server.database(name + "_2", folder.resolve("2")))) {
            first.user("anna");
            second.user("anna");
        }
        server.run("DROP SCHEMA " + name + "_1 CASCADE", "DROP SCHEMA " + name + "_2 CASCADE");
    }
}
