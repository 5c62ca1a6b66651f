package dev.mirror.gateway;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.access.GrantEndpoints;
import dev.mirror.gateway.access.People;
import dev.mirror.gateway.access.TokenAccess;
import dev.mirror.gateway.actions.ActionEndpoints;
import dev.mirror.gateway.actions.MessageActions;
import dev.mirror.gateway.groups.GroupEndpoints;
import dev.mirror.gateway.groups.StateGroups;
import dev.mirror.gateway.history.Deletions;
import dev.mirror.gateway.history.HistoryEndpoints;
import dev.mirror.gateway.history.StoredMessages;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.keyset.Keysets;
import dev.mirror.gateway.presence.Attendance;
import dev.mirror.gateway.presence.PresenceEndpoints;
import dev.mirror.gateway.presence.PresenceLimits;
import dev.mirror.gateway.publish.Outlet;
import dev.mirror.gateway.publish.PublishEndpoints;
import dev.mirror.gateway.publish.PublishOptions;
import dev.mirror.gateway.publish.PublishRate;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.stream.Catalogue;
import dev.mirror.gateway.stream.CatchUp;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.gateway.stream.StreamOptions;
import dev.mirror.gateway.subscribe.SubscribeEndpoints;
import dev.mirror.gateway.time.TimeEndpoints;
import dev.mirror.hub.Mirror;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Presence;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link PubNubGateway} is made of. Not safe for several threads at once. */
public final class GatewayBuilder {
    private List<Keyset> keysets = List.of();
    private @Nullable Mirror mirror;
    private @Nullable Broker broker;
    private @Nullable Authenticator users;
    private @Nullable Presence presence;
    private @Nullable RandomGenerator random;
    private Stream.@Nullable Surroundings surroundings;
    private StateStore state = new MemoryStateStore();
    private People people = People.none();
    private Catalogue catalogue = Catalogue.none();
    private StreamOptions streamOptions = StreamOptions.STANDARD;
    private PublishOptions publishOptions = PublishOptions.STANDARD;
    private PresenceLimits presenceLimits = PresenceLimits.STANDARD;

    GatewayBuilder() {}

    /** Whose requests are answered. Required. */
    public GatewayBuilder keysets(List<Keyset> value) {
        keysets = List.copyOf(value);
        return this;
    }

    /** Takes what is published on channels that WebSocket clients have too. Required. */
    public GatewayBuilder mirror(Mirror value) {
        mirror = value;
        return this;
    }

    /** Keeps the logs; it, too, is what tells the {@linkplain PubNubGateway#stream stream}. Required. */
    public GatewayBuilder broker(Broker value) {
        broker = value;
        return this;
    }

    /** Tells which users exist. Required. */
    public GatewayBuilder users(Authenticator value) {
        users = value;
        return this;
    }

    /** Knows who is in rooms: the one that the {@linkplain #mirror hub} has, so that there is one presence. Required. */
    public GatewayBuilder presence(Presence value) {
        presence = value;
        return this;
    }

    /** Names what is published; safe for any thread. Required. */
    public GatewayBuilder random(RandomGenerator value) {
        random = value;
        return this;
    }

    /** Time and threads. Required. */
    public GatewayBuilder surroundings(Stream.Surroundings value) {
        surroundings = value;
        return this;
    }

    /** How much presence there may be. Default: {@link PresenceLimits#STANDARD}. */
    public GatewayBuilder presence(PresenceLimits value) {
        presenceLimits = value;
        return this;
    }

    /** Keeps groups, actions, revoked tokens, states of users and what was deleted. Default: in memory, as long as the process lives. */
    public GatewayBuilder state(StateStore value) {
        state = value;
        return this;
    }

    /** Knows the names of users. Default: nobody's; then who speaks by a token has the id as a name. */
    public GatewayBuilder people(People value) {
        people = value;
        return this;
    }

