package dev.mirror.client.checkpoint;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a bot's progress in memory: a second client in the same process continues where the first one ended. Safe for any
 * thread.
 */
public final class MemoryCheckpoint implements Checkpoint<Checkpoint.None> {
    private final Map<ChannelName, Progress> kept = new HashMap<>(); // guarded by this
    private boolean open; // guarded by this

    /** One that holds nothing yet. */
    public MemoryCheckpoint() {
        // Nothing is to be set.
    }

    @Override
    public synchronized Map<ChannelName, Progress> open() {
        if (open) {
            throw new CheckpointException("another client uses this checkpoint");
        }
        open = true;
        return Collections.unmodifiableMap(new HashMap<>(kept)); // in one order, whatever process it is
    }

    @Override
    public boolean handle(Step step, Work<None> work) throws Exception {
        Progress before = progress(step.channel());
        if (before != null && before.has(step.handled())) {
            return false;
        }
        work.run(None.NONE);
        keep(step);
        return true;
    }

    private synchronized @Nullable Progress progress(ChannelName channel) {
        return kept.get(channel);
    }

    private synchronized void keep(Step step) {
        Progress before = kept.get(step.channel());
        kept.put(step.channel(), before == null ? Progress.first(step) : before.with(step));
    }

    @Override
    public synchronized void move(ChannelName channel, Position position) {
        kept.put(channel, Progress.upTo(position));
    }

    @Override
    public synchronized void close() {
        open = false;
    }
}
