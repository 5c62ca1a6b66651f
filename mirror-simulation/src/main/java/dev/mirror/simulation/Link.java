package dev.mirror.simulation;

import dev.mirror.client.ClientTransport;
import dev.mirror.hub.Session;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection between a client and a server, as TCP and the transports on both ends make it: what is sent arrives in
 * order, late, or not at all once the connection broke; an end that nobody hears of leaves the other end open until it
 * notices.
 */
final class Link {
    /** A connection that could not be made, or broke. */
    static final CloseReason BROKEN = new CloseReason(1006, "unreachable");

    /** What an outbox of the server holds, in frames and in bytes, as mirror-websocket's does. */
    private static final int OUTBOX_FRAMES = 1_000;

    static final long OUTBOX_BYTES = 1 << 20;
    /** The longest message that the server's transport takes. */
    private static final int MESSAGE_BYTES = 65_536;

    private static final CloseReason TOO_LONG = new CloseReason(1009, "too.long");
    private static final Duration PING_AFTER = Duration.ofSeconds(25);
    private static final Duration IDLE_AFTER = Duration.ofSeconds(35);

    private final Network network;
    final String who;
    final String user;
    private final Protocol protocol;
    private final String token;
    private final Near near;
    private final Far far = new Far();
    private final Pipe up;
    private final Pipe down;

    private Host host; // where it leads
    private @Nullable Executor farLane; // set when the request to open has arrived
    private @Nullable Session session; // the same
    private boolean nearEnded;
    private boolean farEnded;
    private long heardAt;
    private boolean stalled; // whether the client does not read

    /** The machine behind an address. */
    interface Host {
        /** Whether a process listens; if not, the system refuses. */
        boolean listens();

        /** Whether the system answers at all. */
        boolean answers();

        /** Where the session of a connection that arrives now lives. */
        Executor lane();

        Session open(Connection connection, Executor lane, Protocol protocol, String token);
    }

    /**
     * Who asks for a connection.
     *
     * @param who the user, a slash, and a name for the device or the connection
     * @param protocol what it speaks
     * @param token what it shows
     */
    record Peer(String who, Protocol protocol, String token) {}

    Link(Network network, Host host, Peer peer, Near near) {
        this.network = network;
        this.host = host;
        this.who = peer.who;
        this.user = who.substring(0, who.indexOf('/'));
        this.protocol = peer.protocol;
        this.token = peer.token;
        this.near = near;
        this.up = new Pipe(network, () -> network.isCut(user, true), () -> {});
        this.down = new Pipe(network, () -> network.isCut(user, false) || stalled, this::drained);
    }

    /** The client's end. */
    static final class Near {
        private final Executor lane;
        private final ClientTransport.Listener listener;

        Near(Executor lane, ClientTransport.Listener listener) {
            this.lane = lane;
            this.listener = listener;
        }
    }

    void open() {
        up.put(0, this::begin);
    }

    private void begin() {
        if (!host.answers()) {
            return; // silence
        }
        if (!host.listens()) {
            refuse();
            return;
        }
        Executor lane = host.lane();
        farLane = lane;
        heardAt = network.nanos();
        lane.execute(() -> {
            if (!farEnded) {
                session = host.open(far, lane, protocol, token);
            }
        });
        watch();
    }

    /** As a transport does: pings a silent peer, and gives it up if it stays silent. */
    private void watch() {
        network.later(Duration.ofSeconds(5), () -> {
            if (farEnded) {
                return;
            }
            long silent = network.nanos() - heardAt;
            Executor lane = farLane;
            if (silent >= IDLE_AFTER.toNanos() && lane != null) {
                lane.execute(() -> {
                    if (session != null && !farEnded) {
                        network.note(who, "is given up by the server: idle");
                        endFar();
                        down.put(0, () -> endNear(CloseReason.IDLE));
                    }
                });
                return;
            }
            if (silent >= PING_AFTER.toNanos()) {
                down.put(0, this::pinged);
            }
            watch();
        });
    }

    private void pinged() {
        if (nearEnded) {
            resetFar();
        } else {
            near.lane.execute(near.listener::heard);
            up.put(0, () -> heardAt = network.nanos());
        }
    }

    /** The client's connection, as the engine sees it. */
    ClientTransport.Connection connection() {
        return new ClientTransport.Connection() {
            @Override
            public void send(Frame frame) {
                if (!nearEnded) {
                    network.leaves(who, frame);
                    up.put(frame.size(), () -> arriveFar(frame));
                }
            }

            @Override
            public void close(CloseReason reason) {
                if (!nearEnded) {
                    endNear(reason);
                    up.put(0, Link.this::endFarOnLane);
                }
            }

            @Override
            public void abort() {
                if (!nearEnded) {
                    endNear(BROKEN);
                    abandon();
                }
            }
        };
    }

