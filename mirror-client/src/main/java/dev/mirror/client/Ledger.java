package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the client knows of handled events: one track for each subscription, the checkpoint behind them, and what becomes
 * of an event that cannot be handled. Safe for any thread, but as its methods say.
 */
final class Ledger {
    private static final Logger LOG = System.getLogger(Ledger.class.getName());
    private static final Redelivery UNKEPT = new Redelivery(1, Duration.ofMillis(500), Duration.ofSeconds(30));

    private final @Nullable Checkpoint<Object> checkpoint;
    private final Failing failing;
    private final Callbacks callbacks;
    private final Map<ChannelName, Track> tracks = new ConcurrentHashMap<>();
    private Map<ChannelName, Progress> loaded = Map.of(); // the lane's
    /** Whether the checkpoint is this client's to give up. */
    private volatile boolean opened;

    /**
     * What becomes of an event that cannot be handled.
     *
     * @param dead the handler of dead letters
     */
    record Failing(Redelivery redelivery, @Nullable Action<EventHandler.DeadLetter> dead) {}

    @SuppressWarnings("unchecked") // A handler with a transaction is only taken together with its own checkpoint.
    Ledger(@Nullable Checkpoint<?> checkpoint, Failing failing, Callbacks callbacks) {
        this.checkpoint = (Checkpoint<Object>) checkpoint;
        this.failing = failing;
        this.callbacks = callbacks;
    }

    /** Whether positions are kept beyond this client. */
    boolean isKept() {
        return checkpoint != null;
    }

    /** Blocks. What the checkpoint holds. */
    Map<ChannelName, Progress> open() {
        if (checkpoint == null) {
            return Map.of();
        }
        Map<ChannelName, Progress> progress = checkpoint.open();
        opened = true;
        return progress;
    }

    /** On the lane. Begins with what the checkpoint held. */
    void load(Map<ChannelName, Progress> progress) {
        loaded = progress;
    }

    /** On the lane. Whether what was loaded is this user's. */
    boolean belongsTo(UserId user) {
        return loaded.keySet().stream()
                .allMatch(channel -> channel.kind() != ChannelKind.INBOX || channel.belongsTo(user));
    }

    /** On the lane. The track of a channel, which begins where the checkpoint says, if it says anything. */
    Track track(ChannelName channel) {
        return tracks.computeIfAbsent(channel, name -> {
            Track track = new Track(name);
            Progress progress = loaded.get(name);
            if (progress != null) {
                track.resume(progress);
            }
            return track;
        });
    }

    /** On the lane. Where nothing is kept: forgets a channel, so that it begins anew. */
    void forget(ChannelName channel) {
        if (checkpoint == null) {
            tracks.remove(channel);
        }
    }

    /** Blocks. Does the work of a step and keeps it; does neither if it was handled before. */
    void handle(Checkpoint.Step step, Checkpoint.Work<Object> work) throws Exception {
        if (checkpoint == null) {
            work.run(Checkpoint.None.NONE);
        } else if (!checkpoint.handle(step, work)) {
            LOG.log(Level.DEBUG, "An event was handled before");
        }
    }

    /** Blocks. Sets where a channel stands. */
    void move(ChannelName channel, Position position) {
        if (checkpoint != null) {
            checkpoint.move(channel, position);
        }
    }

    /** Blocks. Keeps how far a channel came by events that no handler wanted. */
    void keepPassed(Track track) {
        Checkpoint.Step step = track.passed();
        if (step == null || checkpoint == null) {
            return;
        }
        try {
            checkpoint.handle(step, transaction -> {});
        } catch (Exception failure) {
            LOG.log(Level.DEBUG, "How far a channel came is not kept yet: {0}", failure.toString());
        }
    }

    /** Blocks. Keeps what is not kept yet, and gives the checkpoint up. */
    void close() {
        if (checkpoint == null || !opened) {
            return;
        }
        tracks.values().forEach(this::keepPassed);
        try {
            checkpoint.close();
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "The checkpoint could not be closed", failure);
        }
    }

    Redelivery redelivery() {
        return failing.redelivery();
    }

    boolean buries() {
        return failing.dead() != null;
    }

    /** Calls the handler of dead letters. */
    void bury(EventHandler.DeadLetter letter, Chat chat, Object transaction) throws Exception {
        Action<EventHandler.DeadLetter> dead = failing.dead();
        if (dead != null) {
            dead.run(letter, chat, transaction);
        }
    }

    void report(Throwable thrown) {
        callbacks.report(thrown);
    }

    /** Whether the client is closing, so that a failure says nothing about the event. */
    boolean isEnding() {
        return callbacks.isStopped();
    }

    void givenUp(ChannelEvent event, int attempts) {
        LOG.log(
                Level.WARNING,
                "Publication {0} of a {1} was given up after {2} attempts",
                event.position().offset(),
                event.channel().kind(),
                attempts);
    }

    /** The checkpoint failed, not the handler: when to ask it again. */
    Duration notKept(CheckpointException failure, int failures) {
        callbacks.report(failure);
        return UNKEPT.delay(failures);
    }
}
