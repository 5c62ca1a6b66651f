package dev.mirror.client.checkpoint;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.util.Map;

/**
 * Keeps which publications of each channel a bot has handled. Handled means: the handler returned.
 *
 * <ol>
 *   <li><b>K1</b> A step for which {@link #handle} returned is kept: the next {@link #open} yields it, as far as the
 *       adapter's memory reaches.
 *   <li><b>K2</b> Work is not run for a publication that is kept as handled.
 *   <li><b>K3</b> Work that throws changes nothing that is kept, and what it threw comes out of {@code handle} as it is.
 *   <li><b>K4</b> Steps of one channel may come out of order and from several threads at once; what is kept in the end
 *       is the same.
 *   <li><b>K5</b> A failure of the checkpoint itself is a {@link CheckpointException}. The same step is then asked again;
 *       work that was done and kept in the meantime is not run again.
 *   <li><b>K6</b> An adapter that has a transaction keeps the step in it: what work does in the transaction and the
 *       step are kept together or not at all.
 * </ol>
 *
 * <p>A client opens its checkpoint when it connects and closes it at its end. Methods may block, and are safe for any
 * thread.
 *
 * @param <T> what work gets in order to do its part in the same transaction; {@link None} where there is none
 */
public interface Checkpoint<T> extends AutoCloseable {
    /**
     * Takes the bot's place, and tells how far it came in each channel.
     *
     * @throws CheckpointException if another bot holds it, or what is kept cannot be read or is not a checkpoint's
     */
    Map<ChannelName, Progress> open();

    /**
     * Runs the work of one step, and keeps that it is done.
     *
     * @return false if the publication was handled before, so that the work was not run
     * @throws CheckpointException if it could not be kept
     * @throws Exception what the work throws
     */
    boolean handle(Step step, Work<T> work) throws Exception;

    /**
     * Sets how far the bot has come in a channel, forward or back: at its first start, at a gap, or because the
     * application says so. Nothing of the channel is being handled meanwhile.
     *
     * @throws CheckpointException if it could not be kept
     */
    void move(ChannelName channel, Position position);

    /** Gives the place up. Idempotent. */
    @Override
    void close();

    /**
     * One publication that is being handled.
     *
     * @param channel the log that it is in: of a direct message the inbox
     * @param handled where it stands
     * @param floor the offset up to which everything is handled once this is; below its own where an earlier one waits
     */
    record Step(ChannelName channel, Position handled, long floor) {}

    /** Stands for a transaction where there is none. */
    enum None {
        /** No transaction. */
        NONE
    }

    /**
     * What a step does.
     *
     * @param <T> the transaction
     */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        void run(T transaction) throws Exception;
    }
}
