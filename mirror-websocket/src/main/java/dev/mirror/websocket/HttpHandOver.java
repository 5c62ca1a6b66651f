package dev.mirror.websocket;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Takes over a connection whose first request is not for the WebSocket, so that HTTP can be served on the same port by
 * whatever server the application has.
 *
 * <p>Called on an event loop; must not block. If it throws, the connection is closed.
 */
@FunctionalInterface
public interface HttpHandOver {
    /**
     * Takes over.
     *
     * @param channel open, in non-blocking mode, registered with no selector; its owner is now the callee
     * @param bytesReadSoFar the whole head of the request, and what was read after it; its owner is now the callee
     */
    void handOver(SocketChannel channel, ByteBuffer bytesReadSoFar);
}
