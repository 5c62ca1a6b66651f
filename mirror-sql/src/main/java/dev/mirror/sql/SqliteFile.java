package dev.mirror.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/** How mirror opens a SQLite file: write-ahead log, every commit on the disk before it counts. */
final class SqliteFile {
    /** Nobody else writes but an operator's own tool; whoever waits has to hear something within 5 s. */
    private static final int BUSY_MILLIS = 3_000;
    /** Up to this size every start checks the whole file; above it that would be felt. */
    private static final long CHECKED_BYTES = 64L << 20;

    private SqliteFile() {}

    static DataSource writer(Path file) {
        SQLiteConfig config = config();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        // A transaction that begins as a reader may find that it cannot become a writer.
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        return source(file, config);
    }

    static DataSource reader(Path file) {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return source(file, config);
    }

    /** @throws StoreException.Damaged if the file is not an intact database */
    static void check(Path file) {
        try {
            if (Files.size(file) > CHECKED_BYTES) {
                return;
            }
            try (Connection connection = writer(file).getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
                String finding = result.next() ? result.getString(1) : "no answer";
                if (!finding.equals("ok")) {
                    throw new StoreException.Damaged("the database " + file + " is damaged: " + finding);
                }
            }
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot open " + file);
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot read " + file, e);
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
        return config;
    }

    private static DataSource source(Path file, SQLiteConfig config) {
        SqliteLibrary.load();
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }
}
