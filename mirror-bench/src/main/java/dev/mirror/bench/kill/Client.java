package dev.mirror.bench.kill;

import dev.mirror.bench.node.Line;
import dev.mirror.bench.node.People.Person;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client on a thread of its own: it connects, does what it does, and connects again whenever the connection ends,
 * until it is done or is told to end. What it does and sees it writes down.
 */
abstract class Client implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Person person;
    private final HistoryFile history;
    private final SplittableRandom random;
    private final IntSupplier port;
    private final Thread thread;
    private volatile @Nullable Line line; // set by the client's thread
    private volatile boolean ended; // set once, by whoever ends it
    private boolean cut; // only on the client's thread; it ended the connection itself
    private final List<String> unasked = new CopyOnWriteArrayList<>(); // how connections ended that it did not end
    private volatile @Nullable RuntimeException fault; // set once, by the client's thread

    /**
     * What every client is given.
     *
     * @param person who it is
     * @param device its name beside the user's
     * @param history where it writes
     * @param random decides what it does; its own
     * @param port where the server is now
     */
    record Place(Person person, String device, HistoryFile history, SplittableRandom random, IntSupplier port) {}

    Client(Place place) {
        this.person = place.person();
        this.history = place.history();
        this.random = place.random();
        this.port = place.port();
        this.thread = new Thread(this::run, place.device());
        thread.setDaemon(true);
    }

    /** Does what it does until the connection ends, or there is nothing more to do. On the client's thread. */
    abstract void session(Line open) throws IOException;

    /** The connection has ended. On the client's thread. */
    abstract void left();

    /** Whether there is nothing more to do. */
    abstract boolean isDone();

    final void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!ended && !isDone()) {
                boolean wasOpen = false;
                try (Line open = Line.open(port.getAsInt(), person.token())) {
                    wasOpen = true;
                    line = open;
                    session(open);
                } catch (IOException e) {
                    // The server was killed, or one of us ended the connection: come back.
                    if (wasOpen && !cut && !ended) {
                        unasked.add(person.user() + ": " + e.getMessage());
                    }
                    cut = false;
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                left();
            }
        } catch (RuntimeException e) {
            fault = e;
        }
    }

    final Person person() {
        return person;
    }

    final String user() {
        return person.user();
    }

    final HistoryFile history() {
        return history;
    }

    final SplittableRandom random() {
        return random;
    }

    /** Ends the connection as if the client had died. On the client's thread. */
    final void cut(Line open) {
        cut = true;
        open.cut();
    }

    /** How those of its connections ended that somebody else ended. */
    final List<String> unasked() {
        return unasked;
    }

    /** Has it end soon, wherever it is. */
    final void end() {
        ended = true;
        Line open = line;
        if (open != null) {
            open.cut();
        }
    }

    final boolean isEnded() {
        return ended;
    }

    final boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends it, waits for its thread, and closes its history. */
    @Override
    public final void close() throws IOException {
        end();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(40));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        history.close();
        RuntimeException broken = fault;
        if (broken != null) {
            throw new IllegalStateException("a client of the kill run is broken: " + thread.getName(), broken);
        }
    }
}
