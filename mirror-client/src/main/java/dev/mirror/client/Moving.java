package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.message.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sets where a channel stands in the checkpoint, after the handler of gaps has heard why. Runs in turn with the handlers
 * of the channel, on a thread for them.
 */
final class Moving implements Callbacks.Task {
    private final Ledger ledger;
    private final ChannelName channel;
    private final Position position;
    private final Told told;
    private int failures; // the current run's
    private int unkept; // the current run's
    private boolean heard; // the current run's

    /**
     * Who hears of it.
     *
     * @param before called first, and again if it fails, as a handler is
     * @param after called at the end
     */
    record Told(Call before, Runnable after) {}

    /** A handler's call. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    Moving(Ledger ledger, ChannelName channel, Position position, Told told) {
        this.ledger = ledger;
        this.channel = channel;
        this.position = position;
        this.told = told;
    }

    @Override
    public @Nullable Duration run() {
        try {
            if (!heard) {
                told.before().run();
                heard = true;
            }
        } catch (Throwable thrown) {
            ledger.report(thrown);
            heard = ledger.redelivery().isEnough(++failures);
            return ledger.isEnding()
                    ? null
                    : heard ? Duration.ZERO : ledger.redelivery().delay(failures);
        }
        try {
            ledger.move(channel, position);
        } catch (CheckpointException later) {
            return ledger.notKept(later, ++unkept);
        }
        told.after().run();
        return null;
    }
}