    /** The client's system gives the connection up: what was sent may still arrive, now or when the way is open. */
    private void abandon() {
        if (network.chance().nextBoolean()) {
            up.clear();
        }
        if (!network.isCut(user, true) || network.chance().nextBoolean()) {
            up.put(0, this::endFarOnLane);
        }
    }

    private void arriveFar(Frame frame) {
        if (farEnded || farLane == null) {
            if (host.answers()) {
                refuse();
            }
            return;
        }
        heardAt = network.nanos();
        byte[] bytes = frame.bytes();
        farLane.execute(() -> {
            Session open = session;
            if (open != null && !farEnded && bytes.length > MESSAGE_BYTES) {
                far.close(TOO_LONG);
                open.closed();
            } else if (open != null && !farEnded) {
                network.heard(who, frame);
                open.receive(bytes, 0, bytes.length);
                network.later(Duration.ZERO, () -> {
                    if (!farEnded) {
                        network.taken(who);
                    }
                });
            }
        });
    }

    /** The server's system answers that there is no such connection. */
    private void refuse() {
        network.later(network.latency(), () -> {
            if (!network.isCut(user, false)) {
                endNear(BROKEN);
            }
        });
    }

    private void drained() {
        Executor lane = farLane;
        if (lane != null && !farEnded) {
            lane.execute(() -> {
                if (session != null && !farEnded) {
                    session.drained();
                }
            });
        }
    }

    private void endNear(CloseReason reason) {
        if (!nearEnded) {
            nearEnded = true;
            near.lane.execute(() -> near.listener.closed(reason));
            network.ended(this);
        }
    }

    private void endFarOnLane() {
        Executor lane = farLane;
        if (lane != null) {
            lane.execute(this::endFar);
        }
    }

    /** On the server's lane. */
    private void endFar() {
        if (!farEnded) {
            farEnded = true;
            network.over(who);
            if (session != null) {
                session.closed();
            }
            network.ended(this);
        }
    }

    private void resetFar() {
        if (network.chance().nextBoolean() || !network.isCut(user, true)) {
            endFarOnLane();
        }
    }

    boolean isOver() {
        return nearEnded && (farEnded || farLane == null);
    }

    /** Breaks in the middle: both ends hear of it if their way is open, or notice later. */
    void reset() {
        down.clear();
        up.clear();
        if (!network.isCut(user, false)) {
            endNear(BROKEN);
        }
        endFarOnLane();
    }

    /** The server's process is gone. If its system is still there it says so, behind what had been sent or instead. */
    void hostEnded(boolean silently) {
        if (farLane == null || farEnded) {
            return;
        }
        farEnded = true;
        network.over(who);
        up.clear();
        if (silently) {
            down.clear();
        } else if (!network.isCut(user, false)) {
            if (network.chance().nextBoolean()) {
                down.clear();
            }
            down.put(0, () -> endNear(BROKEN));
        }
    }

    /** The client's process is gone; its system says so. */
    void clientEnded() {
        if (!nearEnded) {
            nearEnded = true;
            abandon();
        }
    }

    void setStalled(boolean reads) {
        stalled = !reads;
        move();
    }

    /** The way may be open again. */
    void move() {
        up.move();
        down.move();
    }

    /** The server's end. */
    private final class Far implements Connection {
        @Override
        public boolean send(Frame frame) {
            if (farEnded || down.size() >= OUTBOX_FRAMES || down.bytes() + frame.size() > OUTBOX_BYTES) {
                if (!farEnded) {
                    network.refused(who);
                }
                return false;
            }
            network.sent(who, frame, down.bytes() + frame.size());
            down.put(frame.size(), () -> {
                if (nearEnded) {
                    resetFar();
                    return;
                }
                network.told(who, frame);
                byte[] bytes = frame.bytes().clone();
                near.lane.execute(() -> near.listener.received(bytes));
            });
            return true;
        }

        @Override
        public long queuedBytes() {
            return down.bytes();
        }

        @Override
        public void close(CloseReason reason) {
            if (!farEnded) {
                network.closed(who, reason);
                farEnded = true;
                network.over(who);
                down.put(0, () -> endNear(reason));
                network.ended(Link.this);
            }
        }
    }
}
