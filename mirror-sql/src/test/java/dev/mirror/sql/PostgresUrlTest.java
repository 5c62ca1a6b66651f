package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://anna:canary%40+1@db.example:6000/chat",
                "postgres://anna:canary%40+1@db.example:6000/chat",
                "jdbc:postgresql://anna:canary%40+1@db.example:6000/chat",
                "jdbc:postgresql://db.example:6000/chat?user=anna&password=canary%40+1",
            })
    void everySpellingNamesTheSame(String text) {
        PostgresUrl url = PostgresUrl.parse(text, null);
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6000/chat");
        assertThat(url.properties()).containsEntry("user", "anna").containsEntry("password", "canary@+1");
        assertThat(url).hasToString("PostgreSQL at db.example:6000/chat as anna");
    }

    @Test
    void aPasswordHandedInReplacesTheOneOfTheUrl() {
        PostgresUrl url = PostgresUrl.parse("postgresql://anna:old@localhost/chat", "new");
        assertThat(url.properties()).containsEntry("password", "new");
    }

    @Test
    void theDatabaseIsNamedAfterTheUserUnlessSaid() {
        assertThat(PostgresUrl.parse("postgresql://anna@localhost", null).name())
                .isEqualTo("anna");
        assertThat(PostgresUrl.parse("postgresql://anna@localhost/", null).name())
                .isEqualTo("anna");
        assertThat(PostgresUrl.parse("postgresql://localhost/chat", null).user())
                .isEqualTo(System.getProperty("user.name"));
    }

    @Test
    void ofSeveralServersTheOneThatWritesIsMeant() {
        PostgresUrl url = PostgresUrl.parse("postgresql://anna@one:5432,two:5433/chat?sslmode=require", null);
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://one:5432,two:5433/chat");
        assertThat(url.properties())
                .containsEntry("targetServerType", "primary")
                .containsEntry("sslmode", "require");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary",
                "mysql://anna:canary@localhost/chat",
                "postgresql:canary",
                "postgresql://anna:canary@/chat",
                "postgresql://anna:canary%4@localhost/chat",
                "postgresql://anna:canary@local host/chat",
                "postgresql://anna:canary@localhost/chat?synchronous_commit=off",
                "postgresql://anna:canary@localhost/chat?options=-c%20synchronous_commit=off",
                "postgresql://anna:canary@localhost/chat?socketTimeout=0",
                "postgresql://anna:canary@localhost/chat?currentSchema=a,b",
                "postgresql://anna:canary@localhost/chat?currentSchema=a\"b",
            })
    void anythingElseIsRefusedAndNotQuoted(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("canary"));
    }

    @Test
    void noPasswordShows() {
        Database database = Database.postgres("postgresql://anna:canary@localhost:1/chat", null, folder);
        assertThat(database.toString()).doesNotContain("canary");
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), Runnable::run);
        assertThatThrownBy(() -> SqlStore.open(database, surroundings))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("PostgreSQL at localhost:1/chat as anna")
                .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("canary"));
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
