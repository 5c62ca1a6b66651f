package dev.mirror.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread that serves many connections, and the lane of their sessions. One turn: wait for channels, serve those that
 * are ready, run what was handed over, ring the timers, then write what was put into outboxes meanwhile, so that all
 * frames of a turn for one connection leave in one write.
 *
 * <p>{@link #execute} is safe for any thread and runs tasks in the order of submission; everything else belongs to the
 * loop's thread. At most {@value #MAX_TASKS} tasks wait; a further one is rejected. Nothing that a task or a connection
 * throws ends the loop.
 */
final class EventLoop implements Executor, Runnable {
    static final int MAX_TASKS = 1 << 20;

    private static final int READ_BYTES = 64 * 1024;
    /** Of a request that is not complete, on the average. */
    private static final int HEAD_BYTES = 4_096;

    private static final int WRITE_BYTES = 256 * 1024;

    private final Shared shared;
    private final Selector selector;
    private final OutboxBudget budget;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    /** Whether the loop has been woken, or will look at the tasks before it sleeps. */
    private final AtomicBoolean signalled = new AtomicBoolean();

    private volatile boolean stopped;

    // All below: owned by the loop's thread.
    private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BYTES);
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(WRITE_BYTES);
    private final TimerWheel wheel;
    private final Set<LoopConnection> handshakes = new LinkedHashSet<>();
    private long heads; // bytes of requests that are not complete
    private List<LoopConnection> dirty = new ArrayList<>();
    private List<LoopConnection> flushing = new ArrayList<>();
    private long now;
    /** Whether {@link #now} was read since the loop last slept. */
    private boolean awake;

    EventLoop(Shared shared) {
        Faults.prepare();
        this.shared = shared;
        this.budget = new OutboxBudget(shared.options(), this::makeRoomLater);
        this.now = shared.now();
        this.wheel = new TimerWheel(now);
        this.thread = shared.options().threads().newThread(this);
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is registered with the selector. */
    interface Ready {
        /** Its channel is ready for something. */
        void ready(SelectionKey key);

        /** It failed, or the loop stops. */
        void abort();
    }

    void start() {
        thread.start();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        boolean own = isCurrent();
        if ((stopped && !own) || waiting.get() >= MAX_TASKS) {
            throw new RejectedExecutionException(stopped ? "the loop has stopped" : "too many tasks");
        }
        waiting.incrementAndGet();
        tasks.add(task);
        if (!own && signalled.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Any thread. Ends the loop after this turn: cuts what is connected, runs what waits, rejects what others send. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    boolean hasStopped() {
        return stopped;
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    Shared shared() {
        return shared;
    }

    Selector selector() {
        return selector;
    }

    OutboxBudget budget() {
        return budget;
    }

    TimerWheel wheel() {
        return wheel;
    }

    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    ByteBuffer writeBuffer() {
        return writeBuffer.clear();
    }

    /** The time at which this turn began, in milliseconds. */
    long now() {
        return now;
    }

    void flushLater(LoopConnection connection) {
        dirty.add(connection);
    }

    /** A connection that is no WebSocket: its request is not complete, or was refused; the oldest makes room. */
    void enterHandshake(LoopConnection connection) {
        if (handshakes.size() >= share()) {
            handshakes.iterator().next().giveUp();
        }
        handshakes.add(connection);
    }

    /** So many more bytes of requests that are not complete; where it is too much, the oldest make room. */
    void headsGrew(int bytes) {
        heads += bytes;
        while (bytes > 0
                && heads
                        > Math.max((long) share() * HEAD_BYTES, shared.options().maxHeadBytes())) {
            handshakes.iterator().next().giveUp();
        }
    }

    private int share() {
        return shared.options().maxHandshakes() / shared.options().loops();
    }

    void leaveHandshake(LoopConnection connection) {
        handshakes.remove(connection);
    }

    void abortHandshakes() {
        List.copyOf(handshakes).forEach(LoopConnection::abort);
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                turn();
            } catch (Throwable t) {
                Faults.log("A turn of the event loop failed", t);
            }
        }
        end();
    }

    private void turn() throws IOException {
        awake = false;
        if (!tasks.isEmpty() || !dirty.isEmpty()) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, wheel.isEmpty() ? 0 : TimerWheel.TICK_MILLIS);
        }
        wakeUp();
        runTasks();
        wheel.advance(now);
        flush();
    }

    private void wakeUp() {
        if (!awake) {
            awake = true;
            now = shared.now();
        }
    }

    private void ready(SelectionKey key) {
        wakeUp();
        Ready target = (Ready) key.attachment();
        if (!key.isValid()) {
            return;
        }
        try {
            target.ready(key);
        } catch (Throwable t) {
            target.abort();
            Faults.log("A connection is cut after a fault", t);
        }
    }

    private void runTasks() {
        signalled.set(false);
        // Only what waits now: a task that hands over another one must not keep the channels waiting.
        int count = waiting.get();
        int done = 0;
        for (; done < count; done++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            try {
                task.run();
            } catch (Throwable t) {
                Faults.log("A task of the event loop failed", t);
            }
        }
        waiting.addAndGet(-done);
    }

    private void flush() {
        List<LoopConnection> turn = dirty;
        dirty = flushing;
        flushing = turn;
        for (LoopConnection connection : turn) {
            try {
                connection.flush();
            } catch (Throwable t) {
                connection.abort();
                Faults.log("A connection is cut after a fault", t);
            }
        }
        turn.clear();
    }

    private void makeRoomLater() {
        try {
            execute(this::makeRoom);
        } catch (RejectedExecutionException e) {
            budget.hasMadeRoom(); // whoever is refused next tries again
        }
    }

    /** Something that can end, with how much waits in it. */
    private record Heavy(int bytes, Runnable end) {}

    /** Too much waits in all: where most does, the connections end. */
    private void makeRoom() {
        List<Heavy> all = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof LoopConnection connection) {
                all.add(new Heavy(connection.outbox().bytes(), connection::makeRoom));
            }
        }
        for (AdoptedConnection connection : shared.adopted()) {
            all.add(new Heavy(connection.queuedBytes(this), connection::cut));
        }
        all.sort(Comparator.comparingInt(Heavy::bytes).reversed());
        long excess = budget.excess();
        budget.hasMadeRoom(); // or asks again, if it was not enough
        for (Heavy heavy : all) {
            if (excess <= 0 || heavy.bytes == 0) {
                break;
            }
            excess -= heavy.bytes;
            heavy.end.run();
        }
    }

    /** Tells every connection that the server goes down. */
    void closeAll() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof LoopConnection connection) {
                connection.close();
            }
        }
    }

    /** Cuts every connection. */
    void abortAll() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            try {
                ((Ready) key.attachment()).abort();
            } catch (Throwable t) {
                Faults.log("A connection failed to end", t);
            }
        }
    }

    /** Closes what is open; on the loop's thread, or if that was never started. */
    void end() {
        abortAll();
        while (!tasks.isEmpty()) {
            runTasks();
        }
        try {
            selector.close();
        } catch (IOException e) {
            Faults.log(Level.WARNING, "The selector failed to close", e);
        }
    }
}
