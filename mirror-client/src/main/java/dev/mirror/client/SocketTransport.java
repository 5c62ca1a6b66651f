package dev.mirror.client;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections over WebSocket, by Java-WebSocket's client: a new client object for each attempt, never its
 * {@code reconnect()}. Safe for any thread.
 */
final class SocketTransport implements ClientTransport {
    private final URI uri;
    private final @Nullable SocketFactory sockets;
    private final String threadName;
    private final Set<SocketConnection> open = ConcurrentHashMap.newKeySet();

    /** @param sockets makes the sockets; {@code null} for the JDK's, with TLS for {@code wss} */
    SocketTransport(URI uri, @Nullable SocketFactory sockets, String threadName) {
        this.uri = uri;
        this.sockets = sockets;
        this.threadName = threadName;
    }

    @Override
    public Connection open(String token, Executor lane, Listener listener) {
        SocketClient client = new SocketClient(uri, token, new Inbound(lane, listener));
        if (sockets != null) {
            client.setSocketFactory(sockets);
        }
        SocketConnection connection = new SocketConnection(client);
        open.add(connection);
        connection.start();
        return connection;
    }

    /** Waits until no thread of any connection is left; those that take longer than the limit are cut off. */
    void awaitEnd(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (SocketConnection connection : List.copyOf(open)) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            connection.thread.join(Math.max(1, left));
            if (connection.thread.isAlive()) {
                connection.abort();
                connection.thread.join(limit.toMillis());
            }
        }
    }

    /** One attempt, and the two threads that it costs. */
    private final class SocketConnection implements Connection {
        /** How long a goodbye may take, in milliseconds. */
        private static final long GOODBYE_MILLIS = 2_000;

        private final SocketClient client;
        private final ThreadGroup group;
        private final Thread thread;

        SocketConnection(SocketClient client) {
            this.client = client;
            // The library starts its writer where it runs: by the group we find that thread again.
            this.group = new ThreadGroup(threadName + "-socket");
            this.thread = new Thread(group, this::run, threadName + "-socket");
            thread.setDaemon(true);
        }

        void start() {
            thread.start();
        }

        private void run() {
            try {
                client.run();
            } finally {
                awaitWriter();
                client.cut();
                awaitWriter();
                open.remove(this);
            }
        }

        private void awaitWriter() {
            Thread[] members = new Thread[4];
            int count = group.enumerate(members);
            for (int i = 0; i < count; i++) {
                if (members[i] != Thread.currentThread()) {
                    joinQuietly(members[i]);
                }
            }
        }

        private void joinQuietly(Thread writer) {
            try {
                writer.join(GOODBYE_MILLIS);
            } catch (InterruptedException interrupted) {
                writer.interrupt();
            }
        }

        @Override
        public void send(Frame frame) {
            client.say(frame);
        }

        @Override
        public void close(CloseReason reason) {
            client.close(reason.code(), reason.name());
        }

        @Override
        public void abort() {
            client.cut();
        }
    }
}
