package dev.mirror.sql;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database. What keeps others out is an advisory lock of the very session that writes: whoever writes
 * holds it, and when that session ends, however it ends, its last transaction has ended before the lock is free. So
 * there are never two writers, and what the next session reads is final.
 */
final class PostgresEngine implements Engine {
    private static final Logger LOG = System.getLogger(PostgresEngine.class.getName());

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Database.Postgres database;
    private final PostgresSource source;
    private final FolderLock folder;
    private volatile @Nullable Connection writer; // by the writer's thread, then by whoever closes
    private long life; // only the writer's thread

    private PostgresEngine(Database.Postgres database, FolderLock folder) {
        this.database = database;
        this.source = new PostgresSource(database.url());
        this.folder = folder;
    }

    static PostgresEngine open(Database.Postgres database) {
        Path folder = database.folder();
        DataFolder.create(folder);
        PostgresEngine engine = new PostgresEngine(database, FolderLock.take(folder));
        try {
            PostgresServer.requireRights(engine.writer(), database);
            Migrations.apply(engine.source.patient(), Migrations.Schema.POSTGRES);
            return engine;
        } catch (SQLException e) {
            engine.close();
            throw SqlFaults.translate(new IllegalStateException(e), "cannot open " + database + ": " + e.getMessage());
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    @Override
    public Connection writer() throws SQLException {
        Connection current = writer;
        if (current != null && !current.isClosed()) {
            return current;
        }
        writer = null;
        Connection next = source.writer().getConnection();
        try {
            PostgresServer.check(next, database);
            PostgresServer.createSchema(next, database.url());
            lock(next);
            life++;
            writer = next;
            if (life > 1) {
                LOG.log(Level.INFO, "{0} can be written to again", database);
            }
            return next;
        } finally {
            if (writer == null) {
                next.close();
            }
        }
    }

    /**
     * Waits as long as a lock may take: the server may not have seen yet that whoever had it is gone. Two stores in
     * different schemas of one database do not meet, so neither keeps the other out.
     */
    private void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(1835626098, hashtext(coalesce(current_schema(), '')))");
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            String sentence = database + " is in use by another mirror; stop that one, or give this one a database of"
                    + " its own";
            throw life == 0 ? new StoreException.InUse(sentence) : new StoreException.Unavailable(sentence);
        }
    }

    @Override
    public long life() {
        return life;
    }

    @Override
    public LogStatements statements(Connection connection) throws SQLException {
        return new GatheredStatements(connection);
    }

    @Override
    public DataSource readers() {
        return source.readers();
    }

    @Override
    public void giveUp() {
        Connection stuck = writer;
        if (stuck == null) {
            return;
        }
        try {
            LOG.log(Level.WARNING, "{0} takes nothing more; the connection is given up", database);
            stuck.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "the connection cannot be given up", e);
        }
    }

    @Override
    public String name() {
        return database.toString();
    }

    @Override
    public void close() {
        Connection last = writer;
        try {
            if (last != null) {
                last.close();
            }
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "closing the connection that writes failed", e);
        } finally {
            folder.close();
        }
    }
}
