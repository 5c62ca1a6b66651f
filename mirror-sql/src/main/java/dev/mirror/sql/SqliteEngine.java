package dev.mirror.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A SQLite file in a data folder; the folder's lock keeps others out. */
final class SqliteEngine implements Engine {
    static final String FILE = "mirror.db";

    private final Path file;
    private final FolderLock lock;
    private @Nullable Connection writer; // only the writer's thread, then whoever closes
    private long life; // only the writer's thread

    private SqliteEngine(Path file, FolderLock lock) {
        this.file = file;
        this.lock = lock;
    }

    static SqliteEngine open(Path folder) {
        DataFolder.create(folder);
        FolderLock lock = FolderLock.take(folder);
        try {
            SqliteLibrary.load(folder);
            Path file = folder.resolve(FILE);
            DataFolder.createFile(folder, FILE);
            SqliteFile.check(file);
            Migrations.apply(SqliteFile.writer(file), Migrations.Schema.SQLITE);
            return new SqliteEngine(file, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public Connection writer() throws SQLException {
        if (writer == null || writer.isClosed()) {
            writer = SqliteFile.writer(file).getConnection();
            life++;
        }
        return writer;
    }

    @Override
    public long life() {
        return life;
    }

    @Override
    public LogStatements statements(Connection connection) throws SQLException {
        return new LogStatements(connection);
    }

    @Override
    public DataSource readers() {
        return SqliteFile.reader(file);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public void close() {
        try {
            // Last of all connections: it folds the write-ahead log into the file.
            if (writer != null) {
                writer.close();
            }
        } catch (SQLException e) {
            throw new StoreException.Unavailable("cannot close " + file, e);
        } finally {
            lock.close();
        }
    }
}
