package dev.mirror.websocket;

import dev.mirror.message.Frame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one peer: shared {@link Frame}s, whose headers are made while they are written, and
 * bytes that come from the engine. Bounded; a frame that does not fit is not taken. Bytes of the engine always are:
 * at most a handshake, one ping or pong and a close frame.
 */
final class Outbox {
    private static final @Nullable Object[] NONE = new @Nullable Object[0];
    private static final int KEPT_SLOTS = 16;

    private final OutboxBudget budget;
    // All below: owned by the connection's lane.
    /** A ring of Frame and ByteBuffer; its length is a power of two. */
    private @Nullable Object[] ring = NONE;

    private int head;
    private int count;
    private int bytes;
    /** How many bytes were ever taken out. */
    private long progress;
    /** How much of the first item is written already. */
    private int written;
    /** How many bytes after those are being written by somebody else. */
    private int handedOut;

    Outbox(OutboxBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int bytes() {
        return bytes;
    }

    /** Grows whenever something is written. */
    long progress() {
        return progress;
    }

    /** Takes a frame, unless it does not fit. */
    boolean offer(Frame frame) {
        int size = sizeOf(frame);
        if (count >= budget.maxFrames || size > budget.maxBytes - bytes || !budget.hasRoom(size, bytes + size)) {
            return false;
        }
        append(frame, size);
        return true;
    }

    /** Takes bytes of the engine, to be written after everything else. */
    void add(ByteBuffer raw) {
        append(raw, raw.remaining());
    }

    /**
     * Takes a ping or pong, to be written at the next border between frames: it must not wait behind data. It takes
     * the place of one that still waits, so a flood of pings from a peer that does not read costs one pong.
     */
    void addUrgent(ByteBuffer control) {
        int index = firstUnbegun();
        if (index >= count) {
            add(control);
            return;
        }
        int size = control.remaining();
        if (item(index) instanceof ByteBuffer waiting && isPingOrPong(waiting)) {
            size -= waiting.remaining();
        } else {
            insert(index);
        }
        ring[(head + index) & (ring.length - 1)] = control;
        bytes += size;
        budget.take(size);
    }

    /** Copies as much as fits to be written by somebody else, who says by {@link #advance} when it is. */
    void handOut(ByteBuffer out) {
        int before = out.position();
        fill(out);
        handedOut = out.position() - before;
    }

    /** Copies as much as fits, without taking it out. */
    void fill(ByteBuffer out) {
        int skip = written;
        for (int i = 0; i < count && out.hasRemaining(); i++) {
            put(item(i), skip, out);
            skip = 0;
        }
    }

    /** Takes out what was written. */
    void advance(int amount) {
        progress += amount;
        bytes -= amount;
        budget.give(amount);
        handedOut = Math.max(0, handedOut - amount);
        int left = amount + written;
        while (count > 0 && left >= sizeOf(item(0))) {
            left -= sizeOf(item(0));
            ring[head] = null;
            head = (head + 1) & (ring.length - 1);
            count--;
        }
        written = left;
        if (count == 0 && ring.length > KEPT_SLOTS) {
            ring = NONE;
            head = 0;
        }
    }

    /** Forgets what the peer has seen nothing of, so that what is added next comes at a border between frames. */
    void forgetUnbegun() {
        int kept = firstUnbegun();
        while (count > kept) {
            int size = sizeOf(item(--count));
            ring[(head + count) & (ring.length - 1)] = null;
            bytes -= size;
            budget.give(size);
        }
    }

    /** Forgets everything. */
    void clear() {
        budget.give(bytes);
        ring = NONE;
        head = 0;
        count = 0;
        bytes = 0;
        written = 0;
        handedOut = 0;
    }

    /** The first item after the handshake of which nothing is written or handed out; the count if there is none. */
    private int firstUnbegun() {
        int index = 0;
        for (int begun = written + handedOut; begun > 0; index++) {
            begun -= sizeOf(item(index));
        }
        return index == 0 && count > 0 && isHandshake(item(0)) ? 1 : index;
    }

    private void append(Object item, int size) {
        if (count == ring.length) {
            grow();
        }
        ring[(head + count) & (ring.length - 1)] = item;
        count++;
        bytes += size;
        budget.take(size);
    }

    /** Makes room before the item at the index. */
    private void insert(int index) {
        if (count == ring.length) {
            grow();
        }
        head = (head - 1) & (ring.length - 1);
        count++;
        for (int i = 0; i < index; i++) {
            ring[(head + i) & (ring.length - 1)] = ring[(head + i + 1) & (ring.length - 1)];
        }
    }

    private void grow() {
        @Nullable Object[] larger = new @Nullable Object[Math.max(4, ring.length * 2)];
        for (int i = 0; i < count; i++) {
            larger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        head = 0;
    }

    private Object item(int index) {
        Object item = ring[(head + index) & (ring.length - 1)];
        if (item == null) {
            throw new IllegalStateException("no item " + index);
        }
        return item;
    }

    private static int sizeOf(Object item) {
        if (item instanceof Frame frame) {
            return frame.size() + Framing.textHeaderLength(frame.size());
        }
        return ((ByteBuffer) item).remaining();
    }

    private static void put(Object item, int skip, ByteBuffer out) {
        if (item instanceof Frame frame) {
            putFrame(frame.bytes(), skip, out);
        } else {
            ByteBuffer raw = (ByteBuffer) item;
            int length = Math.min(raw.remaining() - skip, out.remaining());
            out.put(out.position(), raw, raw.position() + skip, length);
            out.position(out.position() + length);
        }
    }

    private static void putFrame(byte[] payload, int skip, ByteBuffer out) {
        int header = Framing.textHeaderLength(payload.length);
        for (int i = skip; i < header && out.hasRemaining(); i++) {
            out.put(Framing.textHeaderByte(payload.length, i));
        }
        int from = Math.max(0, skip - header);
        out.put(payload, from, Math.min(payload.length - from, out.remaining()));
    }

    private static boolean isPingOrPong(ByteBuffer raw) {
        int opcode = Framing.opcode(raw.get(raw.position()));
        return opcode == Framing.PING || opcode == Framing.PONG;
    }

    /** A handshake is the only thing of the engine's that begins with a letter. */
    private static boolean isHandshake(Object item) {
        return item instanceof ByteBuffer raw && raw.get(raw.position()) == 'H';
    }
}
