package dev.mirror.websocket;

import org.jspecify.annotations.Nullable;

/**
 * The coarse timers of one event loop: late by up to a tenth of a second, never early. Setting one costs the same
 * however many there are. Bounded by its entries: one for each connection.
 */
final class TimerWheel {
    static final long TICK_MILLIS = 100;
    private static final int SLOTS = 512;

    // All fields, and those of the entries: owned by the loop.
    private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
    private long currentTick;
    private int size;

    TimerWheel(long nowMillis) {
        currentTick = nowMillis / TICK_MILLIS;
    }

    /** Something that has at most one time at which it wants to be called. */
    abstract static class Entry {
        private @Nullable Entry next;
        private @Nullable Entry previous;
        private long dueMillis;
        private int slot = -1;

        /** The time has come. */
        abstract void expire(long nowMillis);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Sets the entry's time, instead of the one that it had. */
    void schedule(Entry entry, long dueMillis) {
        cancel(entry);
        entry.dueMillis = dueMillis;
        long tick = Math.max(currentTick + 1, (dueMillis + TICK_MILLIS - 1) / TICK_MILLIS);
        entry.slot = (int) (Math.min(tick, currentTick + SLOTS - 1) % SLOTS);
        Entry first = slots[entry.slot];
        entry.next = first;
        if (first != null) {
            first.previous = entry;
        }
        slots[entry.slot] = entry;
        size++;
    }

    void cancel(Entry entry) {
        if (entry.slot < 0) {
            return;
        }
        Entry before = entry.previous;
        Entry after = entry.next;
        if (before == null) {
            slots[entry.slot] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        entry.slot = -1;
        size--;
    }

    /** Calls every entry whose time has come. */
    void advance(long nowMillis) {
        long target = nowMillis / TICK_MILLIS;
        currentTick = Math.max(currentTick, target - SLOTS);
        while (currentTick < target) {
            currentTick++;
            expireSlot((int) (currentTick % SLOTS), nowMillis);
        }
    }

    private void expireSlot(int slot, long nowMillis) {
        // One at a time: an entry that is called may set or cancel any other.
        for (Entry entry = slots[slot]; entry != null; entry = slots[slot]) {
            cancel(entry);
            if (entry.dueMillis > nowMillis) {
                schedule(entry, entry.dueMillis);
            } else {
                entry.expire(nowMillis);
            }
        }
    }
}
