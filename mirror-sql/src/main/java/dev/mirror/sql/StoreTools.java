package dev.mirror.sql;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What an operator does to a store: back it up, restore it, check it, take its log out and put one in. Each call does
 * its work on the calling thread and takes its time.
 *
 * <p>{@link #backup}, {@link #check} and {@link #exportLog} only read, and a mirror may go on writing meanwhile; they see
 * the store as it was at one moment. {@link #restore}, {@link #renewEpoch} and {@link #importLog} need
 * the store for themselves.
 */
public final class StoreTools {
    private StoreTools() {}

    /** Hears how far something has come. */
    @FunctionalInterface
    public interface ProgressHandler {
        /** Says nothing to nobody. */
        ProgressHandler NONE = (done, total) -> {};

        /**
         * So much is done.
         *
         * @param total how much there is to do, roughly; 0 if that is not known
         */
        void progress(long done, long total);
    }

    /**
     * What a check found.
     *
     * @param channels how many there are
     * @param publications how many rows were checked
     * @param findings what is wrong, a sentence each, the first {@value #MAX_FINDINGS}; empty if all is well
     */
    public record Report(long channels, long publications, List<String> findings) {
        /** How many findings are told. */
        public static final int MAX_FINDINGS = 100;

        /** Copies the list. */
        public Report {
            findings = List.copyOf(findings);
        }

        /** Whether nothing is wrong. */
        public boolean isSound() {
            return findings.isEmpty();
        }
    }

    /**
     * Writes the SQLite store of a data folder to a file, as of one moment, and checks what it wrote. The file appears
     * under its name when it is whole, sound and on the disk. The keys of the folder are not part of it.
     *
     * @throws StoreException.Unavailable if there is no store, or the file is there already or cannot be written
     * @throws StoreException.Damaged if what was written is not sound; no file is left then
     */
    public static Report backup(Path folder, Path file, ProgressHandler progress) {
        return new StoreBackup(progress).backup(folder, file);
    }

    /**
     * Puts a backup into a data folder, under a new epoch: whoever has a position from before hears that something may
     * be missing, instead of missing it, and goes on where it was, or where the backup ends.
     *
     * @param replace whether a store that is there and has something in it may go
     * @throws StoreException.InUse if a mirror is running there
     * @throws StoreException.Occupied if there is a store that must not go
     * @throws StoreException.Damaged if the backup is not sound; nothing was changed
     * @throws StoreException.TooNew if a newer mirror wrote the backup; nothing was changed
     */
    public static Report restore(
            Path file, Path folder, boolean replace, SecureRandom chance, ProgressHandler progress) {
        return new StoreBackup(progress).restore(file, folder, replace, chance);
    }

    /**
     * Begins a new epoch with what is stored, as a restore does. For a database that was restored or failed over with
     * its own tools, which know nothing of epochs: without it positions beyond its end would be given again.
     *
     * @throws StoreException.InUse if a mirror is running there
     * @throws StoreException.Unavailable if there is no log, or the database does not answer; nothing was changed
     */
    public static void renewEpoch(Database database, SecureRandom chance) {
        try (Engine engine = SqlStore.engine(database)) {
            Connection connection = engine.writer();
            if (LogState.epoch(connection).isEmpty()) {
                throw new StoreException.Unavailable("there is no log in " + database);
            }
            connection.setAutoCommit(false);
            Epochs.renew(connection, chance);
            connection.commit();
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot write to " + database);
        }
    }

    /**
     * Checks everything that is stored: the database, every row against its checksum, every log for holes.
     *
     * @throws StoreException.Unsuitable if the database server could lose what it has acknowledged, or is too old;
     *     nothing was checked then
     * @throws StoreException.Unavailable if there is no store, or it does not answer
     */
    public static Report check(Database database, ProgressHandler progress) {
        return StoreCheck.of(database, progress);
    }

    /**
     * Writes every publication as a line of JSON: {@code channel}, {@code offset}, {@code timetoken},
     * {@code publisher}, {@code id}, {@code body} (or, if that is no JSON of one line, {@code text}), and of a copy
     * {@code origin} with {@code channel} and {@code offset}. Channel by channel, in offset order.
     *
     * @return how many; all of them have gone into {@code out}, which stays open
     * @throws StoreException.Damaged if a row is missing or not what was written
     * @throws java.io.UncheckedIOException if {@code out} does not take them
     */
    public static long exportLog(Database database, OutputStream out, ProgressHandler progress) {
        return LogExport.run(database, out, progress);
    }

    /**
     * Adds what {@link #exportLog} wrote, at the same offsets and times. What is there already is left alone, so that
     * an import that was cut short can be repeated. The log keeps its own epoch; who comes with a position of the one
     * that was exported goes on where it was.
     *
     * @return how many were added
     * @throws StoreException.InUse if a mirror is running there
     * @throws IllegalArgumentException if a line is not a publication, or does not fit to what is there; what was
     *     before it may have been added
     */
    public static long importLog(Database database, InputStream in, SecureRandom chance, ProgressHandler progress) {
        return LogImport.run(database, in, chance, progress);
    }
}
