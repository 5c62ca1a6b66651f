package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commits a batch, and knows what to do when that fails. Only the writer.
 *
 * <p>What the database refused for want of room is rolled back and said so. If the database does not answer, its
 * connection is given up; what a commit on it came to is looked up on the next one, before anything else is written.
 * If the disk could not say whether it has what was written, nothing is written any more.
 */
final class LogCommit {
    private static final Logger LOG = System.getLogger(LogCommit.class.getName());
    /** How many channels are looked at after an outage in one transaction. */
    private static final int LOOKED_AT = 500;
    /** Beyond this the outcome is not looked up: whoever waits has to hear something within 5 s. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Engine engine;
    private final ChannelTable table;
    private final LogFanout fanout;
    private final Outage outage;
    private final WriteWatch watch;
    private LogTransaction.Ground ground;
    private @Nullable LogStatements statements;
    private LogTransaction.@Nullable Newest newest; // the last row that is known to be committed
    private long life;
    private boolean behind; // whether somebody may lack what was committed on a connection that was lost
    private boolean said; // whether the log of the process has this outage
    private boolean stopped;
    private final LogTaps taps = new LogTaps();

    /** Who hears that the store is away or must not be used. */
    interface Outage {
        /** It does not answer; somebody should ask again in a while. */
        void away();

        /** There is another connection; what others lead to may not be the same database any more. */
        void reconnected();

        /** It has committed something. */
        void back();

        /** Nothing may be written until the process has been started again. */
        void unsafe(MirrorException fault);
    }

    LogCommit(Engine engine, LogTransaction.Ground ground, LogFanout fanout, Outage outage, WriteWatch watch) {
        this.engine = engine;
        this.table = ground.table();
        this.fanout = fanout;
        this.outage = outage;
        this.watch = watch;
        this.ground = ground;
    }

    /** Who is told of every commit. */
    LogTaps taps() {
        return taps;
    }

    /** Commits the batch and tells everybody their outcome; false if the store is away. */
    boolean run(List<Work<?>> batch) {
        try {
            return run(batch, true);
        } finally {
            watch.end();
        }
    }

    private boolean run(List<Work<?>> batch, boolean mayTryAgain) {
        if (stopped) {
            fail(batch, Fault.UNSAFE.refusal(null));
            return false;
        }
        long began = System.nanoTime();
        LogTransaction transaction = null;
        boolean asked = false;
        try {
            transaction = new LogTransaction(connect(), ground);
            watch.begin();
            begin(transaction);
            transaction.expect(batch);
            for (Work<?> work : batch) {
                work.apply(transaction);
            }
            transaction.write();
            asked = true;
            transaction.commit();
            watch.end();
            succeed(transaction, batch);
            return true;
        } catch (SQLException e) {
            boolean soon = System.nanoTime() - began < PATIENCE_NANOS;
            Failed failed = new Failed(e, transaction, asked, soon);
            return failed(batch, failed, mayTryAgain);
        } catch (MirrorException refused) {
            // The engine: somebody else writes, or the server's settings are no longer safe.
            LOG.log(said ? Level.DEBUG : Level.ERROR, "The store cannot be written to: {0}", refused.getMessage());
            said = true;
            forget(transaction);
            fail(batch, Fault.AWAY.refusal(refused));
            outage.away();
            return false;
        } catch (RuntimeException e) {
            forget(transaction);
            LOG.log(Level.ERROR, "The log failed", e);
            fail(batch, Fault.PROGRAM.refusal(e));
            return true;
        } catch (Error e) {
            forget(transaction); // whoever waits hears of it where this was called
            throw e;
        }
    }

    /** How a batch failed: whether a commit had been asked for, and whether there is time left to find out more. */
    private record Failed(SQLException cause, @Nullable LogTransaction transaction, boolean asked, boolean soon) {}

    private LogStatements connect() throws SQLException {
        Connection connection = engine.writer();
        LogStatements current = statements;
        if (current == null || engine.life() != life) {
            LogState state = LogState.read(connection);
            current = engine.statements(connection);
            ground = afresh(state, current);
            behind = life != 0;
            if (behind) {
                taps.missed();
            }
            life = engine.life();
            table.begin(life);
            if (behind) {
                outage.reconnected();
            }
            statements = current;
        }
        return current;
    }

    private void begin(LogTransaction transaction) throws SQLException {
        transaction.statements.begin();
        if (behind) {
            List<ChannelName> names = table.behind(LOOKED_AT);
            transaction.statements.expect(List.of(), names);
            for (ChannelName name : names) {
                transaction.channel(name);
            }
            behind = !names.isEmpty();
            if (behind) {
                outage.away();
            }
        }
    }

