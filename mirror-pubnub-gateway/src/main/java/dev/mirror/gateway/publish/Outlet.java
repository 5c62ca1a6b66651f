package dev.mirror.gateway.publish;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * The way of everything that PubNub clients say: into the log of an external channel, into a channel that WebSocket
 * clients have too, or past all logs.
 */
public final class Outlet {
    /** Stands as the publisher of what is in external channels, and of what nobody is proved to have said. */
    public static final UserId GATEWAY = new UserId("pubnub-gateway");

    private final Broker broker;
    private final Mirror mirror;
    private final Stream stream;
    private final RandomGenerator chance;
    private final PublishRate rate;

    /**
     * An outlet.
     *
     * @param chance names what is published; safe for any thread
     */
    public Outlet(Broker broker, Mirror mirror, Stream stream, RandomGenerator chance, PublishRate rate) {
        this.rate = rate;
        this.broker = broker;
        this.mirror = mirror;
        this.stream = stream;
        this.chance = chance;
    }

    /**
     * Counts a request to say something, before it is looked at any closer.
     *
     * @throws dev.mirror.message.MirrorException {@code too.many}
     */
    public void admit(Request request) {
        rate.admit(request);
    }

    /**
     * Adds to the log of a channel.
     *
     * @param speaker who is proved to speak; counts on native channels only, where that is the publisher. What an object
     *     says of its speaker is set to what is known; it is marked as unverified if that is nothing
     * @return the timetoken, once it is as durable as the broker makes it
     */
    public CompletionStage<Long> publish(ChannelName channel, Envelope saying, Optional<Principal> speaker) {
        if (channel.kind() == ChannelKind.EXTERNAL) {
            Publication.Entry entry = new Publication.Entry(GATEWAY, id(), saying.encode());
            return broker.publish(new Draft(channel, List.of(), entry)).thenApply(Broker.Receipt::timetoken);
        }
        UserId publisher = speaker.map(Principal::user).orElse(GATEWAY);
        String body = SharedPayload.body(saying.payload(), speaker);
        return mirror.publish(channel, new Publication.Entry(publisher, id(), body))
                .thenApply(Broker.Receipt::timetoken);
    }

    /** Says something to those who listen now; returns the timetoken that it is shown with. */
    public long pass(ChannelName channel, Envelope envelope) {
        return stream.pass(channel, envelope, false);
    }

    private String id() {
        return Long.toUnsignedString(chance.nextLong(), Character.MAX_RADIX)
                + '-'
                + Long.toUnsignedString(chance.nextLong(), Character.MAX_RADIX);
    }
}
