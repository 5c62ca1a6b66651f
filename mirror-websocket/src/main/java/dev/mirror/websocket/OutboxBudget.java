package dev.mirror.websocket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the outboxes of one loop may hold, each and together. Where too much waits in all, the fullest make room, not
 * whoever is sent to next: an outbox that is nearly empty still takes a frame. Safe for any thread.
 */
final class OutboxBudget {
    /** An outbox with less than this part of what it may hold is nearly empty. */
    private static final int PART = 16;

    final int maxBytes;
    final int maxFrames;
    private final long total;
    private final Runnable overflow;
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean overflowing = new AtomicBoolean();

    /** @param overflow has the fullest outboxes emptied, a little later; then it calls {@link #hasMadeRoom} */
    OutboxBudget(WebSocketOptions options, Runnable overflow) {
        maxBytes = options.outboxBytes();
        maxFrames = options.outboxFrames();
        total = Math.max(maxBytes, options.outboxTotalBytes() / options.loops());
        this.overflow = overflow;
    }

    /** Whether an outbox that will hold so many bytes may take so many more. */
    boolean hasRoom(int bytes, int held) {
        if (used.get() + bytes <= total) {
            return true;
        }
        if (overflowing.compareAndSet(false, true)) {
            overflow.run();
        }
        return held <= maxBytes / PART;
    }

    /** How much has to go, so that there is room for a while. */
    long excess() {
        return used.get() - total + total / PART;
    }

    void hasMadeRoom() {
        overflowing.set(false);
    }

    void take(int bytes) {
        used.getAndAdd(bytes);
    }

    void give(int bytes) {
        used.getAndAdd(-bytes);
    }

    long used() {
        return used.get();
    }
}
