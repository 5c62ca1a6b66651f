package dev.mirror.testkit.net;

import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * A bad network between a client and a server: a proxy for TCP on loopback, whose two directions can be cut, slowed,
 * chopped or swallowed while connections run through it.
 *
 * <p>A connection takes two threads, one for each direction, plus one for the listener. Closing ends them all, and every
 * connection. Faults can be set from any thread, and hold for the connections there are and those to come.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 1_000;

    private final ServerSocket listener;
    private final int target;
    private final Direction toServer;
    private final Direction toClient;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing; // set by the test
    private volatile boolean closed; // set once, by close

    private FaultProxy(int target, RandomGenerator random) throws IOException {
        this.target = target;
        this.toServer = new Direction(random);
        this.toClient = new Direction(random);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("fault-proxy-accept", this::accept);
    }

    /**
     * A proxy in front of a port of this machine, without a fault yet.
     *
     * @param random decides wherever a fault has a choice; safe for any thread, or used by one connection only
     */
    public static FaultProxy to(int port, RandomGenerator random) throws IOException {
        return new FaultProxy(port, random);
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** What clients send. */
    public Direction toServer() {
        return toServer;
    }

    /** What the server sends. */
    public Direction toClient() {
        return toClient;
    }

    /** How many connections run through it. */
    public int connections() {
        return sockets.size() / 2;
    }

    /** Ends every connection with a reset on both sides. */
    public void reset() {
        // All first, then the closing: whoever carries bytes closes the other side as soon as one is closed.
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It has ended already.
            }
        }
        sockets.forEach(this::drop);
    }

    /** Whether new connections are reset as soon as they are there, as by a server that is down. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Takes every fault away from both directions. */
    public void heal() {
        toServer.heal();
        toClient.heal();
        refusing = false;
    }

    @Override
    public void close() {
        closed = true;
        heal();
        try {
            listener.close();
        } catch (IOException e) {
            // Nobody can connect any more, which is all that is wanted.
        }
        sockets.forEach(this::drop);
        toServer.stop();
        toClient.stop();
        Await.until("the proxy's threads end", threads::isEmpty);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (refusing || connections() >= MAX_CONNECTIONS) {
                    client.setSoLinger(true, 0);
                    client.close();
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // The listener was closed, or this one connection failed; its client sees it end.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        Socket server = new Socket();
        sockets.add(server);
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            drop(client);
            drop(server);
            throw e;
        }
        if (closed) {
            drop(client);
            drop(server);
        }
        start("fault-proxy-to-server", () -> pump(client, server, toServer));
        start("fault-proxy-to-client", () -> pump(server, client, toClient));
    }

    private void pump(Socket from, Socket to, Direction direction) {
        try {
            if (direction.pump(from.getInputStream(), to.getOutputStream())) {
                to.shutdownOutput();
                return; // the other direction may go on
            }
        } catch (IOException e) {
            // One side has gone; so has the connection.
        }
        drop(from);
        drop(to);
    }

    private void drop(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    private void start(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }
}
