package dev.mirror.sql;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** How files come to be in the data folder: readable by their owner only, where the system knows owners. */
final class DataFolder {
    private DataFolder() {}

    /** Makes the folder if it is not there. */
    static void create(Path folder) {
        try {
            Path parent = folder.toAbsolutePath().getParent();
            if (!Files.isDirectory(folder) && parent != null) {
                Files.createDirectories(parent);
                Files.createDirectory(folder, attributes(parent, "rwx------"));
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new StoreException.Unavailable("the data folder " + folder + " is a file", e);
            }
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot make the data folder " + folder, e);
        }
    }

    /** Makes an empty file if it is not there. SQLite gives its side files the mode of the main one. */
    static void createFile(Path folder, String name) {
        try {
            Files.createFile(folder.resolve(name), ownerOnly(folder));
        } catch (FileAlreadyExistsException e) {
            // It is there, which is all that was asked for.
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot write to the data folder", e);
        }
    }

    static FileAttribute<?>[] ownerOnly(Path folder) throws IOException {
        return attributes(folder, "rw-------");
    }

    private static FileAttribute<?>[] attributes(Path folder, String mode) throws IOException {
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
