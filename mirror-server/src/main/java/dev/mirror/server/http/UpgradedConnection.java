package dev.mirror.server.http;

import dev.mirror.websocket.AdoptedConnection;
import dev.mirror.websocket.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A connection of Jetty's that speaks WebSocket from now on: reads on the lane, and hands in what it reads. */
final class UpgradedConnection extends AbstractConnection implements Connection.UpgradeTo {
    private static final int BUFFER_BYTES = 16_384;

    private final Executor lane;
    private final AdoptedConnection adopted;
    // By Jetty's thread that opens the connection.
    private byte[] early = {};
    // On the lane only.
    private final ByteBuffer buffer = BufferUtil.allocate(BUFFER_BYTES);

    UpgradedConnection(EndPoint endPoint, Executor pool, Executor lane, AdoptedConnection adopted) {
        super(endPoint, pool);
        this.lane = lane;
        this.adopted = adopted;
    }

    /** What Jetty had read beyond the request; called, if at all, before {@link #onOpen}. */
    @Override
    public void onUpgradeTo(ByteBuffer bytes) {
        early = BufferUtil.toArray(bytes);
        BufferUtil.clear(bytes);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        // The WebSocket has a heartbeat of its own.
        getEndPoint().setIdleTimeout(0);
        byte[] first = early;
        lane.execute(() -> {
            adopted.opened();
            if (first.length > 0) {
                adopted.receive(ByteBuffer.wrap(first));
            }
            fillInterested();
        });
    }

    @Override
    public void onFillable() {
        lane.execute(this::read);
    }

    private void read() {
        try {
            int count = getEndPoint().fill(buffer);
            while (count > 0) {
                adopted.receive(buffer);
                BufferUtil.clear(buffer);
                count = getEndPoint().fill(buffer);
            }
            if (count == 0) {
                fillInterested();
            } else {
                adopted.ended();
            }
        } catch (IOException failure) {
            adopted.ended();
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        lane.execute(adopted::ended);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        lane.execute(adopted::ended);
    }

    /** Where its bytes go. */
    static final class Sink implements ByteSink {
        private final EndPoint endPoint;

        Sink(EndPoint endPoint) {
            this.endPoint = endPoint;
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer bytes) {
            CompletableFuture<Void> written = new CompletableFuture<>();
            endPoint.write(Callback.from(() -> written.complete(null), written::completeExceptionally), bytes);
            return written;
        }

        @Override
        public void finish() {
            endPoint.shutdownOutput();
        }

        @Override
        public void close() {
            endPoint.close();
        }
    }
}
