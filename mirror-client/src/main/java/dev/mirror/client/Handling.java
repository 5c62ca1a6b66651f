package dev.mirror.client;

import dev.mirror.client.checkpoint.CheckpointException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through its handler, however many attempts that takes; then, if all failed, through the handler of
 * dead letters; then its position is kept. Runs in turn with the other calls of its conversation, on a thread for
 * handlers.
 */
final class Handling implements Callbacks.Task {
    /** What the next run does. */
    enum Phase {
        /** Calls the handler. */
        HANDLE,
        /** Calls the handler of dead letters. */
        BURY,
        /** Calls nobody: both failed too often. */
        PASS;

        /** What follows when this phase was tried often enough. */
        Phase next(boolean buries) {
            return this == HANDLE && buries ? BURY : PASS;
        }
    }

    private final Ledger ledger;
    private final Track track;
    private final Track.Item item;
    private final Letter letter;
    private Phase phase = Phase.HANDLE; // the current run's
    private int failures; // the current run's; in this phase
    private int attempts; // the current run's; how often the handler failed in all
    private int unkept; // the current run's; how often the checkpoint failed in a row
    private @Nullable Throwable failure; // the current run's; what the handler threw last

    /** What is handled. */
    record Letter(ChannelEvent event, Chat chat, Action<ChannelEvent> action) {}

    Handling(Ledger ledger, Track track, Track.Item item, Letter letter) {
        this.ledger = ledger;
        this.track = track;
        this.item = item;
        this.letter = letter;
    }

    @Override
    public @Nullable Duration run() {
        try {
            ledger.handle(track.step(item), this::act);
        } catch (CheckpointException later) {
            return ledger.notKept(later, ++unkept);
        } catch (Throwable thrown) {
            return failed(thrown);
        }
        track.done(item);
        return null;
    }

    private void act(Object transaction) throws Exception {
        switch (phase) {
            case HANDLE -> letter.action().run(letter.event(), letter.chat(), transaction);
            case BURY -> ledger.bury(deadLetter(), letter.chat(), transaction);
            case PASS -> {}
        }
    }

    private EventHandler.DeadLetter deadLetter() {
        Throwable cause = failure == null ? new IllegalStateException("unknown") : failure;
        return new EventHandler.DeadLetter(letter.event(), cause, attempts);
    }

    private @Nullable Duration failed(Throwable thrown) {
        unkept = 0;
        ledger.report(thrown);
        if (ledger.isEnding()) {
            return null; // Neither handled nor given up: the next client gets it again.
        }
        failures++;
        if (phase == Phase.HANDLE) {
            attempts++;
            failure = thrown;
        }
        if (!ledger.redelivery().isEnough(failures)) {
            return ledger.redelivery().delay(failures);
        }
        phase = phase.next(ledger.buries());
        failures = 0;
        if (phase == Phase.PASS) {
            ledger.givenUp(letter.event(), attempts);
        }
        return Duration.ZERO;
    }
}
