package dev.mirror.client.checkpoint;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a bot's progress in a file of text. Each step writes a new file, has the disk confirm it, and puts it in the old
 * one's place, so that the file is whole after any crash. A file serves one bot; beside it lies a lock, {@code NAME.lock},
 * and for moments {@code NAME.new}.
 *
 * <p>A crash between a handler's return and the next write lets that one event come again. A handler whose effect must
 * not be repeated keeps it in a database, together with the position: see {@code JdbcCheckpoint}.
 *
 * <p>Safe for any thread.
 */
public final class FileCheckpoint implements Checkpoint<Checkpoint.None> {
    private static final Logger LOG = System.getLogger(FileCheckpoint.class.getName());
    private static final long MAX_BYTES = 16 << 20;

    private final Path file;
    private final Path fresh;
    private final Path lockFile;
    private final Map<ChannelName, Progress> kept = new TreeMap<>(CheckpointText.BY_NAME); // guarded by this
    private @Nullable FileChannel lock; // guarded by this; null while not open
    private boolean written; // guarded by this; whether the file holds what is kept

    private FileCheckpoint(Path file) {
        this.file = file;
        this.fresh = file.resolveSibling(file.getFileName() + ".new");
        this.lockFile = file.resolveSibling(file.getFileName() + ".lock");
    }

    /** A checkpoint in this file; it is made when there is something to keep. Its folder must exist. */
    public static FileCheckpoint at(Path file) {
        return new FileCheckpoint(file.toAbsolutePath());
    }

    @Override
    public synchronized Map<ChannelName, Progress> open() {
        if (lock != null) {
            throw new CheckpointException("another client uses the checkpoint " + file);
        }
        FileChannel taken = takeLock();
        try {
            kept.clear();
            kept.putAll(read());
            written = true;
            lock = taken;
            return Map.copyOf(kept);
        } finally {
            if (lock == null) {
                release(taken);
            }
        }
    }

    private FileChannel takeLock() {
        FileChannel channel = null;
        FileLock held = null;
        try {
            channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = channel.tryLock();
        } catch (OverlappingFileLockException here) {
            held = null;
        } catch (IOException failure) {
            throw new CheckpointException("the checkpoint " + file + " cannot be locked", failure);
        } finally {
            if (channel != null && held == null) {
                release(channel);
            }
        }
        if (held == null) {
            throw new CheckpointException("another bot uses the checkpoint " + file);
        }
        return held.channel();
    }

    private static void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.log(Level.WARNING, "The lock of a checkpoint could not be released", failure);
        }
    }

    private Map<ChannelName, Progress> read() {
        try {
            if (!Files.exists(file)) {
                return Map.of();
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new CheckpointException(file + " is too large to be a checkpoint");
            }
            return CheckpointText.read(Files.readString(file, StandardCharsets.ISO_8859_1), file.toString());
        } catch (IOException failure) {
            throw new CheckpointException("the checkpoint " + file + " cannot be read", failure);
        }
    }

    @Override
    public boolean handle(Step step, Work<None> work) throws Exception {
        boolean wanted = !has(step);
        if (wanted) {
            work.run(None.NONE);
        }
        keep(step);
        return wanted;
    }

    private synchronized boolean has(Step step) {
        Progress before = kept.get(step.channel());
        return before != null && before.has(step.handled());
    }

    private synchronized void keep(Step step) {
        Progress before = kept.get(step.channel());
        Progress after = before == null ? Progress.first(step) : before.with(step);
        written &= after.equals(before);
        kept.put(step.channel(), after);
        write();
    }

    @Override
    public synchronized void move(ChannelName channel, Position position) {
        kept.put(channel, Progress.upTo(position));
        written = false;
        write();
    }

    /** With the lock of this object. */
    private void write() {
        if (lock == null) {
            throw new CheckpointException("the checkpoint is closed");
        }
        if (written) {
            return;
        }
        try {
            ByteBuffer text = ByteBuffer.wrap(CheckpointText.write(kept).getBytes(StandardCharsets.ISO_8859_1));
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                while (text.hasRemaining()) {
                    out.write(text);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            confirmFolder();
            written = true;
        } catch (IOException failure) {
            throw new CheckpointException("the checkpoint " + file + " cannot be written", failure);
        }
    }

    /** Has the disk confirm the new name; some systems cannot open a folder, and confirm it by themselves. */
    private void confirmFolder() {
        Path folder = file.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (IOException unsupported) {
            LOG.log(Level.TRACE, "The folder of a checkpoint cannot be confirmed: {0}", unsupported.toString());
        }
    }

    @Override
    public synchronized void close() {
        if (lock != null) {
            release(lock);
            lock = null;
        }
    }
}
