package dev.mirror.sql;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a store keeps what it keeps: a SQLite file in a data folder, or a PostgreSQL database. Either has a data
 * folder, which holds the keys.
 *
 * <p>Immutable. Its string form names the place and holds no secret.
 */
public sealed interface Database {
    /** The data folder. */
    Path folder();

    /** A SQLite file in the data folder. */
    static Database sqlite(Path folder) {
        return new Sqlite(folder);
    }

    /**
     * A PostgreSQL database.
     *
     * @param url {@code postgresql://user:password@host:port/name?parameter=value}, or the same as pgjdbc spells it,
     *     {@code jdbc:postgresql://host:port/name?user=…}; port, user and name have PostgreSQL's defaults
     * @param password instead of one in the URL, so that it can come from a file; {@code null} for the URL's
     * @param folder the data folder
     * @throws IllegalArgumentException if it is no such URL; the sentence says why, and does not quote it
     */
    static Database postgres(String url, @Nullable String password, Path folder) {
        return new Postgres(PostgresUrl.parse(url, password), folder);
    }

    /**
     * SQLite.
     *
     * @param folder the data folder
     */
    record Sqlite(Path folder) implements Database {
        @Override
        public String toString() {
            return "SQLite in " + folder;
        }
    }

    /** PostgreSQL; nobody but the store reads the URL again. */
    final class Postgres implements Database {
        private final PostgresUrl url;
        private final Path folder;

        private Postgres(PostgresUrl url, Path folder) {
            this.url = url;
            this.folder = folder;
        }

        PostgresUrl url() {
            return url;
        }

        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }
}
