package dev.mirror.pubnub;

import com.pubnub.api.PubNub;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One long poll for some of the channels, and its watchdog. The SDK gives up after a refusal, and what it remembers of
 * its cursor does not outlive every order of faults; so whenever it reports a fault, that instance is thrown away, and a
 * new one begins with this shard's own names and cursor. That is tried for ever, with growing pauses.
 *
 * <p>Used by the control thread, except where a method says otherwise.
 */
final class Shard {
    /** How many channels share a poll: their names, and those in the token, have to fit in one address of 32 KiB. */
    static final int MOST_NAMES = 100;

    private static final Logger LOG = System.getLogger(Shard.class.getName());
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_FACTOR = 60;

    private final Surroundings surroundings;
    private final Set<String> names = new TreeSet<>();
    private @Nullable PubNub sdk; // the instance that polls, if one does
    private int life; // counts the instances
    private int failures; // since the last success
    private boolean waiting; // for the pause before the next instance
    private volatile long cursor; // by the control thread before it polls, then by whoever hears; 0 for none
    private volatile boolean connected; // by the control thread
    private int heardOf; // only the thread that hears: the last life that it heard of
    private boolean ended;

    /** What a shard needs of its broker. */
    record Surroundings(PubNubBrokerOptions options, Talk talk, Pauses pauses, Consumer<Events.Event> inlet) {}

    /** Waits, with some chance in it, and goes on in the control thread. */
    @FunctionalInterface
    interface Pauses {
        void after(Duration pause, Runnable task);
    }

    Shard(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Whether another name has room, beside so many that are about to come. */
    boolean hasRoom(int coming) {
        return names.size() + coming < MOST_NAMES;
    }

    /** Any thread. */
    boolean isConnected() {
        return connected;
    }

    /** Any thread: everything up to there was heard. */
    void heard(long timetoken) {
        cursor = Math.max(cursor, timetoken);
    }

    /** The thread that hears: whether this is the first connection of a life that is not the first. */
    boolean isBack(int ofLife) {
        boolean back = ofLife > 1 && heardOf != ofLife;
        heardOf = ofLife;
        return back;
    }

    /**
     * Changes the names, in one step.
     *
     * @throws RuntimeException if the service does not answer, or the SDK has a fault; the names are changed all the same
     */
    void change(Collection<String> more, Collection<String> less) {
        names.addAll(more);
        names.removeAll(less);
        if (names.isEmpty()) {
            end();
            return;
        }
        PubNub running = sdk;
        if (running == null) {
            if (!waiting) {
                open();
            }
            return;
        }
        try {
            if (!more.isEmpty()) {
                prove(running);
                running.subscribe().channels(new ArrayList<>(more)).execute();
            }
            if (!less.isEmpty()) {
                running.unsubscribe().channels(new ArrayList<>(less)).execute();
            }
        } catch (RuntimeException failure) {
            // The names are this shard's now; a new instance will have them.
            broken(life, reason(failure));
            throw failure;
        }
    }

    /** What may stand in a log: what the SDK says itself may quote what was said. */
    private static String reason(RuntimeException failure) {
        return failure instanceof MirrorException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }

    /** Shows a new token, since the one before ends, or lacks a name. */
    void renew() {
        PubNub running = sdk;
        if (running != null) {
            prove(running);
        }
    }

    private void prove(PubNub running) {
        String token = surroundings.talk.token(List.copyOf(names));
        if (token != null) {
            running.setToken(token);
        }
    }

    private void open() {
        try {
            if (cursor == 0) {
                cursor = surroundings.talk.time();
            }
            PubNub next = Client.forPolls(surroundings.options);
            sdk = next;
            life++;
            prove(next);
            next.addListener(new Ear(this, life, surroundings.inlet));
            next.subscribe()
                    .channels(new ArrayList<>(names))
                    .withTimetoken(cursor)
                    .execute();
        } catch (RuntimeException failure) {
            stop();
            broken(life, reason(failure));
            throw failure;
        }
    }

    /** The instance of this life has a fault. */
    void broken(int ofLife, String reason) {
        if (ofLife != life || waiting || ended) {
            return;
        }
        LOG.log(
                failures == 0 ? Level.WARNING : Level.DEBUG,
                "PubNub''s live messages stopped ({0}); it is tried again until they come, and what is missed is read",
                reason);
        stop();
        Duration first = surroundings.options.reconnect();
        long factor = Math.min(MOST_FACTOR, 1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        waiting = true;
        surroundings.pauses.after(first.multipliedBy(factor), () -> {
            waiting = false;
            if (!ended && sdk == null) {
                reopen();
            }
        });
    }

    private void reopen() {
        try {
            open();
        } catch (RuntimeException failure) {
            LOG.log(Level.DEBUG, "not yet: {0}", reason(failure));
        }
    }

    /** Throws the instance away and begins anew, at once. */
    void restart() {
        if (!waiting && !ended) {
            stop();
            reopen();
        }
    }

    /** The instance of this life polls. */
    void connected(int ofLife) {
        if (ofLife != life || sdk == null) {
            return;
        }
        if (failures > 0) {
            LOG.log(Level.INFO, "PubNub''s live messages come again");
        }
        failures = 0;
        connected = true;
    }

    private void stop() {
        connected = false;
        PubNub before = sdk;
        sdk = null;
        if (before != null) {
            before.forceDestroy();
        }
    }

    void end() {
        ended = true;
        stop();
    }

    boolean isEnded() {
        return ended;
    }
}
