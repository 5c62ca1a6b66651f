package dev.mirror.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * Where the bytes of an {@link AdoptedConnection} go: the end point of an HTTP server, TLS or not.
 *
 * <p>Called on the connection's lane; must not block.
 */
public interface ByteSink {
    /**
     * Writes all of the bytes. The next write comes after this one is done.
     *
     * @return completed when the bytes are written, on any thread; failed if they cannot be, which ends the connection
     */
    CompletionStage<Void> write(ByteBuffer bytes);

    /** Sends the end of the stream. Nothing is written after it; the peer's own end is still waited for. */
    void finish();

    /** Closes, whatever is still under way. Called once, last. */
    void close();
}
