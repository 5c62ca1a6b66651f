package dev.mirror.sql;

import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** Brings the schema up to date, or says why it must not be touched. */
final class Migrations {
    private static final String LOCATION = "classpath:dev/mirror/sql/migration/";

    private Migrations() {}

    /**
     * Applies what is missing.
     *
     * @param dialect the folder with the schema in the database's own words
     * @throws StoreException.TooNew if a newer mirror has been here; nothing was changed
     * @throws StoreException.Damaged if the schema is not the one that mirror made
     */
    static void apply(DataSource database, String dialect) {
        try {
            Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(database)
                    .locations(LOCATION + dialect)
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
