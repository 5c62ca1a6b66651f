package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.Publication;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.fake.FailingBroker;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** A hub in virtual time, and clients of it. */
final class VirtualHub {
    final VirtualTime time = new VirtualTime();
    final VirtualClient clients = new VirtualClient(time, 1);
    final StaticAuthenticator users = new StaticAuthenticator(time);
    final MemoryBroker memory;
    final FailingBroker broker;
    final Mirror mirror;
    HubNetwork network; // the test's; the way of the clients that are made next

    VirtualHub() {
        this(MemoryBroker.Limits.STANDARD);
    }

    VirtualHub(MemoryBroker.Limits limits) {
        memory = new MemoryBroker(time, SeededRandom.of(2), limits);
        broker = new FailingBroker(memory);
        mirror = Mirror.builder()
                .broker(broker)
                .authenticator(users)
                .conversations(memory.conversations())
                .presence(new MemoryPresence(time))
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(SeededRandom.of(3))
                .scheduler(time)
                .build();
        network = new HubNetwork(mirror, time.lane());
    }

    MirrorClient client(String user, UnaryOperator<ClientBuilder> with) {
        MirrorClient client = clients.make(network, users.token(user), with);
        client.connect();
        time.runAll();
        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
        return client;
    }

    /** A client whose handlers run only when the test runs them. */
    MirrorClient client(String user, Executor handlers, UnaryOperator<ClientBuilder> with) {
        ClientBuilder builder = with.apply(MirrorClient.builder(URI.create("ws://unused.invalid")));
        MirrorClient client = builder.build(
                clients.environment(handlers), TokenSource.fixed(users.token(user)), network, Plan.Ending.none());
        client.connect();
        time.runAll();
        return client;
    }

    void close(MirrorClient client) {
        client.close();
        time.runAll();
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    <T> T now(CompletableFuture<T> future) {
        time.runAll();
        assertThat(future).isDone();
        return Await.value(future);
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    /** Has somebody say something to so many others. */
    void talkWithMany(UserId user, int others) {
        for (int i = 1; i <= others; i++) {
            ChannelName channel = ChannelName.direct(user, user("peer-" + i));
            Publication.Entry entry = new Publication.Entry(user, "to-" + i, "\"hi\"");
            Await.value(memory.publish(new Draft(channel, List.of(), entry)));
        }
    }

    static UserId user(String id) {
        return new UserId(id);
    }
}
