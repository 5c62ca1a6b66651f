package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.bench.node.HttpLine;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One PubNub client without an SDK, on a thread of its own: it connects, does what it does, and connects again whenever the
 * connection ends, until it is told to end.
 */
abstract class Poller implements AutoCloseable {
    /** Both keys are public; whoever knows them may do everything. */
    static final String SUBSCRIBE_KEY = "sub-bench";

    static final String PUBLISH_KEY = "pub-bench";
    /** How a place in a log is written down: its offset is the timetoken. */
    static final String EPOCH = "timetoken";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String user;
    private final HistoryFile history;
    private final IntSupplier port;
    private final Thread thread;
    private volatile @Nullable HttpLine line; // set by its thread
    private volatile boolean ended; // set once, from outside
    private volatile @Nullable RuntimeException fault; // set once, by its thread

    Poller(String user, HistoryFile history, IntSupplier port) {
        this.user = user;
        this.history = history;
        this.port = port;
        this.thread = new Thread(this::run, user);
        thread.setDaemon(true);
    }

    /** Does what it does until the connection ends, or there is nothing more to do. On its thread. */
    abstract void session(HttpLine open) throws IOException;

    final void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!ended) {
                try (HttpLine open = HttpLine.open(port.getAsInt())) {
                    line = open;
                    session(open);
                } catch (IOException e) {
                    // The server was killed: come back.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (RuntimeException e) {
            fault = e;
        }
    }

    final String user() {
        return user;
    }

    final HistoryFile history() {
        return history;
    }

    final boolean isEnded() {
        return ended;
    }

    static JsonNode json(HttpLine.Answer answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    /** Has it end soon; {@code now} means whatever it waits for. */
    final void end(boolean now) {
        ended = true;
        HttpLine open = line;
        if (now && open != null) {
            open.close();
        }
    }

    /** Waits for its thread, and closes its history. */
    @Override
    public void close() throws IOException {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(70));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        history.close();
        RuntimeException broken = fault;
        if (broken != null) {
            throw new IllegalStateException("a client of the polling run is broken: " + user, broken);
        }
    }
}
