package dev.mirror.pubnub;

import dev.mirror.identity.UserId;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription. It is <em>live</em>, and is handed what was heard, or it reads the history from where it stands,
 * while what is heard is held back; so whatever was missed, comes before what is newer. It reads when it begins, when
 * something may have been missed, and when its listener is so slow that too much waits for it.
 *
 * <p>Safe for any thread. The listener is called by one thread at a time, without a lock.
 */
final class Reader implements Broker.Subscription {
    private static final Logger LOG = System.getLogger(Reader.class.getName());
    /** How many publications wait for the listener, or for the history; those beyond are read again. */
    private static final int MOST_WAITING = 1_000;
    /** How many ids are remembered, so that a publish that was tried again is not delivered twice. */
    private static final int REMEMBERED = 1_000;

    private final Surroundings surroundings;
    private final Consumer<Publication> listener;
    private final Deque<Publication> waiting = new ArrayDeque<>(); // guarded by this
    private final Map<Long, Publication> held = new TreeMap<>(); // guarded by this; what was heard while it read
    private final Map<Key, Long> remembered = Known.bounded(REMEMBERED); // guarded by this; to where each stood
    private boolean live; // guarded by this
    private boolean again; // guarded by this; something more was missed while it read
    private boolean begun; // guarded by this; knows where it stands
    private boolean telling; // guarded by this; a thread calls the listener, or is about to
    private boolean reading; // guarded by this; a page is on its way
    private boolean closed; // guarded by this
    private long at; // guarded by this; the timetoken of what it took last
    private Position position = new Position("none", 0); // guarded by this
    private boolean recovered; // guarded by this

    private record Key(UserId publisher, String id) {}

    /** What a reader needs of its broker. */
    interface Surroundings {
        /** Runs something that calls listeners. */
        void tell(Runnable task);

        /** Runs something that waits for the service. */
        void ask(Runnable task);

        /** Runs something that waits for the service, a little later. */
        void askLater(Runnable task);

        /** The next page after a timetoken. */
        Talk.Page after(long timetoken);

        /** It is not interested any more. */
        void left(Reader reader);
    }

    Reader(Surroundings surroundings, Consumer<Publication> listener) {
        this.surroundings = surroundings;
        this.listener = listener;
    }

    /** Begins with what comes after a timetoken. */
    void begin(Position end, boolean complete, long after) {
        synchronized (this) {
            position = end;
            recovered = complete;
            at = after;
            begun = true;
        }
        go();
    }

    /** Takes what was heard. */
    void hear(Publication publication) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (live) {
                take(publication);
                live = waiting.size() < MOST_WAITING;
            } else if (!again) {
                held.put(publication.position().offset(), publication);
                if (held.size() > MOST_WAITING) {
                    held.clear();
                    again = true;
                }
            }
        }
        go();
    }

    /** Something may have been missed: what comes next waits until the history was read. */
    void missed() {
        synchronized (this) {
            again |= !live;
            live = false;
        }
        go();
    }

    private void take(Publication publication) {
        long offset = publication.position().offset();
        Key key = new Key(publication.entry().publisher(), publication.entry().id());
        if (offset <= at) {
            if (!remembered.containsKey(key) && live) {
                // The log has it, and no order of delivery is left to put it into.
                LOG.log(
                        Level.WARNING,
                        "a message came too late to be delivered in order, on {0}",
                        publication.channel());
            }
            return;
        }
        at = offset;
        if (remembered.put(key, offset) == null) {
            waiting.add(publication);
        }
    }

    private void go() {
        synchronized (this) {
            if (telling || closed || !begun || (live && waiting.isEmpty()) || (reading && waiting.isEmpty())) {
                return;
            }
            telling = true;
        }
        surroundings.tell(this::tell);
    }

    private void tell() {
        for (Publication next = next(); next != null; next = next()) {
            try {
                listener.accept(next);
            } catch (RuntimeException | Error fault) {
                LOG.log(Level.ERROR, "a listener failed", fault);
            }
        }
    }

    private @Nullable Publication next() {
        synchronized (this) {
            Publication next = closed ? null : waiting.poll();
            if (next != null) {
                return next;
            }
            telling = false;
            if (live || reading || closed) {
                return null;
            }
            reading = true;
        }
        surroundings.ask(this::read);
        return null;
    }

    private void read() {
        long from;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (again) {
                // Whatever was missed until now is in what is read from now on.
                again = false;
                held.clear();
            }
            from = at;
        }
        try {
            took(surroundings.after(from));
        } catch (MirrorException failure) {
            LOG.log(Level.DEBUG, "history is not there yet: {0}", failure.getMessage());
            surroundings.askLater(this::read);
        }
    }

    private void took(Talk.Page page) {
        synchronized (this) {
            reading = false;
            page.messages().forEach(heard -> take(heard.publication()));
            at = Math.max(at, page.last());
            if (page.received() < Talk.PAGE && !again) {
                held.values().forEach(this::take);
                held.clear();
                live = true;
            }
        }
        go();
    }

    /** The timetoken of what it took last; 0 as long as it does not know where it stands. */
    synchronized long at() {
        return begun ? at : 0;
    }

    synchronized boolean isLive() {
        return live;
    }

    @Override
    public synchronized Position position() {
        return position;
    }

    @Override
    public synchronized boolean recovered() {
        return recovered;
    }

    void end() {
        synchronized (this) {
            closed = true;
            waiting.clear();
            held.clear();
        }
    }

    @Override
    public void close() {
        end();
        surroundings.left(this);
    }
}
