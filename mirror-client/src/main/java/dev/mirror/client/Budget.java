package dev.mirror.client;

/** The bound of the outbox: how many requests, and how many bytes, may wait to be answered. Safe for any thread. */
final class Budget {
    private final int maxMessages;
    private final long maxBytes;
    private int messages; // guarded by this
    private long bytes; // guarded by this

    Budget(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Takes room for one request. A request that alone is larger than the bound is taken when nothing else waits. */
    synchronized boolean take(long size) {
        if (messages >= maxMessages || (messages > 0 && bytes + size > maxBytes)) {
            return false;
        }
        messages++;
        bytes += size;
        return true;
    }

    synchronized void give(long size) {
        messages--;
        bytes -= size;
    }

    OutboxFullException full() {
        return new OutboxFullException(maxMessages, maxBytes);
    }
}
