package dev.mirror.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a PostgreSQL server must be, so that what it has acknowledged is never lost. */
final class PostgresServer {
    private static final int OLDEST = 14;

    private PostgresServer() {}

    /** @throws StoreException.Unsuitable with a sentence that says what to change */
    static void check(Connection connection, Database database) throws SQLException {
        checkVersion(connection.getMetaData().getDatabaseMajorVersion(), database);
        String encoding = show(connection, "server_encoding");
        if (!encoding.equals("UTF8")) {
            throw unsuitable(
                    database,
                    "keeps text as " + encoding + "; make a database with CREATE DATABASE … ENCODING 'UTF8'"
                            + " TEMPLATE template0");
        }
        if (show(connection, "fsync").equals("off")) {
            throw unsuitable(
                    database,
                    "has fsync=off, which can lose or damage everything when the power fails; set fsync=on in"
                            + " postgresql.conf and restart it");
        }
        if (show(connection, "full_page_writes").equals("off")) {
            throw unsuitable(
                    database,
                    "has full_page_writes=off, which can damage everything when the power fails; set"
                            + " full_page_writes=on in postgresql.conf and reload it");
        }
        String commit = show(connection, "synchronous_commit");
        if (commit.equals("off")) {
            throw unsuitable(
                    database,
                    "has synchronous_commit=off, which loses what was acknowledged; set it to on in postgresql.conf,"
                            + " or take it back with ALTER ROLE … RESET synchronous_commit and ALTER DATABASE … RESET"
                            + " synchronous_commit");
        }
        if (show(connection, "transaction_read_only").equals("on")) {
            throw unsuitable(database, "is a standby or read-only; name the primary server");
        }
        // From here on for this session whatever a reload of the server's settings says.
        execute(connection, "SET synchronous_commit = '" + commit + "'");
    }

    static void checkVersion(int version, Database database) {
        if (version < OLDEST) {
            throw unsuitable(database, "runs version " + version + "; mirror needs " + OLDEST + " or newer");
        }
    }

    /** Makes the schema that the URL names. A plain word: {@link PostgresUrl} takes no other. */
    static void createSchema(Connection connection, PostgresUrl url) throws SQLException {
        String schema = url.properties().get("currentSchema");
        if (schema != null) {
            execute(connection, "CREATE SCHEMA IF NOT EXISTS \"" + schema + "\"");
        }
    }

    /** Else the migrations would try for a while, and then say less. */
    static void requireRights(Connection connection, Database database) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT has_schema_privilege(current_schema(), 'CREATE')")) {
            if (!result.next() || !result.getBoolean(1)) {
                throw unsuitable(
                        database,
                        "does not give the user the right to make tables; make it the owner: CREATE DATABASE …"
                                + " OWNER …");
            }
        }
    }

    private static StoreException.Unsuitable unsuitable(Database database, String sentence) {
        return new StoreException.Unsuitable("the server of " + database + " " + sentence);
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            return result.next() ? result.getString(1) : "";
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
