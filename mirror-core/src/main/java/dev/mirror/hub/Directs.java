package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Conversations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Carries out what the router decided about opened conversations: tells the receiver's connections, or keeps the
 * request until there is one (W16, W17).
 */
final class Directs {
    private static final System.Logger LOG = System.getLogger(Directs.class.getName());

    static final CompletionStage<Boolean> DONE = CompletableFuture.completedFuture(true);

    private final Hub hub;

    Directs(Hub hub) {
        this.hub = hub;
    }

    /** Relays a request; fails with {@code not.found} if there is no such user. From the lane given. */
    CompletionStage<Boolean> relay(UserId receiver, String channel, Executor from) {
        if (tell(receiver, channel, from)) {
            return DONE;
        }
        return existing(receiver)
                .thenCompose(exists -> keep(receiver, channel))
                .thenCompose(kept -> takeIfBack(receiver));
    }

    private CompletionStage<Void> keep(UserId receiver, String channel) {
        return hub.relays.keep(receiver, channel).whenComplete((kept, failure) -> {
            if (failure != null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "somebody who is away will not hear that a conversation was opened",
                        failure);
            }
        });
    }

    /** Whether somebody can be reached on a channel; fails with {@code not.found} for a conversation with nobody (W43). */
    CompletionStage<Boolean> reachable(UserId user, ChannelName channel) {
        if (channel.kind() != ChannelKind.DIRECT) {
            return DONE;
        }
        UserId peer = peer(user, channel);
        return peer.equals(user) || !hub.sessions.of(peer).isEmpty() ? DONE : existing(peer);
    }

    private CompletionStage<Boolean> existing(UserId user) {
        return hub.authenticator.exists(user).thenApply(exists -> {
            if (!exists) {
                throw new MirrorException(ErrorCode.NOT_FOUND, "there is no user with this id");
            }
            return true;
        });
    }

    static UserId peer(UserId user, ChannelName channel) {
        return channel.sender().equals(user) ? channel.receiver() : channel.sender();
    }

    /** The receiver may have come while the request was being kept, and have taken what was there before. */
    private CompletionStage<Boolean> takeIfBack(UserId receiver) {
        if (hub.sessions.of(receiver).isEmpty()) {
            return DONE;
        }
        return hub.relays.take(receiver).thenApply(channels -> {
            for (String channel : channels) {
                if (!tell(receiver, channel, Runnable::run)) {
                    keep(receiver, channel);
                }
            }
            return true;
        });
    }

    private boolean tell(UserId receiver, String channel, Executor from) {
        Frame frame = frame(channel);
        int told = 0;
        for (Session session : hub.sessions.of(receiver)) {
            Executor lane = session.lane() == from ? Runnable::run : session.lane();
            told += Hub.hand(lane, () -> sendOrKeep(session, receiver, channel, frame)) ? 1 : 0;
        }
        hub.counters.relays.add(told);
        return told > 0;
    }

    /** A connection may end before the request reaches it; if it was the last one, the request waits after all. */
    private void sendOrKeep(Session session, UserId receiver, String channel, Frame frame) {
        if (!session.send(frame) && hub.sessions.of(receiver).isEmpty()) {
            keep(receiver, channel);
        }
    }

    /** Sends a session what waited for its user. On its lane, after the hello. */
    void deliverKept(Session session, UserId user) {
        hub.relays.take(user).whenComplete((channels, failure) -> {
            boolean handed = Hub.hand(session.lane(), () -> {
                if (failure == null) {
                    channels.forEach(channel -> deliverOrKeep(session, user, channel));
                } else if (Hub.failure(failure).code() != ErrorCode.STORE_FULL) {
                    // If there is no room even to remove them, they wait, and reading goes on (W53).
                    session.fail(Hub.failure(failure));
                }
            });
            if (!handed && failure == null) {
                channels.forEach(channel -> keep(user, channel));
            }
        });
    }

    private void deliverOrKeep(Session session, UserId user, String channel) {
        if (!session.send(frame(channel))) {
            keep(user, channel);
        }
    }

    /**
     * Tells those who are there something that is not kept: the subscribers of a room, or every device of both users of
     * a conversation; never the sending session, and nobody who has enough to read already (W44).
     */
    void signal(Session sender, Principal principal, ChannelName channel, String data) {
        ServerMessage.Signal signal = new ServerMessage.Signal(channel, principal.user(), data);
        Frame frame = JsonCodec.of(Protocol.V2).encode(signal);
        if (channel.kind() == ChannelKind.ROOM) {
            hub.channels.forEachSubscriber(channel, subscriber -> signal(subscriber.session(), sender, frame));
            return;
        }
        for (Session device : devices(principal.user(), channel)) {
            Hub.hand(device.lane(), () -> signal(device, sender, frame));
        }
    }

    private List<Session> devices(UserId user, ChannelName channel) {
        UserId peer = peer(user, channel);
        List<Session> devices = new ArrayList<>(hub.sessions.of(user));
        if (!peer.equals(user)) {
            devices.addAll(hub.sessions.of(peer));
        }
        return devices;
    }

    /** Tells every device of both users but the asking one how far somebody has come (W47). */
    void marked(Session asking, UserId user, ChannelName channel, Conversations.Mark mark) {
        Frame frame = JsonCodec.of(Protocol.V2)
                .encode(new ServerMessage.Marked(channel, user, mark.epoch(), mark.received(), mark.read()));
        for (Session device : devices(user, channel)) {
            Hub.hand(device.lane(), () -> {
                if (device != asking && device.isVersionTwo() && device.isGreeted()) {
                    device.send(frame);
                }
            });
        }
    }

    private static void signal(Session receiver, Session sender, Frame frame) {
        if (receiver != sender && receiver.isVersionTwo() && receiver.isGreeted() && !receiver.hasEnough()) {
            receiver.send(frame);
        }
    }

    /** Both versions spell it alike. */
    private static Frame frame(String channel) {
        return JsonCodec.of(Protocol.V1).encode(new ServerMessage.Relay(channel));
    }
}
