package dev.mirror.sql;

import dev.mirror.sql.StoreTools.ProgressHandler;
import dev.mirror.sql.StoreTools.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Copies a SQLite store out of its folder and into one; a copy counts only once it was checked and is on the disk. */
final class StoreBackup {
    /** How many steps of SQLite's machine there are between two looks at how far it is. */
    private static final int STEPS = 100_000;

    private final ProgressHandler progress;

    StoreBackup(ProgressHandler progress) {
        this.progress = progress;
    }

    Report backup(Path folder, Path file) {
        Path source = folder.resolve(SqliteEngine.FILE);
        if (!Files.isRegularFile(source)) {
            throw new StoreException.Unavailable("there is no store in " + folder);
        }
        if (Files.exists(file)) {
            throw new StoreException.Unavailable(file + " is there already; a backup overwrites nothing");
        }
        Path part = beside(file, ".part");
        try {
            Files.deleteIfExists(part);
            DataFolder.createFile(parent(part), part.getFileName().toString());
            copy(source, part);
            Report report = StoreCheck.of(SqliteFile.reader(part), progress);
            requireSound(report, "the store in " + folder);
            publish(part, file);
            return report;
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot back up " + folder);
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot write " + file, e);
        } finally {
            delete(part);
        }
    }

    /** One statement and one moment, whatever is written meanwhile. */
    private void copy(Path source, Path target) throws SQLException, IOException {
        long size = Files.size(source);
        try (Connection connection = SqliteFile.reader(source).getConnection();
                PreparedStatement statement = connection.prepareStatement("VACUUM INTO ?")) {
            org.sqlite.ProgressHandler.setHandler(connection, STEPS, new org.sqlite.ProgressHandler() {
                @Override
                protected int progress() {
                    progress.progress(Math.min(target.toFile().length(), size), size);
                    return 0;
                }
            });
            statement.setString(1, target.toString());
            statement.execute();
        }
    }

    Report restore(Path file, Path folder, boolean replace, SecureRandom chance) {
        if (!Files.isRegularFile(file)) {
            throw new StoreException.Unavailable("there is no backup " + file);
        }
        DataFolder.create(folder);
        Path target = folder.resolve(SqliteEngine.FILE);
        Path part = beside(target, ".restore");
        FolderLock lock = FolderLock.take(folder);
        try {
            SqliteLibrary.load(folder);
            if (Files.exists(target) && !replace) {
                requireEmpty(target);
            }
            deleteStore(part); // what a restore left behind that was cut short would become part of this one
            DataFolder.createFile(folder, part.getFileName().toString());
            copyBackup(file, part);
            Migrations.apply(SqliteFile.writer(part), Migrations.Schema.SQLITE);
            Report report = StoreCheck.of(SqliteFile.writer(part), progress);
            requireSound(report, "the backup " + file);
            try (Connection connection = SqliteFile.writer(part).getConnection()) {
                connection.setAutoCommit(false);
                Epochs.renew(connection, chance);
                connection.commit();
            }
            requireWhole(part);
            force(part);
            // Not before: until here the old store has lost nothing, whatever is wrong with the backup or happens to
            // us.
            delete(beside(target, "-wal"));
            delete(beside(target, "-shm"));
            publish(part, target);
            return report;
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot restore " + file);
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot write to " + folder, e);
        } finally {
            deleteStore(part);
            lock.close();
        }
    }

    private void copyBackup(Path file, Path part) throws IOException {
        long size = Files.size(file);
        long copied = 0;
        byte[] piece = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(part)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                out.write(piece, 0, read);
                copied += read;
                progress.progress(copied, size);
            }
        }
    }

    /** SQLite folds its log into the file when the last connection closes, and says nothing if it could not. */
    private static void requireWhole(Path file) throws IOException {
        Path log = beside(file, "-wal");
        if (Files.exists(log) && Files.size(log) > 0) {
            throw new IOException("the log beside " + file + " was not folded into it");
        }
    }

    /** A database and what SQLite keeps beside it. */
    private static void deleteStore(Path file) {
        delete(file);
        delete(beside(file, "-wal"));
        delete(beside(file, "-shm"));
    }

    private static void requireEmpty(Path store) throws SQLException {
        try (Connection connection = SqliteFile.writer(store).getConnection()) {
            if (!isEmpty(connection)) {
                throw new StoreException.Occupied("there is a store in " + store.getParent()
                        + " already; say that it may be replaced, or take another folder");
            }
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        for (String table : new String[] {"users", "publications"}) {
            try (Statement statement = connection.createStatement();
                    ResultSet known = statement.executeQuery(
                            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'")) {
                if (!known.next() || known.getInt(1) == 0) {
                    continue;
                }
            }
            try (Statement statement = connection.createStatement();
                    ResultSet some = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
                if (some.next()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void requireSound(Report report, String what) {
        if (!report.isSound()) {
            throw new StoreException.Damaged(
                    what + " is not sound: " + report.findings().get(0));
        }
    }

    /** Under its name only when it is on the disk; then the name, too. */
    private static void publish(Path part, Path file) throws IOException {
        force(part);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(parent(file))) {
            folder.force(true);
        } catch (IOException systemWithoutFoldersAsFiles) {
            // Windows cannot, and needs not.
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot remove " + file, e);
        }
    }
}
