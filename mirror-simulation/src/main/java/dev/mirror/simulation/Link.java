package dev.mirror.simulation;

import dev.mirror.client.ClientTransport;
import dev.mirror.hub.Session;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.spi.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

    private static final long OUTBOX_BYTES = 1 << 20;
    private static final Duration PING_AFTER = Duration.ofSeconds(25);
    private static final Duration IDLE_AFTER = Duration.ofSeconds(35);

    private final Network network;
    final String who;
    final String user;
    final String token;
    final Near near;
    private final Far far = new Far();
    private final Pipe up = new Pipe(true);
    private final Pipe down = new Pipe(false);

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

        Session open(Connection connection, Executor lane, String token);
    }

    /** Something on its way. */
    private record Item(long bytes, Runnable arrival) {}

    Link(Network network, Host host, String who, String token, Near near) {
        this.network = network;
        this.host = host;
        this.who = who;
        this.user = who.substring(0, who.indexOf('/'));
        this.token = token;
        this.near = near;
    }

    /** One direction. */
    private final class Pipe {
        private final boolean isUp;
        private final Deque<Item> items = new ArrayDeque<>();
        private long bytes;
        private boolean moving; // whether an arrival is planned

        Pipe(boolean isUp) {
            this.isUp = isUp;
        }

        void put(long size, Runnable arrival) {
            items.add(new Item(size, arrival));
            bytes += size;
            move();
        }

        void move() {
            if (!moving && !items.isEmpty() && !isHeld()) {
                moving = true;
                network.later(network.latency(), this::arrive);
            }
        }

        private boolean isHeld() {
            return network.isCut(user, isUp) || (!isUp && stalled);
        }

        private void arrive() {
            moving = false;
            if (isHeld()) {
                return; // it is sent again when the way is open
            }
            int batch = 1 + network.chance().nextInt(items.isEmpty() ? 1 : items.size());
            for (int i = 0; i < batch && !items.isEmpty(); i++) {
                Item item = items.remove();
                bytes -= item.bytes;
                item.arrival.run();
            }
            if (!isUp && items.isEmpty()) {
                drained();
            }
            move();
        }

        void clear() {
            items.clear();
            bytes = 0;
        }
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
                session = host.open(far, lane, token);
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
            if (open != null && !farEnded) {
                network.heard(who, frame);
                open.receive(bytes, 0, bytes.length);
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
            if (farEnded || down.items.size() >= OUTBOX_FRAMES || down.bytes + frame.size() > OUTBOX_BYTES) {
                return false;
            }
            network.sent(who, frame);
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
            return down.bytes;
        }

        @Override
        public void close(CloseReason reason) {
            if (!farEnded) {
                network.closed(who, reason);
                farEnded = true;
                down.put(0, () -> endNear(reason));
                network.ended(Link.this);
            }
        }
    }
}
