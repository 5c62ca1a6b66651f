package dev.mirror.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A SQLite database in memory that outlives the stores on it, for simulations: what a store has committed is there for
 * the next one, as on a disk, and what it has not is gone with it. Its commits fail when the test says so.
 *
 * <p>It stands for a disk and not for a folder: accounts, whose keys are files, cannot be kept in it. One store at a time;
 * all stores on it and the test use one thread.
 */
public final class MemoryDatabase implements AutoCloseable {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final String url = nextUrl();
    /** Keeps the database while no store has it. */
    private final Connection anchor;

    private Supplier<Commit> commits = () -> Commit.DONE; // the test's thread, as all that follows
    private boolean away;
    private @Nullable MemoryEngine engine;

    /** What becomes of a commit. */
    public enum Commit {
        /** It is carried out. */
        DONE,
        /** The disk is full: nothing was changed. */
        FULL,
        /** The disk refuses: nothing was changed, and the connection is sound. */
        REFUSED,
        /** The connection ended before: nothing was changed. */
        LOST,
        /** It was carried out, but the connection ended before the answer. */
        UNANSWERED,
        /** The disk cannot say whether it has it, and it does not: nothing may be written until a restart. */
        UNSAFE,
        /** The disk cannot say whether it has it, and it does. */
        UNSAFE_BUT_DONE
    }

    /** A database with mirror's newest schema, and nothing in it. */
    public MemoryDatabase() {
        try {
            anchor = source(url).getConnection();
            Template.copyTo(url);
        } catch (SQLException e) {
            throw new StoreException.Unavailable("there is no memory for a database", e);
        }
    }

    /** Opens a store that finds what was committed before. */
    public SqlStore open(Surroundings surroundings) {
        crash();
        MemoryEngine next = new MemoryEngine();
        engine = next;
        return new SqlStore(Path.of("in-memory"), surroundings, next);
    }

    /** As if the process of the last store had ended: what it has not committed is gone. Nothing may use it any more. */
    public void crash() {
        MemoryEngine last = engine;
        engine = null;
        if (last != null) {
            last.close();
        }
    }

    /** From now on this is asked at every commit what becomes of it. */
    public void commits(Supplier<Commit> fate) {
        commits = fate;
    }

    /** From now on there is a connection to be had, or there is none: neither for the writer nor for readers. */
    public void setAway(boolean unreachable) {
        away = unreachable;
        if (unreachable && engine != null) {
            engine.close();
        }
    }

    /** Forgets everything. */
    @Override
    public void close() {
        crash();
        closeQuietly(anchor);
    }

    private static String nextUrl() {
        return "file:/mirror-" + NUMBER.incrementAndGet() + "?vfs=memdb";
    }

    private static DataSource source(String url) {
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + url);
        return source;
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            System.getLogger(MemoryDatabase.class.getName())
                    .log(System.Logger.Level.DEBUG, "a connection to memory did not close", e);
        }
    }

    private static SQLException ended() {
        return new SQLException("the connection ended", "08006");
    }

    /** An empty database that was migrated once; each further one is a copy. */
    private static final class Template {
        private static final Connection CONNECTION = migrated();

        private Template() {}

        private static Connection migrated() {
            String url = nextUrl();
            try {
                Connection connection = source(url).getConnection();
                Migrations.apply(source(url), Migrations.Schema.SQLITE);
                return connection;
            } catch (SQLException e) {
                throw new StoreException.Unavailable("there is no memory for a database", e);
            }
        }

        static synchronized void copyTo(String url) throws SQLException {
            try (Statement statement = CONNECTION.createStatement()) {
                statement.execute("VACUUM INTO '" + url + "'");
            }
        }
    }

    /** What one store has of the database. */
    private final class MemoryEngine implements Engine {
        private @Nullable Connection real;
        private @Nullable Connection shown;
        private @Nullable Connection reading;
        private long life;

        @Override
        public Connection writer() throws SQLException {
            requireReachable();
            Connection current = shown;
            if (current == null || current.isClosed()) {
                Connection made = source(url).getConnection();
                current = faulty(made);
                real = made;
                shown = current;
                life++;
            }
            return current;
        }

        private void requireReachable() throws SQLException {
            if (away || engine != this) {
                throw new SQLException("no way to the database", "08001");
            }
        }

        private Connection faulty(Connection sound) {
            return (Connection) Proxy.newProxyInstance(
                    MemoryDatabase.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        String name = method.getName();
                        boolean isCommit = name.equals("commit")
                                || (name.equals("setAutoCommit")
                                        && Boolean.TRUE.equals(arguments[0])
                                        && !sound.getAutoCommit());
                        try {
                            return isCommit
                                    ? commit(sound, () -> method.invoke(sound, arguments))
                                    : method.invoke(sound, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private @Nullable Object commit(Connection sound, Action commit) throws Exception {
            Commit fate = commits.get();
            switch (fate) {
                case FULL -> throw new SQLiteException("the disk is full", SQLiteErrorCode.SQLITE_FULL);
                case REFUSED -> throw new SQLiteException("the disk failed", SQLiteErrorCode.SQLITE_IOERR_WRITE);
                case LOST -> {
                    sound.close();
                    throw ended();
                }
                case UNSAFE -> throw new SQLiteException("fsync", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
                default -> {
                    // It is carried out.
                }
            }
            Object answer = commit.run();
            if (fate == Commit.UNANSWERED) {
                sound.close();
                throw ended();
            } else if (fate == Commit.UNSAFE_BUT_DONE) {
                throw new SQLiteException("fsync", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
            }
            return answer;
        }

        @Override
        public long life() {
            return life;
        }

        @Override
        public LogStatements statements(Connection writer) throws SQLException {
            return new LogStatements(writer);
        }

        /** There is one connection to read with, whoever asks: nobody reads while somebody else does. */
        @Override
        public DataSource readers() {
            return (DataSource) Proxy.newProxyInstance(
                    MemoryDatabase.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (proxy, method, arguments) -> reader());
        }

        private Connection reader() throws SQLException {
            requireReachable();
            Connection current = reading;
            if (current == null || current.isClosed()) {
                current = source(url).getConnection();
                reading = current;
            }
            return unclosed(current);
        }

        private Connection unclosed(Connection sound) {
            return (Connection) Proxy.newProxyInstance(
                    MemoryDatabase.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        try {
                            return method.getName().equals("close") ? released(sound) : method.invoke(sound, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        /** As a pool does it: whoever gets it next finds no transaction. */
        private static @Nullable Object released(Connection sound) throws SQLException {
            if (!sound.isClosed() && !sound.getAutoCommit()) {
                sound.rollback();
                sound.setAutoCommit(true);
            }
            return null;
        }

        @Override
        public boolean readersArePooled() {
            return false; // another one costs nothing
        }

        @Override
        public String name() {
            return "a database in memory";
        }

        @Override
        public void close() {
            if (real != null) {
                closeQuietly(real);
            }
            if (reading != null) {
                closeQuietly(reading);
            }
        }
    }

    /** A commit that is to be carried out. */
    @FunctionalInterface
    private interface Action {
        @Nullable
        Object run() throws ReflectiveOperationException;
    }
}
