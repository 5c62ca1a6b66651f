package dev.mirror.client.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class PostgresOutboxTest extends OutboxRules {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() {
        server = TestDatabase.postgres();
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DataSource database() {
        return server.getPostgresDatabase();
    }
}
