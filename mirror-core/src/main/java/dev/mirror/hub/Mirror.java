package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Connection;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Presence;
import dev.mirror.spi.RelayStore;
import dev.mirror.spi.Scheduler;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A mirror: sessions, channels and direct messages over the ports that it is built with.
 *
 * <p>It has no thread, clock, chance or socket of its own; everything is handed to its {@link Builder}. A transport
 * opens a {@link Session} for each connection and pushes into it what the peer says; the hub answers through
 * {@link Connection}. Several mirrors in one process do not know of each other.
 *
 * <p>Safe for any thread, except where a method belongs to a lane: an executor that runs one task at a time, in the
 * order in which they were handed to it. A transport hands in the same executor instance for all connections that share
 * a lane, usually an event loop, so that a publication costs one task a lane and not one a receiver.
 *
 * <p>{@link #drain()} and then {@link #close()} end it; the broker stays open, since its maker owns it.
 */
public final class Mirror implements AutoCloseable {
    private final Hub hub;

    private Mirror(Hub hub) {
        this.hub = hub;
    }

    /** Begins to build one. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts the session of a connection whose handshake is complete: checks the credentials and says the hello, or
     * closes. To be called on the lane.
     *
     * @param lane runs the session's tasks, one at a time, in order
     * @param protocol what the peer speaks
     * @param credentials what it showed at the handshake
     */
    public Session open(Connection connection, Executor lane, Protocol protocol, Credentials credentials) {
        Session session = new Session(hub, connection, lane, protocol);
        session.open(credentials);
        return session;
    }

    /**
     * Publishes from the application itself, which is trusted to name the publisher.
     *
     * @return the receipt once the broker has the entry; fails with {@code not.allowed} for an inbox, {@code too.large},
     *     {@code busy}, what the broker fails with, or {@code store.unavailable} if it does not answer within 5 s
     */
    public CompletionStage<Broker.Receipt> publish(ChannelName channel, Publication.Entry entry) {
        return hub.publishing.publishNow(channel, entry);
    }

    /** Ends the live sessions of a user whose principal matches, each on its lane. */
    public void disconnect(UserId user, Predicate<Principal> which, CloseReason reason) {
        hub.revocations.incrementAndGet();
        for (Session session : hub.sessions.of(user)) {
            Hub.hand(session.lane(), () -> session.endIf(which, reason));
        }
    }

    /** What is going on, for metrics. */
    public Stats stats() {
        Counters counters = hub.counters;
        return new Stats(
                new Stats.Now(
                        hub.sessions.count(),
                        hub.sessions.users(),
                        hub.channels.count(),
                        hub.publishing.inFlight(),
                        counters.backlog.get()),
                counters.publishes.sum(),
                counters.deliveries.sum(),
                counters.relays.sum(),
                counters.refusals());
    }

    /**
     * Refuses new publications and sessions, carries out and answers those that were read, which takes 5 s at most,
     * then ends every session with {@link CloseReason#RESTART}.
     *
     * @return complete when every session has been told to end
     */
    public CompletionStage<Boolean> drain() {
        return hub.publishing.drain().thenApply(done -> {
            close();
            return done;
        });
    }

    /** Ends every signed-in session with {@link CloseReason#RESTART}, now. Idempotent. */
    @Override
    public void close() {
        hub.publishing.drain();
        for (Session session : hub.sessions.all()) {
            Hub.hand(session.lane(), () -> session.end(CloseReason.RESTART));
        }
    }

    /**
     * What is going on and what was counted since the mirror was built.
     *
     * @param now the state of this moment
     * @param publishes publications taken
     * @param deliveries publications handed to sessions
     * @param relays opened conversations told to connections
     * @param refusals refused requests by error
     */
    public record Stats(Now now, long publishes, long deliveries, long relays, Map<ErrorCode, Long> refusals) {
        /**
         * The state of one moment.
         *
         * @param sessions signed-in sessions
         * @param users users with a session
         * @param channels channels that somebody is subscribed to
         * @param publishing publications that the broker has not answered yet
         * @param backlog publications that wait on a lane for their fan-out
         */
        public record Now(int sessions, int users, int channels, int publishing, int backlog) {}
    }

    /**
     * Hears what becomes of messages on this node. Called on lanes, where it must not block or throw. The publications
     * and details that it is shown are not to be kept with their bodies.
     */
    public interface Trace {
        /** Hears nothing. */
        Trace NONE = new Trace() {};

        /** Whether the steps of messages with this id are wanted. Asked for every publication, so it must be cheap. */
        default boolean wants(String id) {
            return false;
        }

        /** A wanted message of the peer was accepted from it, or its acknowledgement was sent. */
        default void published(Step step, Peer peer, String id, @Nullable ChannelName channel) {}

        /** A wanted publication was written to the peer, or was not; an unwanted one that was lost on a peer, too. */
        default void delivered(Step step, Peer peer, Publication publication) {}

        /** A request with an id, of any kind and wanted or not, was refused. */
        default void refused(Peer peer, String id, ErrorCode error, String detail) {}

        /** The peer was told that publications are missing: those after the first position, up to the second. */
        default void missing(Peer peer, ChannelName channel, Position from, Position to) {}

        /** Who is at the other end of a session. */
        record Peer(SessionId session, @Nullable UserId user) {}

        /** What was done with a message. */
        enum Step {
            /** Taken from the session that publishes it, and given to the broker. */
            ACCEPTED,
            /** Confirmed to that session. */
            ACKNOWLEDGED,
            /** Handed to a subscriber's connection as it was published. */
            WRITTEN,
            /** Handed to a subscriber's connection out of the log, while the subscriber caught up. */
            REPLAYED,
            /** Not written yet: the subscriber catches up, and comes to it in the log. */
            DEFERRED,
            /** Not written: the connection takes no more, and was ended. It can come back and catch up. */
            LOST
        }
    }

    /** Collects what a {@link Mirror} is made of. Not safe for several threads at once. */
    public static final class Builder {
        @Nullable
        Broker broker;

        @Nullable
        Authenticator authenticator;

        @Nullable
        Presence presence;

        @Nullable
        RelayStore relays;

        @Nullable
        Conversations conversations;

        @Nullable
        RandomGenerator random;

        @Nullable
        Scheduler scheduler;

        @Nullable
        InstantSource clock;

        AccessPolicy access = AccessPolicy.byKind();
        Trace trace = Trace.NONE;
        MirrorOptions options = MirrorOptions.defaults();

        private Builder() {}

        /** Moves and keeps publications. Required. */
        public Builder broker(Broker value) {
            broker = value;
            return this;
        }

        /** Tells who somebody is. Required. */
        public Builder authenticator(Authenticator value) {
            authenticator = value;
            return this;
        }

        /** Knows who is in a channel. Required. */
        public Builder presence(Presence value) {
            presence = value;
            return this;
        }

        /** Keeps requests for those who are away. Required. */
        public Builder relays(RelayStore value) {
            relays = value;
            return this;
        }

        /** Knows the conversations of a user; of the same store as the broker. Required. */
        public Builder conversations(Conversations value) {
            conversations = value;
            return this;
        }

        /** Makes ids that nobody may guess: a {@link java.security.SecureRandom} outside tests. Required. */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** Runs what has to happen later. Required. */
        public Builder scheduler(Scheduler value) {
            scheduler = value;
            return this;
        }

        /** Tells the time: {@link InstantSource#system()} outside tests. Required. */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /** Decides who may do what. Default: {@link AccessPolicy#byKind()}. */
        public Builder access(AccessPolicy value) {
            access = value;
            return this;
        }

        /** The limits. Default: {@link MirrorOptions#defaults()}. */
        public Builder options(MirrorOptions value) {
            options = value;
            return this;
        }

        /** Hears what becomes of messages. Default: nobody does. */
        public Builder trace(Trace value) {
            trace = value;
            return this;
        }

        /**
         * The mirror.
         *
         * @throws IllegalStateException if something required is missing; the message names it
         */
        public Mirror build() {
            return new Mirror(new Hub(this));
        }
    }
}
