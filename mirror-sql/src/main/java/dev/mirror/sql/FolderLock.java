package dev.mirror.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of one process on a data folder. The operating system lets go of it when the process ends, however it
 * ends, so that no stale claim keeps a server from starting.
 */
final class FolderLock implements AutoCloseable {
    private static final String FILE = "mirror.lock";

    /**
     * The folders that this process has, by their real paths. The system lets go of a process's claim when the process
     * closes the file, through whatever channel: whoever may not have the folder must not even open it.
     */
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Claims the folder, or says who has it. */
    static FolderLock take(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (!TAKEN.add(real)) {
                throw inUse(folder, " (process " + ProcessHandle.current().pid() + ")");
            }
            try {
                return new FolderLock(real, lock(folder));
            } catch (IOException | RuntimeException e) {
                TAKEN.remove(real);
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot lock the data folder " + folder, e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(FILE),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                DataFolder.ownerOnly(folder));
        try {
            if (channel.tryLock() == null) {
                throw inUse(folder, readOwner(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(ownId()));
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(folder, ""); // by code of this process that another class loader loaded
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static StoreException.InUse inUse(Path folder, String owner) {
        return new StoreException.InUse("the data folder " + folder + " is in use by another mirror" + owner
                + "; stop that one, or choose another folder");
    }

    private static byte[] ownId() {
        return Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    }

    private static String readOwner(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(20);
        int length = channel.read(buffer, 0);
        String text = length <= 0 ? "" : new String(buffer.array(), 0, length, StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? " (process " + text + ")" : "";
    }

    /** Lets go of the folder. The file stays: removing it would race with the next owner. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot release the data folder", e);
        } finally {
            TAKEN.remove(folder);
        }
    }
}
