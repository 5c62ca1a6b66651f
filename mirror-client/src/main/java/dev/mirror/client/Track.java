package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.message.Position;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Which events of one subscription were handed on, and which of them are handled: while one conversation waits, others go
 * on, so what is handled is everything up to a floor, and some beyond it. Safe for any thread.
 */
final class Track {
    /** How many events may be handed on beyond the oldest that is not handled. */
    static final int MAX_AHEAD = 10_000;
    /** After how many events that no handler wants it is worth keeping how far it came. */
    private static final int MAX_PASSED = 1_000;

    private final ChannelName channel;
    private final ArrayDeque<Item> items = new ArrayDeque<>(); // guarded by this; in the order of the log
    private @Nullable Progress before; // guarded by this; what was handled before the client began
    private @Nullable Position floor; // guarded by this; up to here all is handled
    private @Nullable Position last; // guarded by this; the last that was handed on or passed
    private int passed; // guarded by this; how many were passed since something was kept
    private int wanted = -1; // guarded by this; how few items are waited for
    private Runnable few = () -> {}; // guarded by this; told when they are so few

    /** One event, or several in a row that no handler wants. */
    static final class Item {
        private Position position; // guarded by the track
        private boolean done; // guarded by the track

        private Item(Position position, boolean done) {
            this.position = position;
            this.done = done;
        }
    }

    Track(ChannelName channel) {
        this.channel = channel;
    }

    /** Begins where the checkpoint says. */
    synchronized void resume(Progress progress) {
        before = progress;
        floor = progress.position();
        last = floor;
    }

    /** Begins anew at a position; nothing may be under way. */
    synchronized void reset(Position position) {
        items.clear();
        before = null;
        floor = position;
        last = position;
        passed = 0;
    }

    /** The last event that was handed on; {@code null} if it is not known where to begin. */
    synchronized @Nullable Position last() {
        return last;
    }

    /** Whether the event was handled before the client began. */
    synchronized boolean has(Position position) {
        return before != null && before.has(position);
    }

    synchronized boolean isIdle() {
        return items.isEmpty();
    }

    synchronized boolean isFull() {
        return items.size() >= MAX_AHEAD;
    }

    synchronized Item add(Position position) {
        Item item = new Item(position, false);
        items.add(item);
        last = position;
        return item;
    }

    /** Takes back what {@link #add} added last: it could not be handed on. */
    synchronized void takeBack(Item item, @Nullable Position lastBefore) {
        items.removeLastOccurrence(item);
        last = lastBefore;
    }

    /** Notes an event that no handler has to hear; true if it is time to keep how far it came. */
    synchronized boolean pass(Position position) {
        last = position;
        Item tail = items.peekLast();
        if (tail == null) {
            floor = position;
        } else if (tail.done) {
            tail.position = position;
        } else {
            items.add(new Item(position, true));
        }
        passed++;
        return items.isEmpty() && passed % MAX_PASSED == 0;
    }

    /** The step that handling this event is. */
    synchronized Step step(Item item) {
        Position reached = floor;
        for (Item each : items) {
            if (!each.done && each != item) {
                break;
            }
            reached = each.position;
        }
        Position handled = item.position;
        boolean comparable = reached != null && reached.epoch().equals(handled.epoch());
        return new Step(channel, handled, comparable && reached != null ? reached.offset() : 0);
    }

    /** How far it came without a handler since something was kept; {@code null} if that is nothing. */
    synchronized @Nullable Step passed() {
        Position reached = floor;
        if (passed == 0 || !items.isEmpty() || reached == null) {
            return null;
        }
        return new Step(channel, reached, reached.offset());
    }

    /** The event is handled. */
    void done(Item item) {
        Runnable told = null;
        synchronized (this) {
            item.done = true;
            passed = 0;
            for (Item head = items.peek(); head != null && head.done; head = items.peek()) {
                floor = head.position;
                items.remove();
            }
            if (wanted >= 0 && items.size() <= wanted) {
                wanted = -1;
                told = few;
            }
        }
        if (told != null) {
            told.run();
        }
    }

    /** Runs a task when half of the bound is free. */
    void whenRoom(Runnable task) {
        when(MAX_AHEAD / 2, task);
    }

    /** Runs a task when nothing is under way. */
    void whenIdle(Runnable task) {
        when(0, task);
    }

    private void when(int count, Runnable task) {
        synchronized (this) {
            if (items.size() > count) {
                wanted = count;
                few = task;
                return;
            }
        }
        task.run();
    }
}
