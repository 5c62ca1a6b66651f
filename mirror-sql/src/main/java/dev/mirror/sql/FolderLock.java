package dev.mirror.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The claim of one process on a data folder. The operating system lets go of it when the process ends, however it
 * ends, so that no stale claim keeps a server from starting.
 */
final class FolderLock implements AutoCloseable {
    private static final String FILE = "mirror.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Claims the folder, or says who has it. */
    static FolderLock take(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    DataFolder.ownerOnly(folder));
            if (lock(channel)) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(ownId()));
                return new FolderLock(channel);
            }
            String owner = readOwner(channel);
            channel.close();
            throw new StoreException.InUse("the data folder " + folder + " is in use by another mirror" + owner
                    + "; stop that one, or choose another folder");
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot lock the data folder " + folder, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // somebody in this very process has it
        }
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
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot release the data folder", e);
        }
    }
}