    /** Knows which logs there are, for wildcards. Default: none; then what left memory is lost to wildcards. */
    public GatewayBuilder catalogue(Catalogue value) {
        catalogue = value;
        return this;
    }

    /** How much is kept in memory. Default: {@link StreamOptions#STANDARD}. */
    public GatewayBuilder stream(StreamOptions value) {
        streamOptions = value;
        return this;
    }

    /** How much may be said at once. Default: {@link PublishOptions#STANDARD}. */
    public GatewayBuilder publish(PublishOptions value) {
        publishOptions = value;
        return this;
    }

    /**
     * The gateway. Waits until it has read which tokens are revoked, and the states of users.
     *
     * @throws java.util.concurrent.CompletionException if the store of its state does not answer
     * @throws IllegalStateException if something required is missing; the message names it
     */
    public PubNubGateway build() {
        Keysets known = new Keysets(keysets);
        Stream.Surroundings place = required(surroundings, "surroundings");
        Broker logs = required(broker, "broker");
        Deletions deletions = new Deletions(state);
        boolean shared = known.isAnyShared();
        Stream stream = new Stream(
                place,
                new CatchUp.Logs(logs, catalogue, withdrawn(known, deletions)),
                channel -> isOfInterest(channel, known, shared),
                streamOptions);
        ChannelNames names = new ChannelNames(required(users, "users"));
        PublishRate rate = new PublishRate(publishOptions.perSecond(), place.clock());
        Outlet outlet = new Outlet(logs, required(mirror, "mirror"), stream, required(random, "random"), rate);
        TokenAccess access = TokenAccess.open(keysets, state, place.clock(), people)
                .toCompletableFuture()
                .join();
        Attendance attendance = attendance(stream, place);
        StateGroups groups = new StateGroups(state, place.executor());
        MessageActions actions = new MessageActions(state, place.clock());

        Routes routes = new Routes(known);
        new TimeEndpoints(place.clock()).addTo(routes);
        new PublishEndpoints(names, access, outlet, place.clock(), publishOptions).addTo(routes);
        new SubscribeEndpoints(stream, access, new SubscribeEndpoints.Sources(names, groups, attendance), place)
                .addTo(routes);
        new PresenceEndpoints(names, groups, access, attendance).addTo(routes);
        new GrantEndpoints(access).addTo(routes);
        new GroupEndpoints(access, groups).addTo(routes);
        new ActionEndpoints(names, access, actions, outlet, new StoredMessages(logs, deletions)::isThere).addTo(routes);
        new HistoryEndpoints(
                        names, access, new HistoryEndpoints.Sources(logs, groups, actions, deletions, access.proof()))
                .addTo(routes);
        return new PubNubGateway(routes, access::proved, new PubNubGateway.Parts(stream, attendance), place);
    }

    private Attendance attendance(Stream stream, Stream.Surroundings place) {
        Attendance.Ground ground =
                new Attendance.Ground(required(presence, "presence"), state, required(users, "users"), stream);
        return Attendance.open(ground, place, presenceLimits)
                .toCompletableFuture()
                .join();
    }

    /** Channels that WebSocket clients see, too, have nothing deleted. */
    private static CatchUp.Withdrawn withdrawn(Keysets keysets, Deletions deletions) {
        return (channel, from, to) -> {
            Optional<Keyset> keyset =
                    channel.kind() == ChannelKind.EXTERNAL ? keysets.find(channel.space()) : Optional.empty();
            return keyset.isPresent()
                    ? deletions.deleted(keyset.get(), channel, from, to)
                    : CompletableFuture.completedFuture(timetoken -> false);
        };
    }

    private static boolean isOfInterest(ChannelName channel, Keysets keysets, boolean shared) {
        return switch (channel.kind()) {
            case EXTERNAL -> keysets.owns(channel.space());
            case ROOM, DIRECT -> shared;
            case INBOX -> false;
        };
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalStateException("PubNubGateway.builder()." + name + "(…) is missing");
        }
        return value;
    }
}
