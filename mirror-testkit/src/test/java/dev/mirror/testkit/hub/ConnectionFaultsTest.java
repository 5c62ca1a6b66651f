package dev.mirror.testkit.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.fake.RecordingConnection;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Connections that fail at a bad moment, and many that come and go at once. */
class ConnectionFaultsTest {
    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private final MemoryBroker broker = new MemoryBroker(time, new SecureRandom());
    private final Mirror mirror = Mirror.builder()
            .broker(broker)
            .conversations(broker.conversations())
            .authenticator(users)
            .presence(new MemoryPresence(time))
            .relays(new MemoryRelayStore())
            .random(new SecureRandom())
            .scheduler(time)
            .clock(time)
            .build();

    /** One peer of version 1 on a lane of real threads. */
    private static final class Peer {
        final RecordingConnection connection = new RecordingConnection();
        final Executor lane;
        Session session; // owned by the lane

        Peer(Executor lane) {
            this.lane = lane;
        }

        void send(String frame) {
            byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
            lane.execute(() -> session.receive(bytes, 0, bytes.length));
        }
    }

    private Peer connect(String user, Executor lane) {
        Peer peer = new Peer(lane);
        Credentials token = new Credentials.Token(users.token(user));
        lane.execute(() -> {
            peer.session = mirror.open(peer.connection, lane, Protocol.V1, token);
            peer.connection.onEnd(() -> peer.session.closed());
        });
        return peer;
    }

    @Test
    void o36_connectionsThatComeAndTalkAndGoAtOnceDisturbNobody() {
        int lanes = 4;
        int each = 50;
        List<ExecutorService> threads = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            threads.add(Executors.newSingleThreadExecutor());
        }
        try {
            Peer receiver = connect("receiver", threads.get(0));
            CountDownLatch connected = new CountDownLatch(1);
            threads.get(0).execute(connected::countDown);
            Await.open("the receiver is connected", connected);
            for (int i = 0; i < lanes * each; i++) {
                Peer sender = connect("sender" + i, threads.get(i % lanes));
                sender.send("{\"code\":\"message.direct\",\"channel\":\"sender" + i + ".receiver\"}");
                sender.lane.execute(sender.connection::vanish);
            }
            Await.until(
                    "every request arrived", () -> receiver.connection.frames().size() > lanes * each);

            assertThat(receiver.connection.frames()).hasSize(lanes * each + 1).doesNotHaveDuplicates();
            Await.until("the others are gone", () -> mirror.stats().now().sessions() == 1);
        } finally {
            threads.forEach(ExecutorService::shutdownNow);
        }
    }

    @Test
    void o37_aConnectionThatFailsAtTheHelloLeavesNothingBehind() {
        Executor lane = time.lane();
        Peer broken = new Peer(lane);
        broken.connection.stall(0);
        lane.execute(() -> broken.session =
                mirror.open(broken.connection, lane, Protocol.V1, new Credentials.Token(users.token("ann"))));
        time.runAll();
        broken.send("{\"code\":\"message.direct\",\"channel\":\"ann.bob\"}");
        time.runAll();

        assertThat(broken.connection.closeReason()).contains(CloseReason.SLOW_CONSUMER);
        assertThat(mirror.stats().now().sessions()).isZero();
        assertThat(mirror.stats().relays()).isZero();
        assertThat(time.timers()).isZero();
    }
}
