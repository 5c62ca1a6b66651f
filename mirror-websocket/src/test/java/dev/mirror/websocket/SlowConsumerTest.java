package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlowConsumerTest {
    private static final Frame FRAME = Frame.of("x".repeat(10_000));

    private final AtomicLong clock = new AtomicLong(1);
    private final AtomicInteger accepted = new AtomicInteger();
    private final FakeSessions sessions = new FakeSessions((session, text) -> {
        if (text.equals("flood")) {
            flood(session);
        } else {
            session.send(text);
        }
    });

    /** Sends until it is refused, then closes, as the hub does. */
    private void flood(FakeSessions.FakeSession session) {
        while (session.connection.send(FRAME)) {
            accepted.incrementAndGet();
        }
        session.connection.close(CloseReason.SLOW_CONSUMER);
    }

    private WebSocketTransport start() {
        return new WebSocketTransport(
                        sessions,
                        WebSocketOptions.builder().loops(1).ticker(clock::get).build())
                .start();
    }

    @Test
    void j11_w10_aPeerThatNeverReadsCostsItsOutboxAndIsCutAfterTheDeadline() {
        try (WebSocketTransport transport = start();
                RawClient slow = new RawClient(transport.port(), 4_096);
                RawClient healthy = RawClient.open(transport.port())) {
            slow.upgrade();
            slow.text("flood");
            Await.until("a slow consumer", () -> transport.stats().slowConsumers() == 1);

            assertThat(transport.stats().queuedBytes()).isBetween(1L << 19, (1L << 20) + 100);
            assertThat(transport.stats().connections()).isEqualTo(2);
            healthy.text("x");
            assertThat(healthy.read().text()).isEqualTo("x");

            clock.addAndGet(Duration.ofSeconds(6).toNanos());

            Await.until("the slow one to be cut", () -> transport.stats().connections() == 1);
            assertThat(transport.stats().queuedBytes()).isZero();
            sessions.get(1).awaitClosed();
        }
    }

    @Test
    void c3_aSlowPeerThatReadsInTheEndGetsEverythingThatWasAcceptedAndThenTheReason() {
        try (WebSocketTransport transport = start();
                RawClient slow = new RawClient(transport.port(), 4_096)) {
            slow.upgrade();
            slow.text("flood");
            Await.until("a slow consumer", () -> transport.stats().slowConsumers() == 1);

            for (int i = 0; i < accepted.get(); i++) {
                assertThat(slow.read().latin()).hasSize(10_000);
            }
            assertThat(slow.readToClose()).isEqualTo(4200);
            sessions.only().awaitClosed();
        }
    }

    private WebSocketTransport startSmall() {
        FakeSessions filling = new FakeSessions((session, text) -> {
            if (text.equals("fill")) {
                while (session.connection.send(FRAME)) {
                    accepted.incrementAndGet();
                }
            } else if (!session.send(text)) {
                session.connection.close(CloseReason.SLOW_CONSUMER);
            }
        });
        return new WebSocketTransport(
                        filling,
                        WebSocketOptions.builder()
                                .loops(1)
                                .outboxTotalBytes(3 << 20)
                                .ticker(clock::get)
                                .build())
                .start();
    }

    /** Peers that read nothing may hold what all may hold together: it is they who make room. */
    @Test
    void i11_w10_whoReadsStaysConnectedWhileOthersHoldAllThatMayWait() {
        List<RawClient> slow = new ArrayList<>();
        try (WebSocketTransport transport = startSmall();
                RawClient healthy = RawClient.open(transport.port())) {
            for (int i = 0; i < 20; i++) {
                RawClient peer = new RawClient(transport.port(), 4_096);
                slow.add(peer);
                peer.upgrade();
                peer.text("fill");
                healthy.text("event " + i);
                assertThat(healthy.read().text()).isEqualTo("event " + i);
            }
            Await.until("room", () -> transport.stats().queuedBytes() <= 3 << 20);
            assertThat(transport.stats().slowConsumers()).isPositive();
            healthy.text("last");
            assertThat(healthy.read().text()).isEqualTo("last");
        } finally {
            slow.forEach(RawClient::close);
        }
    }

    /** Bytes from a peer are life, but not progress. */
    @Test
    void i6_w10_aPeerThatPingsAndReadsNothingIsClosed() {
        try (WebSocketTransport transport = startSmall();
                RawClient slow = new RawClient(transport.port(), 4_096);
                RawClient healthy = RawClient.open(transport.port())) {
            slow.upgrade();
            slow.text("fill");
            Await.until("a full outbox", () -> transport.stats().queuedBytes() > 1 << 19);
            Await.until("two connections", () -> transport.stats().connections() == 2);
            for (int i = 0; i < 10 && transport.stats().slowConsumers() == 0; i++) {
                assertThat(transport.stats().connections()).isEqualTo(2);
                clock.addAndGet(Duration.ofSeconds(7).toNanos());
                slow.trySend(RawClient.frame(0x89, new byte[0]));
                healthy.text("x");
                assertThat(healthy.read().text()).isEqualTo("x");
            }
            Await.until("a slow consumer", () -> transport.stats().slowConsumers() == 1);
            clock.addAndGet(Duration.ofSeconds(6).toNanos());
            Await.until("the slow one to be cut", () -> transport.stats().connections() == 1);
            assertThat(transport.stats().queuedBytes()).isZero();
        }
    }

    @Test
    void manyFramesWithinOneTurnDoNotMakeASlowConsumer() {
        FakeSessions bursts = new FakeSessions((session, text) -> {
            for (int i = 0; i < 2_500; i++) {
                if (!session.send("message " + i)) {
                    session.connection.close(CloseReason.SLOW_CONSUMER);
                    return;
                }
            }
        });
        try (WebSocketTransport transport = new WebSocketTransport(bursts, WebSocketOptions.defaults()).start();
                RawClient client = RawClient.open(transport.port())) {
            client.text("go");
            for (int i = 0; i < 2_500; i++) {
                assertThat(client.read().text()).isEqualTo("message " + i);
            }
        }
    }

    @Test
    void c2_nothingIsSentAfterAClose() {
        FakeSessions closing = new FakeSessions((session, text) -> {
            session.connection.close(CloseReason.NORMAL);
            assertThat(session.send("late")).isFalse();
            session.connection.close(CloseReason.INTERNAL);
        });
        try (WebSocketTransport transport = new WebSocketTransport(closing, WebSocketOptions.defaults()).start();
                RawClient client = RawClient.open(transport.port())) {
            client.text("go");
            assertThat(client.readToClose()).isEqualTo(1000);
            closing.only().awaitClosed();
        }
    }

    @Test
    void theSessionHearsThatTheOutboxIsEmptyAgain() {
        try (WebSocketTransport transport = start();
                RawClient client = RawClient.open(transport.port())) {
            int before = sessions.only().drained.get();
            client.text("x");
            assertThat(client.read().text()).isEqualTo("x");
            Await.until("drained", () -> sessions.only().drained.get() > before);
        }
    }
}
