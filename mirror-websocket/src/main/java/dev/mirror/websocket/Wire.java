package dev.mirror.websocket;

/**
 * The byte seam: where an {@link EngineConnection} puts its bytes. There are two: a connection of an event loop, and an
 * adopted one, whose bytes go to a sink. Every method is called on the lane.
 */
interface Wire {
    /** Where bytes wait. */
    Outbox outbox();

    /** Something was put into the outbox; it is written when the lane has done what it is doing. */
    void flushLater();

    /** Writes what the peer takes right now, if that can be told at once; tells nobody. */
    void flushNow();

    /** When the outbox is empty, sends the end of the stream, then waits for the peer's. */
    void finish();

    /** Ends at once, whatever waits. */
    void abort();

    /** Calls {@link EngineConnection#tick} at that time, and not at the one asked for before. */
    void timer(long dueMillis);
}
