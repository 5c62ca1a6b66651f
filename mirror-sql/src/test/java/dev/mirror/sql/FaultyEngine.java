package dev.mirror.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A real database whose commits fail when the test says so, before or after they were carried out. */
final class FaultyEngine implements Engine {
    /** When a commit fails. */
    enum Moment {
        BEFORE,
        AFTER
    }

    private record Failure(Moment moment, SQLException cause) {}

    private final Engine engine;
    private final Queue<Failure> failures = new ArrayDeque<>(); // guarded by this
    private boolean away; // guarded by this
    private Runnable afterCommit = () -> {}; // guarded by this
    private Runnable beforeRead = () -> {}; // guarded by this
    private final AtomicInteger readersOpened = new AtomicInteger();

    FaultyEngine(Engine engine) {
        this.engine = engine;
    }

    /** One of the next commits fails. */
    synchronized void failCommit(Moment moment, SQLException cause) {
        failures.add(new Failure(moment, cause));
    }

    /** From now on there is no connection to be had; one that there is ends when it is asked for again. */
    synchronized void away() {
        away = true;
    }

    /** Connections are to be had again. */
    synchronized void back() {
        away = false;
        afterCommit = () -> {};
    }

    /** How many of the failures are still to come. */
    synchronized int failuresToCome() {
        return failures.size();
    }

    /** What happens between a commit and its answer, on the writer. */
    synchronized void afterCommit(Runnable action) {
        afterCommit = action;
    }

    /** What happens before the next connection that only reads is handed out, once. */
    synchronized void beforeRead(Runnable action) {
        beforeRead = action;
    }

    private synchronized Runnable takeBeforeRead() {
        Runnable action = beforeRead;
        beforeRead = () -> {};
        return action;
    }

    private synchronized @Nullable Failure nextFailure() {
        return failures.poll();
    }

    private synchronized Runnable afterCommit() {
        return afterCommit;
    }

    @Override
    public Connection writer() throws SQLException {
        synchronized (this) {
            if (away) {
                engine.writer().close();
                throw new SQLException("no way to the database", "08001");
            }
        }
        Connection real = engine.writer();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        if (method.getName().equals("setAutoCommit") && Boolean.TRUE.equals(arguments[0])) {
                            commit(real);
                            return null;
                        }
                        if (method.getName().equals("commit")) {
                            commit(real);
                            real.setAutoCommit(false);
                            return null;
                        }
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void commit(Connection real) throws SQLException {
        Failure failure = real.getAutoCommit() ? null : nextFailure();
        if (failure != null && failure.moment == Moment.BEFORE) {
            throw failure.cause;
        }
        boolean commits = !real.getAutoCommit();
        real.setAutoCommit(true);
        if (commits) {
            afterCommit().run();
        }
        if (failure != null) {
            throw failure.cause;
        }
    }

    @Override
    public long life() {
        return engine.life();
    }

    @Override
    public LogStatements statements(Connection writer) throws SQLException {
        return engine.statements(writer);
    }

    @Override
    public DataSource readers() {
        DataSource real = engine.readers();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        takeBeforeRead().run();
                        Object answer = method.invoke(real, arguments);
                        if (method.getName().equals("getConnection")) {
                            readersOpened.incrementAndGet();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** How many connections that only read were made. */
    int readersOpened() {
        return readersOpened.get();
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public void close() {
        engine.close();
    }
}
