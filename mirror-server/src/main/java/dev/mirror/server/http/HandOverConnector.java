package dev.mirror.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Serves connections that somebody else accepted, and read the first bytes of. It opens no listener: the front port
 * belongs to the WebSocket's event loops.
 */
final class HandOverConnector extends ServerConnector {
    HandOverConnector(Server server, HttpConfiguration configuration) {
        super(server, 1, 1, new HttpConnectionFactory(configuration));
        // Its acceptor thread waits and never has anything to accept.
        setAccepting(false);
    }

    /** Takes over a connection. Any thread. */
    void adopt(SocketChannel channel, ByteBuffer bytesReadSoFar) {
        getSelectorManager().accept(channel, bytesReadSoFar);
    }

    @Override
    public void open() {
        // Nothing is opened; see the class.
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        ByteBuffer early = key.attachment() instanceof ByteBuffer bytes ? bytes : BufferUtil.EMPTY_BUFFER;
        SocketChannelEndPoint endPoint = new ResumedEndPoint(
                channel, selector, key, new ResumedEndPoint.Surroundings(getScheduler(), getExecutor()), early);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment)
                    throws IOException {
                Connection connection = super.newConnection(channel, endPoint, null);
                if (attachment instanceof ByteBuffer bytes && connection instanceof Connection.UpgradeTo upgraded) {
                    // Takes what its buffer has room for; it reads the rest from the end point.
                    upgraded.onUpgradeTo(bytes);
                }
                return connection;
            }
        };
    }
}
