package dev.mirror.server.config;

import dev.mirror.sql.Database;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where everything is kept, for every command that opens it. */
public final class StoreOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where accounts, messages and keys are kept (${DEFAULT-VALUE})")
    private Path data = Path.of("mirror-data");

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "keep accounts and messages in PostgreSQL instead: postgresql://user@host/name")
    private @Nullable String database;

    @Option(
            names = "--database-password",
            paramLabel = "SECRET",
            description = "its password; better in a file that MIRROR_DATABASE_PASSWORD_FILE names")
    private @Nullable String databasePassword;

    /** The defaults. */
    public StoreOptions() {}

    /** Where the keys are, and without {@code --database} everything else. */
    public Path data() {
        return data;
    }

    /** Whether accounts and messages are in a file of the data folder. */
    public boolean isEmbedded() {
        return database == null;
    }

    /**
     * What to open.
     *
     * @throws StartException if the address is none
     */
    public Database database() {
        if (database == null) {
            return Database.sqlite(data);
        }
        try {
            return Database.postgres(database, databasePassword, data);
        } catch (IllegalArgumentException failure) {
            throw new StartException(ExitCode.CONFIG, "--database: " + failure.getMessage());
        }
    }

    void check() {
        if (database == null && databasePassword != null) {
            throw new StartException(ExitCode.CONFIG, "--database-password needs --database");
        }
        database();
    }
}
