package dev.mirror.sql;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The database under one store: whose it is, and how connections to it are made. While it is open nobody else's store
 * writes there.
 *
 * <p>{@link #writer} and {@link #life} are the writer's alone; the rest is safe for any thread.
 */
interface Engine extends AutoCloseable {
    /**
     * The one connection that writes, made again if the last one broke.
     *
     * @throws SQLException if there is none to be had now
     * @throws dev.mirror.message.MirrorException if there is, but this store may not write with it
     */
    Connection writer() throws SQLException;

    /**
     * Which connection {@link #writer} gave last: 1 for the first, one more for each that replaced a broken one.
     * Somebody else may have written between two of them.
     */
    long life();

    /** What the log says to a connection that writes. */
    LogStatements statements(Connection writer) throws SQLException;

    /** Connections that only read. They are left alone here: a pool or whoever opens one closes it. */
    DataSource readers();

    /** Whether connections that only read are worth keeping. */
    default boolean readersArePooled() {
        return true;
    }

    /**
     * From another thread: breaks the connection that writes, so that whatever waits on it fails. Nothing happens where
     * waiting cannot be ended.
     */
    default void giveUp() {}

    /** The database in a sentence, without secrets. */
    String name();

    /** Closes the connection that writes, and lets go of the database and the folder. */
    @Override
    void close();
}
