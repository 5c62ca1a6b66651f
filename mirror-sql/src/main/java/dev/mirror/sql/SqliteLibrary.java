package dev.mirror.sql;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The native library of SQLite, once for the process. The driver unpacks it into a file at every start and removes that
 * file at the end; a process that is killed would leave about 1 MB each time. So it is unpacked into a folder of its
 * own, which goes as soon as the library is loaded: the process keeps what it has loaded without the file. What a start
 * leaves that was killed in the middle goes with the next start.
 *
 * <p>Nothing is done if somebody chose a place by one of the driver's own properties, and on Windows, where a library
 * that is loaded cannot be removed.
 */
final class SqliteLibrary {
    /** In the data folder, for moments. */
    static final String FOLDER = "native";

    private static final Logger LOG = System.getLogger(SqliteLibrary.class.getName());
    private static final String PLACE = "org.sqlite.tmpdir";
    private static final String PREFIX = "sqlite-";
    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private SqliteLibrary() {}

    /** Loads it by way of a data folder, whose lock is held. */
    static synchronized void load(Path data) {
        Path folder = data.toAbsolutePath().resolve(FOLDER);
        remove(folder);
        if (isOurs() && !LOADED.get()) {
            try {
                DataFolder.create(folder);
                unpackInto(folder);
            } catch (StoreException notHere) {
                LOG.log(Level.DEBUG, "the library of SQLite cannot be unpacked into the data folder", notHere);
            }
            // A disk that is full, or may have no programs on it, is no reason not to start.
            load();
        }
    }

    /** Loads it by way of the system's temporary folder, where there is no lock. */
    static synchronized void load() {
        if (!isOurs() || LOADED.get()) {
            return;
        }
        try {
            unpackInto(Files.createTempDirectory("mirror-sqlite-"));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the library of SQLite is left to its driver", e);
        }
        // Only once: what the driver cannot do here it cannot do the next time either, and then it says why.
        LOADED.set(true);
    }

    private static boolean isOurs() {
        return System.getProperty(PLACE) == null
                && System.getProperty("org.sqlite.lib.path") == null
                && File.separatorChar == '/';
    }

    private static void unpackInto(Path folder) {
        System.setProperty(PLACE, folder.toString());
        try {
            LOADED.set(SQLiteJDBCLoader.initialize());
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "the library of SQLite cannot be loaded from {0}: {1}", folder, e.getMessage());
        } finally {
            System.clearProperty(PLACE);
            remove(folder);
        }
    }

    /** What the driver makes, and the folder around it if there is nothing else. */
    private static void remove(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (NoSuchFileException notThere) {
            // Nothing was left.
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "what the driver of SQLite left cannot be removed", e);
        }
    }
}
