package dev.mirror.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.RelayStore;
import dev.mirror.spi.Scheduler;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The durable store of one mirror: a SQLite database in a data folder, or a PostgreSQL database, that nobody else uses
 * while it is open.
 *
 * <p>What {@link #write} completed with is on the disk and survives the end of the process and of the power. There is
 * one writer, and reads do not wait for it.
 *
 * <p>Safe for any thread. {@link #open} and {@link #close} block; nothing else does. Limits: 1 write and 4 reads at
 * once, 10,000 writes and 1,000 reads waiting; more fail with {@code busy}. Failures arrive through the stage as
 * {@link MirrorException}. What is chained to a stage may run on the writer and must not block.
 */
public final class SqlStore implements AutoCloseable {
    private static final int READERS = 4;
    private static final int READS_WAITING = 1_000;
    private static final int WRITES_WAITING = 10_000;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final Path folder;
    private final Surroundings surroundings;
    private final Engine engine;
    private final DataSource readers; // a pool of the store's own, or the engine's
    private final Transactions transactions;
    private final Jdbi readJdbi;
    private final Lane writes;
    private final Lane reads;
    /** How often the database was away. What waited meanwhile fails too, instead of finding out one by one. */
    private final AtomicLong outages = new AtomicLong();

    private @Nullable SqlLog log; // only the writer; the last one that was opened
    private boolean unsafe; // only the writer; whether nothing may be written any more

    SqlStore(Path folder, Surroundings surroundings, Engine engine) {
        this.folder = folder;
        this.surroundings = surroundings;
        this.engine = engine;
        this.readers = engine.readersArePooled() ? pool(engine.readers()) : engine.readers();
        this.transactions = new Transactions(engine);
        this.readJdbi = Jdbi.create(readers);
        this.writes = new Lane("the database", surroundings.executor(), 1, WRITES_WAITING);
        this.reads = new Lane("the database", surroundings.executor(), READERS, READS_WAITING);
    }

    /** Opens a store on SQLite, in a file in the data folder; see {@link #open(Database, Surroundings)}. */
    public static SqlStore open(Path folder, Surroundings surroundings) {
        return open(Database.sqlite(folder), surroundings);
    }

    /**
     * Opens the store, and makes what is missing: the folder, the SQLite file, the newest schema.
     *
     * @throws StoreException.InUse if somebody has the folder or the database open
     * @throws StoreException.TooNew if a newer mirror wrote the data; nothing was changed
     * @throws StoreException.Damaged if the database is not intact
     * @throws StoreException.Unsuitable if the database server could lose what it has acknowledged, or is too old
     * @throws StoreException.Unavailable if the folder or the database cannot be read and written
     */
    public static SqlStore open(Database database, Surroundings surroundings) {
        Engine engine = engine(database);
        try {
            return new SqlStore(database.folder(), surroundings, engine);
        } catch (RuntimeException e) {
            engine.close();
            throw SqlFaults.translate(e, "cannot open " + database);
        }
    }

    /** Opens what is under a store. */
    static Engine engine(Database database) {
        try {
            return database instanceof Database.Postgres postgres
                    ? PostgresEngine.open(postgres)
                    : SqliteEngine.open(database.folder());
        } catch (MirrorException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlFaults.translate(e, "cannot open " + database);
        }
    }

    private static DataSource pool(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("mirror-readers");
        config.setDataSource(source);
        config.setReadOnly(true);
        config.setMaximumPoolSize(2 * READERS); // half of them for the log
        // Closing a sound connection by age would only cost its cache; a broken one is closed when it is found.
        config.setMaxLifetime(0);
        config.setIdleTimeout(0);
        // Else it would try by itself while the database is away, at intervals of up to 5 s.
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setValidationTimeout(CONNECT.toMillis() / 2);
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

    /**
     * Opens the log: the durable broker. There is one at a time; close it before the store.
     *
     * @param scheduler rings when it is time to look again
     * @param unsafe hears, on the writer, that the disk failed in a way that leaves nothing to rely on: nothing is
     *     written any more, and the process should end. A next one finds what is on the disk
     * @throws StoreException.Unavailable if the database does not answer
     * @throws StoreException.InUse if the last one is still open
     */
    public SqlLog log(LogOptions options, Scheduler scheduler, Consumer<MirrorException> unsafe) {
        CompletableFuture<SqlLog> opened = writes.run(() -> {
            if (log != null && !log.isClosed()) {
                throw new StoreException.InUse("the log of this store is open already");
            }
            try {
                LogState state = LogState.load(engine.writer(), surroundings.chance());
                log = new SqlLog(
                        new SqlLog.Place(engine, readers, writes, surroundings, scheduler, unsafe), state, options);
                return log;
            } catch (SQLException e) {
                throw SqlFaults.translate(new IllegalStateException(e), "cannot open the log");
            }
        });
        try {
            SqlLog open = opened.join();
            open.begin();
            return open;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Runs a query. For mirror-sql's own packages. */
    public <T> CompletableFuture<T> read(Function<Handle, T> query) {
        return reads.run(guarded("a query failed", () -> {
            try {
                return readJdbi.withHandle(query::apply);
            } catch (RuntimeException e) {
                if (!SqlFaults.isWorthAnotherTry(e)) {
                    throw e;
                }
                return readJdbi.withHandle(query::apply);
            }
        }));
    }

    /** Runs a transaction; the stage completes after the commit. For mirror-sql's own packages. */
    public <T> CompletableFuture<T> write(Function<Handle, T> transaction) {
        return writes.run(guarded("a transaction failed", () -> written(transaction)));
    }

    private <T> T written(Function<Handle, T> transaction) {
        SqlLog current = log;
        if (unsafe || (current != null && current.isStopped())) {
            throw new StoreException.Unavailable("the disk failed; nothing is written until a restart");
        }
        try {
            return transactions.run(transaction);
        } catch (RuntimeException e) {
            if (SqlFaults.isUnsafe(e)) {
                unsafe = true;
                if (current != null) {
                    current.stop(SqlFaults.translate(e, "the disk failed"));
                }
            }
            throw e;
        }
    }

    private <T> Supplier<T> guarded(String sentence, Supplier<T> work) {
        long before = outages.get();
        return () -> {
            if (outages.get() != before) {
                throw new StoreException.Unavailable("the database is not available: it failed while this waited");
            }
            try {
                return work.get();
            } catch (StoreException e) {
                outages.incrementAndGet();
                throw e;
            } catch (MirrorException e) {
                throw e;
            } catch (RuntimeException e) {
                if (SqlFaults.endsTheConnection(e)) {
                    outages.incrementAndGet();
                }
                throw SqlFaults.translate(e, sentence);
            }
        };
    }

    /** Finishes what was accepted, for at most 10 s, and lets go of the database. Later calls fail with {@code busy}. */
    @Override
    public void close() {
        writes.close(DRAIN);
        reads.close(DRAIN);
        // The connection that writes is the last to close.
        if (readers instanceof HikariDataSource pool) {
            pool.close();
        }
        engine.close();
    }
}
