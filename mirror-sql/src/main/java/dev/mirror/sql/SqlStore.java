package dev.mirror.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.RelayStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The durable store of one mirror: a SQLite database in a data folder that nobody else uses while it is open.
 *
 * <p>What {@link #write} completed with is on the disk and survives the end of the process and of the power. There is
 * one writer, and reads do not wait for it.
 *
 * <p>Safe for any thread. {@link #open} and {@link #close} block; nothing else does. Limits: 1 write and 4 reads at
 * once, 10,000 writes and 1,000 reads waiting; more fail with {@code busy}. Failures arrive through the stage as
 * {@link MirrorException}. What is chained to a stage may run on the writer and must not block.
 */
public final class SqlStore implements AutoCloseable {
    private static final String FILE = "mirror.db";
    private static final int READERS = 4;
    private static final int READS_WAITING = 1_000;
    private static final int WRITES_WAITING = 10_000;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final Path folder;
    private final Surroundings surroundings;
    private final FolderLock lock;
    private final HikariDataSource writer;
    private final HikariDataSource readers;
    private final Jdbi writeJdbi;
    private final Jdbi readJdbi;
    private final Lane writes;
    private final Lane reads;

    private SqlStore(Path folder, Surroundings surroundings, FolderLock lock) {
        this.folder = folder;
        this.surroundings = surroundings;
        this.lock = lock;
        Path file = folder.resolve(FILE);
        this.writer = pool("mirror-writer", SqliteFile.writer(file), false, 1);
        try {
            this.readers = pool("mirror-readers", SqliteFile.reader(file), true, READERS);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
        this.writeJdbi = Jdbi.create(writer);
        this.readJdbi = Jdbi.create(readers);
        this.writes = new Lane("the database", surroundings.executor(), 1, WRITES_WAITING);
        this.reads = new Lane("the database", surroundings.executor(), READERS, READS_WAITING);
    }

    /**
     * Opens the store, and makes what is missing: the folder, the database, the newest schema.
     *
     * @throws StoreException.InUse if somebody has the folder open
     * @throws StoreException.TooNew if a newer mirror wrote the data; nothing was changed
     * @throws StoreException.Damaged if the database is not intact
     * @throws StoreException.Unavailable if the folder cannot be read and written
     */
    public static SqlStore open(Path folder, Surroundings surroundings) {
        DataFolder.create(folder);
        FolderLock lock = FolderLock.take(folder);
        try {
            Path file = folder.resolve(FILE);
            DataFolder.createFile(folder, FILE);
            SqliteFile.check(file);
            Migrations.apply(SqliteFile.writer(file));
            return new SqlStore(folder, surroundings, lock);
        } catch (MirrorException e) {
            lock.close();
            throw e;
        } catch (RuntimeException e) {
            lock.close();
            throw SqlFaults.translate(e, "cannot open the database in " + folder);
        }
    }

    private static HikariDataSource pool(String name, DataSource source, boolean readOnly, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setReadOnly(readOnly);
        config.setMaximumPoolSize(size);
        // The file does not drop connections; closing one by age would only cost its cache.
        config.setMaxLifetime(0);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** The data folder. */
    public Path folder() {
        return folder;
    }

    /** What the store was given; its parts use the same. */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** The requests that wait for receivers who are away; R1 to R5, durable. A receiver must have an account. */
    public RelayStore relays() {
        return new SqlRelayStore(this);
    }

    /** Runs a query. For mirror-sql's own packages. */
    public <T> CompletableFuture<T> read(Function<Handle, T> query) {
        return reads.run(() -> guarded("a query failed", () -> readJdbi.withHandle(query::apply)));
    }

    /** Runs a transaction; the stage completes after the commit. For mirror-sql's own packages. */
    public <T> CompletableFuture<T> write(Function<Handle, T> transaction) {
        return writes.run(() -> guarded("a transaction failed", () -> writeJdbi.inTransaction(transaction::apply)));
    }

    private static <T> T guarded(String sentence, Supplier<T> work) {
        try {
            return work.get();
        } catch (MirrorException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlFaults.translate(e, sentence);
        }
    }

    /** Finishes what was accepted, for at most 10 s, and lets go of the folder. Later calls fail with {@code busy}. */
    @Override
    public void close() {
        writes.close(DRAIN);
        reads.close(DRAIN);
        // The writer last: the last connection to close folds the write-ahead log into the file.
        readers.close();
        writer.close();
        lock.close();
    }
}
