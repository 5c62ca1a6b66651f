package dev.mirror.gateway;

import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.publish.PublishOptions;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.hub.Mirror;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.spi.Presence;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.stream.Stream;

/** A gateway in virtual time over a mirror in memory. Its keysets: open, one with shared names, one that is managed. */
public final class GatewayFixture implements AutoCloseable {
    /** As at PubNub without Access Manager. */
    public static final Keyset OPEN = Keyset.open("pub-c-1", "sub-c-1");

    /** Shares its names with WebSocket clients. */
    public static final Keyset SHARED = new Keyset("pub-c-2", "sub-c-2", null, Keyset.Access.OPEN, Keyset.Names.SHARED);

    /** Needs tokens. */
    public static final Keyset MANAGED =
            new Keyset("pub-c-3", "sub-c-3", "sec-c-3", Keyset.Access.MANAGED, Keyset.Names.OWN);

    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private final TappedBroker broker;
    private final Mirror mirror;
    private final MemoryPresence presence = new MemoryPresence(time);
    private final PubNubGateway gateway;

    /** One, with further keysets. */
    public GatewayFixture(Keyset... more) {
        this(new MemoryStateStore(), more);
    }

    /** One that keeps its state here. */
    public GatewayFixture(StateStore state, Keyset... more) {
        this(state, PublishOptions.STANDARD, more);
    }

    /** One with other limits. */
    public GatewayFixture(StateStore state, PublishOptions limits, Keyset... more) {
        SeededRandom random = SeededRandom.of(1);
        MemoryBroker memory = new MemoryBroker(time, random, new MemoryBroker.Limits(10_000, 64 << 20, 4 << 20));
        broker = new TappedBroker(memory);
        mirror = Mirror.builder()
                .broker(broker)
                .authenticator(users)
                .conversations(memory.conversations())
                .presence(presence)
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(random)
                .scheduler(time)
                .build();
        gateway = PubNubGateway.builder()
                .keysets(Stream.concat(Stream.of(OPEN, SHARED, MANAGED), Stream.of(more))
                        .toList())
                .mirror(mirror)
                .broker(broker)
                .users(users)
                .presence(presence)
                .random(random)
                .surroundings(new dev.mirror.gateway.stream.Stream.Surroundings(time, time, time.lane()))
                .catalogue(broker::names)
                .publish(limits)
                .state(state)
                .build();
        broker.tell(gateway.stream());
        time.advance(Duration.ofMillis(1));
    }

    /** Who exists. */
    public StaticAuthenticator users() {
        return users;
    }

    /** The time that it lives in. */
    public VirtualTime time() {
        return time;
    }

    /** The logs. */
    public TappedBroker broker() {
        return broker;
    }

    /** The hub, for what WebSocket clients say. */
    public Mirror mirror() {
        return mirror;
    }

    /** Who is in rooms, as the hub knows it. */
    public Presence presence() {
        return presence;
    }

    /** The gateway itself. */
    public PubNubGateway gateway() {
        return gateway;
    }

    /** Hands a request in, and does what comes of it by now. */
    public TestCall ask(TestCall call) {
        gateway.handle(call);
        time.runAll();
        return call;
    }

    /** Hands a request without a body in. */
    public TestCall get(String target) {
        return ask(new TestCall("GET", target));
    }

    /** The body of a successful answer to a request without a body. */
    public String text(String target) {
        return get(target).text();
    }

    /** Does what is to be done by now. */
    public void run() {
        time.runAll();
    }

    @Override
    public void close() {
        gateway.close();
        mirror.close();
        broker.close();
    }
}
