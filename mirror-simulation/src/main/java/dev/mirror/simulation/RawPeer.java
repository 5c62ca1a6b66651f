package dev.mirror.simulation;

import dev.mirror.client.ClientTransport;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A peer that speaks the wire by hand, as no client of mirror's own does: it says what it likes, and comes back a while
 * after every end. Each of its connections has a name of its own.
 */
abstract class RawPeer {
    private static final Duration SILENCE = Duration.ofSeconds(40);

    private final World world;
    private final String user;
    private final Protocol protocol;
    private final Executor lane;
    private ClientTransport.@Nullable Connection connection; // once it is open, until its end
    private @Nullable String who; // the name of the connection
    private long heardAt; // when something came last
    private int number;
    private boolean gone; // whether it comes back no more

    RawPeer(World world, String user, Protocol protocol) {
        this.world = world;
        this.user = user;
        this.protocol = protocol;
        this.lane = world.time.lane();
    }

    /** A frame arrived. */
    abstract void heard(String who, String frame);

    /** A connection begins: nothing was heard yet. */
    abstract void began(String who);

    /** It is over. */
    abstract void ended(String who, CloseReason reason);

    /** How long it stays away after an end. */
    abstract Duration pause();

    final void connect() {
        if (connection != null || gone) {
            return;
        }
        String name = user + '/' + ++number;
        who = name;
        Link.Near near = new Link.Near(lane, new Ears(name));
        Link.Peer peer = new Link.Peer(name, protocol, world.users.token(user));
        connection = world.network.connect(peer, near).connection();
        heardAt = world.time.nanos();
        began(name);
        watch(name);
    }

    /** Gives up a connection that nothing comes from. */
    private void watch(String name) {
        later(SILENCE, () -> {
            ClientTransport.Connection current = connection;
            if (name.equals(who) && current != null) {
                if (world.time.nanos() - heardAt >= SILENCE.toNanos()) {
                    current.abort();
                } else {
                    watch(name);
                }
            }
        });
    }

    /** Hears one connection. */
    private final class Ears implements ClientTransport.Listener {
        private final String name;

        private Ears(String name) {
            this.name = name;
        }

        @Override
        public void received(byte[] text) {
            heardAt = world.time.nanos();
            RawPeer.this.heard(name, new String(text, StandardCharsets.UTF_8));
        }

        @Override
        public void heard() {
            heardAt = world.time.nanos();
        }

        @Override
        public void closed(CloseReason reason) {
            if (name.equals(who)) {
                connection = null;
                who = null;
                ended(name, reason);
                world.time.schedule(pause(), () -> lane.execute(RawPeer.this::connect));
            }
        }
    }

    /** Says something on the connection that is open, if one is. */
    final void say(String text) {
        ClientTransport.Connection current = connection;
        if (current != null) {
            current.send(Frame.of(text));
        }
    }

    /** Ends the connection; it comes back. */
    final void leave() {
        ClientTransport.Connection current = connection;
        if (current != null) {
            current.close(CloseReason.NORMAL);
        }
    }

    /** Leaves for good. */
    final void stop() {
        gone = true;
        leave();
    }

    /** Does this on the peer's own lane. */
    final void later(Duration delay, Runnable task) {
        world.time.schedule(delay, () -> lane.execute(task));
    }

    final boolean isConnected() {
        return connection != null;
    }

    /** Whether it comes back no more. */
    final boolean isGone() {
        return gone;
    }
}
