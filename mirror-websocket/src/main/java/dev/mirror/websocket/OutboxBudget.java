package dev.mirror.websocket;

import java.util.concurrent.atomic.AtomicLong;

/** What the outboxes of one loop may hold, each and together. Safe for any thread. */
final class OutboxBudget {
    final int maxBytes;
    final int maxFrames;
    private final long total;
    private final AtomicLong used = new AtomicLong();

    OutboxBudget(WebSocketOptions options) {
        maxBytes = options.outboxBytes();
        maxFrames = options.outboxFrames();
        total = Math.max(maxBytes, options.outboxTotalBytes() / options.loops());
    }

    boolean hasRoom(int bytes) {
        return used.get() + bytes <= total;
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
