package dev.mirror.pubnub;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The way from the SDK's threads to this broker's: a bounded queue and one thread. It collects for a moment, since
 * messages of two regions of the service may swap, and hands on what it got in the order of the timetokens, reports of
 * the connection first. What does not fit into the queue is dropped, and everybody is told so before anything newer.
 */
final class Inlet implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Inlet.class.getName());
    private static final int AT_ONCE = 1_000;
    private static final long PATIENCE_MILLIS = 10_000;

    private final BlockingQueue<Events.Event> queue;
    private final AtomicBoolean overflown = new AtomicBoolean();
    private final long nanos;
    private final Consumer<Events.Event> outlet;
    private final Runnable missed;
    private final Thread thread;
    private volatile boolean closed; // set once

    /**
     * An inlet.
     *
     * @param size how many events wait at most
     * @param reorder how long it collects
     * @param missed is told when events were dropped
     */
    Inlet(int size, Duration reorder, Consumer<Events.Event> outlet, Runnable missed) {
        this.queue = new ArrayBlockingQueue<>(size);
        this.nanos = reorder.toNanos();
        this.outlet = outlet;
        this.missed = missed;
        this.thread = Workers.named("hear-").newThread(this::run);
        thread.start();
    }

    /** Any thread: takes an event, or drops it if too many wait. Never blocks, never throws. */
    void offer(Events.Event event) {
        if (!queue.offer(event)) {
            overflown.set(true);
        }
    }

    private void run() {
        while (!closed) {
            try {
                pass(collect());
            } catch (InterruptedException ended) {
                return; // only close interrupts
            } catch (RuntimeException fault) {
                LOG.log(Level.ERROR, "what was heard could not be handed on", fault);
                overflown.set(true);
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
        if (overflown.getAndSet(false)) {
            LOG.log(Level.WARNING, "more live messages than can wait; they are read from the history");
            missed.run();
        }
        List<Events.Message> messages = new ArrayList<>();
        for (Events.Event event : events) {
            if (event instanceof Events.Message message) {
                messages.add(message);
            } else {
                outlet.accept(event);
            }
        }
        messages.sort(Comparator.comparingLong(Events.Message::timetoken));
        messages.forEach(outlet);
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
