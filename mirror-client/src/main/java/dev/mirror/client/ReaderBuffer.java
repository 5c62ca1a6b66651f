package dev.mirror.client;

import dev.mirror.message.MirrorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was read and not taken yet: at most {@value #MAX_EVENTS} events, and 1 MiB and a page. The lane fills it and never
 * waits; the application's thread empties it.
 */
final class ReaderBuffer {
    /** How many publications one page is asked for. */
    static final int PAGE = 200;

    private static final int MAX_EVENTS = 600;
    private static final long MAX_BYTES = 1 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>(); // guarded by lock
    private volatile Runnable room = () -> {}; // set before it is used
    private long bytes; // guarded by lock
    private boolean wanted; // guarded by lock; whether the lane waits to hear of room
    private boolean missed; // guarded by lock; whether something is missing before the next event
    private boolean ended; // guarded by lock
    private @Nullable MirrorException failure; // guarded by lock; null if the end was asked for

    /**
     * An event.
     *
     * @param missed whether something is missing before it
     */
    record Entry(ChannelEvent event, boolean missed, int size) {}

    /** Calls this, on the application's thread, when there is room again. */
    void onRoom(Runnable task) {
        room = task;
    }

    boolean hasRoom() {
        return hasRoom(1);
    }

    boolean hasRoomForPage() {
        return hasRoom(PAGE);
    }

    private boolean hasRoom(int more) {
        lock.lock();
        try {
            boolean fits = entries.size() + more <= MAX_EVENTS && bytes < MAX_BYTES;
            wanted |= !fits;
            return fits;
        } finally {
            lock.unlock();
        }
    }

    void add(ChannelEvent event, boolean missedBefore) {
        int size = event.data().getBytes(StandardCharsets.UTF_8).length;
        lock.lock();
        try {
            entries.add(new Entry(event, missedBefore || missed, size));
            missed = false;
            bytes += size;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Something is missing before whatever comes next. */
    void missed() {
        lock.lock();
        try {
            missed = true;
        } finally {
            lock.unlock();
        }
    }

    void end(@Nullable MirrorException why) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = why;
                change.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was not taken, and ends. */
    void close() {
        lock.lock();
        try {
            entries.clear();
            ended = true;
            failure = null;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next event; {@code null} if there is none within the time, or it is over.
     *
     * @throws MirrorException if it ended for a reason, and everything before was taken
     */
    @Nullable
    Entry take(long nanos) throws InterruptedException {
        Entry next;
        boolean tell;
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (entries.isEmpty() && !ended && left > 0) {
                left = change.awaitNanos(left);
            }
            next = entries.poll();
            if (next == null) {
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            bytes -= next.size();
            tell = wanted && entries.size() + PAGE <= MAX_EVENTS / 2 + PAGE / 2 && bytes < MAX_BYTES / 2;
            wanted &= !tell;
        } finally {
            lock.unlock();
        }
        if (tell) {
            room.run();
        }
        return next;
    }
}
