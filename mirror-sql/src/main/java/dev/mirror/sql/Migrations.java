package dev.mirror.sql;

import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * Brings the schema up to date, or says why it must not be touched. A migration stands in the folder common if both
 * databases understand it once a few words are put in, or else in a folder for each.
 */
final class Migrations {
    private static final String LOCATION = "classpath:dev/mirror/sql/migration/";

    /**
     * How a database says what the common migrations ask for.
     *
     * @param folder where its own migrations are
     * @param words {@code long} is a type of 64 bits, {@code text} one that is compared byte by byte, {@code bytes} one
     *     of bytes, {@code table} what follows a table that is kept in the order of its key, {@code rows} one that is
     *     kept in the order in which its rows came
     */
    record Schema(String folder, Map<String, String> words) {
        static final Schema SQLITE = new Schema(
                "sqlite",
                Map.of(
                        "long",
                        "INTEGER",
                        "text",
                        "TEXT",
                        "bytes",
                        "BLOB",
                        "table",
                        "STRICT, WITHOUT ROWID",
                        "rows",
                        "STRICT"));
        static final Schema POSTGRES = new Schema(
                "postgresql",
                Map.of("long", "BIGINT", "text", "TEXT COLLATE \"C\"", "bytes", "BYTEA", "table", "", "rows", ""));
    }

    private Migrations() {}

    /**
     * Applies what is missing.
     *
     * @throws StoreException.TooNew if a newer mirror has been here; nothing was changed
     * @throws StoreException.Damaged if the schema is not the one that mirror made
     */
    static void apply(DataSource database, Schema schema) {
        try {
            Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(database)
                    .locations(LOCATION + schema.folder, LOCATION + "common")
                    .placeholders(schema.words)
                    .validateMigrationNaming(true)
                    // Where everything else of ours logs; by itself it may choose another way.
                    .loggers("slf4j")
                    .load();
            // Flyway would go on with a schema from the future; what an older program does to it nobody has tested.
            Arrays.stream(flyway.info().all())
                    .filter(Migrations::isFromTheFuture)
                    .findFirst()
                    .ifPresent(migration -> {
                        throw new StoreException.TooNew("the data was written by a newer mirror (schema "
                                + migration.getVersion() + "); start that one, or restore a backup from before");
                    });
            flyway.migrate();
        } catch (FlywayValidateException e) {
            throw new StoreException.Damaged("the schema of the database is not the one that mirror made", e);
        } catch (FlywayException e) {
            throw SqlFaults.translate(e, "the schema cannot be brought up to date");
        }
    }

    private static boolean isFromTheFuture(MigrationInfo migration) {
        return switch (migration.getState()) {
            case FUTURE_SUCCESS, FUTURE_FAILED -> true;
            default -> false;
        };
    }
}
