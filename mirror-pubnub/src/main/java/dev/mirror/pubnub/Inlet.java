package dev.mirror.pubnub;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The way from the SDK's threads to this broker's: a bounded queue and one thread. It collects for a moment, since
 * messages of two regions of the service may swap, and hands on what it got in the order of the timetokens, reports of
 * the connection first. Messages that do not fit into the queue are dropped, and everybody is told so before anything
 * newer; reports always get in, since nothing would make up for one, and of two that are equal one waits.
 */
final class Inlet implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Inlet.class.getName());
    private static final int AT_ONCE = 1_000;
    private static final long PATIENCE_MILLIS = 10_000;

    private final BlockingQueue<Events.Event> queue = new LinkedBlockingQueue<>(); // bounded by the two below
    private final Semaphore room; // for messages
    private final Set<Events.Event> reports = ConcurrentHashMap.newKeySet(); // those that wait
    private final AtomicBoolean lost = new AtomicBoolean(); // some message was, and nobody knows yet
    private final long nanos;
    private final Consumer<Events.Event> outlet;
    private final Runnable missed;
    private final Thread thread;
    private volatile boolean closed; // set once

    /**
     * An inlet.
     *
     * @param size how many messages wait at most
     * @param reorder how long it collects
     * @param missed is told when messages were dropped
     */
    Inlet(int size, Duration reorder, Consumer<Events.Event> outlet, Runnable missed) {
        this.room = new Semaphore(size);
        this.nanos = reorder.toNanos();
        this.outlet = outlet;
        this.missed = missed;
        this.thread = Workers.named("hear-").newThread(this::run);
        thread.start();
    }

    /** Any thread: takes an event, or drops a message if too many wait. Never blocks, never throws. */
    void offer(Events.Event event) {
        boolean message = event instanceof Events.Message;
        if (message ? room.tryAcquire() : reports.add(event)) {
            queue.add(event);
        } else if (message) {
            lost.set(true);
        }
    }

    private void run() {
        while (!closed) {
            try {
                pass(collect());
            } catch (InterruptedException ended) {
                return; // only close interrupts
            }
        }
    }

    private List<Events.Event> collect() throws InterruptedException {
        List<Events.Event> events = new ArrayList<>();
        events.add(queue.take());
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && events.size() < AT_ONCE; left = end - System.nanoTime()) {
            Events.Event next = queue.poll(left, TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            events.add(next);
        }
        queue.drainTo(events, AT_ONCE);
        return events;
    }

    private void pass(List<Events.Event> events) {
        List<Events.Message> messages = new ArrayList<>();
        List<Events.Event> others = new ArrayList<>();
        for (Events.Event event : events) {
            if (event instanceof Events.Message message) {
                room.release();
                messages.add(message);
            } else {
                reports.remove(event);
                others.add(event);
            }
        }
        if (lost.getAndSet(false)) {
            LOG.log(Level.WARNING, "more live messages than can wait; they are read from the history");
            guarded(missed);
        }
        messages.sort(Comparator.comparingLong(Events.Message::timetoken));
        others.forEach(this::hand);
        messages.forEach(this::hand);
    }

    /** One that cannot be handed on is looked for in the history, and those behind it are not lost with it. */
    private void hand(Events.Event event) {
        if (!guarded(() -> outlet.accept(event))) {
            guarded(missed);
        }
    }

    private static boolean guarded(Runnable task) {
        try {
            task.run();
            return true;
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "what was heard could not be handed on", fault);
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
