package dev.mirror.client.jdbc;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;

final class SqliteCheckpointTest extends JdbcCheckpointRules {
    @TempDir
    private Path folder;

    @Override
    DataSource database() {
        return TestDatabase.sqlite(folder);
    }
}
