package dev.mirror.sql;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** A database that stores are tested on. */
public enum TestDatabase {
    SQLITE {
        @Override
        public Database in(Path folder) {
            return Database.sqlite(folder);
        }
    },
    POSTGRES {
        @Override
        public Database in(Path folder) {
            assumeTrue(TestPostgres.SHARED.isPresent(), TestPostgres.REASON);
            String schema = "t" + Integer.toHexString(folder.toString().hashCode());
            return TestPostgres.SHARED.get().database(schema, folder);
        }
    };

    /** A database of the folder's own: the same for the same folder, empty for a new one. */
    public abstract Database in(Path folder);
}
