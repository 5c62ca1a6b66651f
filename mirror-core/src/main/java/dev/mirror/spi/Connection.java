package dev.mirror.spi;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;

/**
 * The transport's handle of one peer. Reading is not part of it: a transport pushes what it reads into its session.
 *
 * <ol>
 *   <li><b>C1</b> Frames reach the peer in the order in which they were sent, or not at all once it has ended.
 *   <li><b>C2</b> {@link #send} never blocks. It returns false, and sends nothing, when the outbox is full or the
 *       connection has ended.
 *   <li><b>C3</b> {@link #close} sends what was accepted before if the peer reads, then the reason, then ends; a
 *       second call changes nothing. Nothing is sent after it.
 *   <li><b>C4</b> The session hears of the end exactly once, however it came about.
 * </ol>
 *
 * <p>Every method is called on the session's lane only.
 */
public interface Connection {
    /** Accepts a frame for sending; false if the outbox is full or the connection has ended. */
    boolean send(Frame frame);

    /** How many bytes wait to be sent. */
    long queuedBytes();

    /** Ends the connection with a reason that the peer gets to see. */
    void close(CloseReason reason);
}