    /** What to begin with on another connection: somebody else may have written between the two. */
    private LogTransaction.Ground afresh(LogState state, LogStatements current) throws SQLException {
        if (!state.epoch().equals(ground.epoch())) {
            throw new MirrorException(
                    ErrorCode.STORE_UNAVAILABLE, "the store was replaced under a running mirror; start it again");
        }
        Timetokens timetokens = ground.timetokens();
        LogTransaction.Newest known = newest;
        // Commits are lost from the end: if the last one is there, all are.
        if (state.timetoken() < timetokens.reserved()
                || (known != null && current.find(known.channel()).tail() < known.offset())) {
            MirrorException refusal = new MirrorException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the database lacks what was committed to it: it is an older one than before; nothing is written"
                            + " until a restart");
            stop(refusal);
            throw refusal;
        }
        timetokens.atLeast(state.timetoken());
        return new LogTransaction.Ground(table, ground.epoch(), timetokens, state.nextChannel());
    }

    private void succeed(LogTransaction transaction, List<Work<?>> batch) {
        said = false;
        outage.back();
        ground = transaction.ground();
        newest = transaction.newest().orElse(newest);
        List<LogSubscription> listening = transaction.publish();
        taps.tell(transaction, !behind);
        for (Work<?> work : batch) {
            work.succeed();
        }
        fanout.wake(listening);
    }

    private boolean failed(List<Work<?>> batch, Failed failed, boolean mayTryAgain) {
        Fault fault = Fault.of(failed.cause);
        MirrorException refusal = fault.refusal(failed.cause);
        switch (fault) {
            case UNSAFE -> {
                forget(failed.transaction);
                fail(batch, refusal);
                stop(refusal);
                return false;
            }
            case AWAY -> {
                return away(batch, failed, mayTryAgain);
            }
            case PROGRAM -> {
                rollback(failed.transaction);
                if (batch.size() > 1) {
                    // One of them is at fault; the others must not suffer.
                    boolean there = true;
                    for (Work<?> work : batch) {
                        if (there) {
                            there = run(List.of(work), true);
                        } else {
                            work.fail(Fault.AWAY.refusal(null));
                        }
                    }
                    return there;
                }
                LOG.log(Level.ERROR, "The database refused a statement", failed.cause);
            }
            default -> {
                rollback(failed.transaction);
                LOG.log(
                        said ? Level.DEBUG : Level.WARNING,
                        "The log cannot be written to: {0}",
                        failed.cause.getMessage());
                said = true;
            }
        }
        fail(batch, refusal);
        return true;
    }

    private boolean away(List<Work<?>> batch, Failed failed, boolean mayTryAgain) {
        forget(failed.transaction);
        boolean ended = SqlFaults.endsTheConnection(new IllegalStateException(failed.cause));
        if (ended && !failed.asked && failed.soon && mayTryAgain) {
            return run(batch, false); // nothing was changed, and the next connection may do better
        }
        LOG.log(said ? Level.DEBUG : Level.WARNING, "The store does not answer: {0}", failed.cause.getMessage());
        said = true;
        MirrorException refusal = Fault.AWAY.refusal(failed.cause);
        outage.away();
        boolean known = failed.asked && failed.soon && lookUp(batch, refusal);
        fail(batch, refusal);
        return known;
    }

    /** Finds out what was committed after all. Whoever listens hears of it as after any outage. */
    private boolean lookUp(List<Work<?>> batch, MirrorException refusal) {
        LogTransaction transaction = null;
        try {
            transaction = new LogTransaction(connect(), ground);
            watch.begin();
            begin(transaction);
            transaction.expect(batch);
            // Nobody is told that something is stored which whoever reads would not find.
            for (Work<?> work : batch) {
                transaction.look(work);
            }
            for (Work<?> work : batch) {
                work.succeedIfDone(transaction, refusal);
            }
            transaction.write();
            transaction.commit();
            watch.end();
            succeed(transaction, List.of());
            return true;
        } catch (SQLException | MirrorException e) {
            LOG.log(Level.DEBUG, "the store does not answer yet", e);
            forget(transaction);
            return false;
        } catch (RuntimeException | Error e) {
            forget(transaction);
            throw e;
        }
    }

    /** From now on nothing is written. */
    void stop(MirrorException fault) {
        stopped = true;
        outage.unsafe(fault);
    }

    boolean isStopped() {
        return stopped;
    }

    private static void fail(List<Work<?>> batch, MirrorException refusal) {
        batch.forEach(work -> work.fail(refusal));
    }

    private void rollback(@Nullable LogTransaction transaction) {
        LogStatements current = statements;
        if (transaction == null || current == null) {
            return;
        }
        try {
            current.rollback();
        } catch (SQLException e) {
            forget(transaction);
            return;
        }
        fanout.wake(transaction.undo(true));
    }

    /** Gives up the connection: the next one begins with what the database says. */
    private void forget(@Nullable LogTransaction transaction) {
        LogStatements current = statements;
        statements = null;
        if (current != null) {
            current.giveUp();
        }
        if (transaction != null) {
            fanout.wake(transaction.undo(false));
        }
    }
}
