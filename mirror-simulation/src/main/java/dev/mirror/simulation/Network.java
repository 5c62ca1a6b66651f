package dev.mirror.simulation;

import dev.mirror.client.ClientTransport;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The network between the clients and the server of a {@link Simulation}. Each connection keeps its order, as TCP does;
 * different connections overtake each other. What is sent into a cut arrives when the way is open again, if both ends
 * still have the connection then; nobody is told of a cut, they have to notice.
 */
public final class Network {
    /** How much of a frame the transcript has. */
    private static final int SHOWN = 400;

    private final VirtualTime time;
    private final RandomGenerator chance;
    private final Transcript transcript;
    private final Link.Host server;
    private final Witness witness;
    private final Set<Link> links = new LinkedHashSet<>();
    private final Set<String> cutUp = new HashSet<>();
    private final Set<String> cutDown = new HashSet<>();
    private final Set<String> stalled = new HashSet<>();
    private boolean allUp; // whether nothing reaches the server
    private boolean allDown; // whether nothing comes from it
    private int slowestMillis = 10;
    private double ghosts; // how likely an attempt arrives twice

    /** Who sees everything that passes. */
    interface Witness {
        /** A client sends a frame, whether it arrives or not. */
        default void leaves(String client, Frame frame) {}

        /** A frame reached the server. */
        default void heard(String client, Frame frame) {}

        /** The server has done what it does at once about every frame that reached it. */
        default void taken(String client) {}

        /** The server sent a frame to a client, whether it arrives or not; with it so many bytes are on their way. */
        default void sent(String client, Frame frame, long waiting) {}

        /** The server wanted to send a frame, and too much is on its way already. */
        default void refused(String client) {}

        /** The server's end of a connection is over, however that came about. */
        default void over(String client) {}

        /** A frame reached a client. */
        default void told(String client, Frame frame) {}

        /** The server ended a connection. */
        default void closed(String client, CloseReason reason) {}
    }

    Network(VirtualTime time, RandomGenerator chance, Transcript transcript, Link.Host server, Witness witness) {
        this.time = time;
        this.chance = chance;
        this.transcript = transcript;
        this.server = server;
        this.witness = witness;
    }

    /** Nothing passes any more, either way, for anybody. */
    public void cut() {
        cut(true, true);
    }

    /** Nothing passes any more: to the server, from it, or both. */
    public void cut(boolean toServer, boolean fromServer) {
        note("network", "is cut" + (toServer ? " to the server" : "") + (fromServer ? " from the server" : ""));
        allUp |= toServer;
        allDown |= fromServer;
    }

    /** Nothing of one user's passes any more: to the server, from it, or both. */
    public void cut(String user, boolean toServer, boolean fromServer) {
        note(user, "is cut off" + (toServer ? " to the server" : "") + (fromServer ? " from the server" : ""));
        if (toServer) {
            cutUp.add(user);
        }
        if (fromServer) {
            cutDown.add(user);
        }
    }

    /** Everything passes again, and everybody reads. What was sent meanwhile arrives now. */
    public void heal() {
        note("network", "is whole");
        allUp = false;
        allDown = false;
        cutUp.clear();
        cutDown.clear();
        stalled.clear();
        links.forEach(link -> link.setStalled(true));
    }

    /** Everything of one user's passes again. */
    public void heal(String user) {
        note(user, "is reached again");
        cutUp.remove(user);
        cutDown.remove(user);
        links.forEach(Link::move);
    }

    /** Every connection of a user breaks. */
    public void reset(String user) {
        note(user, "is disconnected");
        of(user).forEach(Link::reset);
    }

    /** A user reads nothing that arrives, or reads again. */
    public void stall(String user, boolean stalls) {
        note(user, stalls ? "does not read" : "reads again");
        if (stalls) {
            stalled.add(user);
        } else {
            stalled.remove(user);
        }
        of(user).forEach(link -> link.setStalled(!stalls));
    }

    /** From now on everything takes up to this long each way. */
    public void delay(Duration longest) {
        slowestMillis = (int) Math.max(1, longest.toMillis());
    }

    /** From now on so many of all attempts to connect arrive twice, 0 to 1. */
    void ghosts(double share) {
        ghosts = share;
    }

    /** How a client gets to the server. */
    ClientTransport transport(String who) {
        return (token, lane, listener) -> {
            Link link = connect(new Link.Peer(who, Protocol.V2, token), new Link.Near(lane, listener));
            if (ghosts > 0 && chance.nextDouble() < ghosts) {
                note(who, "asks for a connection, and the request arrives twice");
                connect(new Link.Peer(who, Protocol.V2, token), new Link.Near(task -> {}, new Deaf()));
            }
            return link.connection();
        };
    }

    /** Begins a connection. */
    Link connect(Link.Peer peer, Link.Near near) {
        note(peer.who(), "asks for a connection");
        Link link = new Link(this, server, peer, near);
        links.add(link);
        link.setStalled(!stalled.contains(link.user));
        link.open();
        return link;
    }

    private List<Link> of(String user) {
        return links.stream().filter(link -> link.user.equals(user)).toList();
    }

    /** Every connection breaks, at the server's end too. */
    void resetAll() {
        List.copyOf(links).forEach(Link::reset);
    }

    /** The process of the server ended. */
    void serverEnded(boolean silently) {
        List.copyOf(links).forEach(link -> link.hostEnded(silently));
    }

    /** The process of a client ended. */
    void clientEnded(String who) {
        links.stream().filter(link -> link.who.equals(who)).toList().forEach(Link::clientEnded);
    }

    boolean isCut(String user, boolean toServer) {
        return toServer ? allUp || cutUp.contains(user) : allDown || cutDown.contains(user);
    }

    Duration latency() {
        return Duration.ofNanos(1 + chance.nextLong(slowestMillis * 1_000_000L));
    }

    RandomGenerator chance() {
        return chance;
    }

    void later(Duration delay, Runnable task) {
        time.schedule(delay, task);
    }

    long nanos() {
        return time.nanos();
    }

    void note(String who, String what) {
        transcript.add(who, what);
    }

    void leaves(String who, Frame frame) {
        witness.leaves(who, frame);
    }

    void heard(String who, Frame frame) {
        if (transcript.isKept()) {
            note(who, "-> " + shortened(frame));
        }
        witness.heard(who, frame);
    }

    void taken(String who) {
        witness.taken(who);
    }

    void sent(String who, Frame frame, long waiting) {
        witness.sent(who, frame, waiting);
    }

    void over(String who) {
        witness.over(who);
    }

    void refused(String who) {
        note(who, "takes no more");
        witness.refused(who);
    }

    void told(String who, Frame frame) {
        if (transcript.isKept()) {
            note(who, "<- " + shortened(frame));
        }
        witness.told(who, frame);
    }

    private static String shortened(Frame frame) {
        String text = frame.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    void closed(String who, CloseReason reason) {
        note(who, "is closed by the server: " + reason.code() + " " + reason.name());
        witness.closed(who, reason);
    }

    void ended(Link link) {
        if (link.isOver()) {
            links.remove(link);
        }
    }

    /** Nobody, at the end of a connection that was made by mistake. */
    private static final class Deaf implements ClientTransport.Listener {
        @Override
        public void received(byte[] text) {
            // There is nobody.
        }

        @Override
        public void heard() {
            // There is nobody.
        }

        @Override
        public void closed(CloseReason reason) {
            // There is nobody.
        }
    }
}
