package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.time.Await;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdoptedConnectionTest {
    private static final WebSocketOptions ONE_LOOP =
            WebSocketOptions.builder().loops(1).build();
    private static final byte[] HELLO = RawClient.frame(0x81, "hello".getBytes(UTF_8));

    private static UpgradeRequest request(String path) {
        return new UpgradeRequest(
                "GET",
                path,
                "HTTP/1.1",
                Map.of(
                        "Host", List.of("localhost"),
                        "Upgrade", List.of("websocket"),
                        "Connection", List.of("Upgrade"),
                        "Sec-WebSocket-Version", List.of("13"),
                        "Sec-WebSocket-Protocol", List.of("mirror.v2"),
                        "Sec-WebSocket-Key", List.of(RawClient.KEY)));
    }

    /** A sink that is never written to. */
    private static final class NoSink implements ByteSink {
        @Override
        public CompletionStage<Void> write(ByteBuffer bytes) {
            throw new AssertionError("a write");
        }

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }

    @Test
    void theOwnerAnswersWithTheStatusAndHeaders() {
        FakeSessions sessions = new FakeSessions();
        Executor lane = Runnable::run;
        try (WebSocketTransport transport = new WebSocketTransport(sessions, ONE_LOOP).start()) {
            AdoptedConnection accepted = transport.adopt(request("/ws"), lane, new NoSink());
            AdoptedConnection refused = transport.adopt(request("/elsewhere"), lane, new NoSink());

            assertThat(accepted.status()).isEqualTo(101);
            assertThat(accepted.headers())
                    .containsEntry("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .containsEntry("Sec-WebSocket-Protocol", "mirror.v2")
                    .containsEntry("Upgrade", "websocket")
                    .containsEntry("Connection", "Upgrade");
            assertThat(transport.stats().connections()).isEqualTo(1);
            assertThat(sessions.all).isEmpty();
            assertThat(refused.status()).isEqualTo(404);
            assertThatThrownBy(refused::opened).isInstanceOf(IllegalStateException.class);

            accepted.opened();
            assertThat(sessions.only().protocol).isEqualTo(Protocol.V2);
            accepted.ended();
            accepted.ended();
            refused.ended();
            assertThat(sessions.only().closed.get()).isEqualTo(1);
            assertThat(transport.stats().connections()).isZero();
        }
    }

    @Test
    void messagesGoBothWaysAndTheEnginesOwnAnswerIsNotWritten() {
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions());
        assertThat(engine.written.size()).isZero();
        engine.feed(HELLO, 1);

        assertThat(engine.messages()).containsExactly("hello");
        assertThat(engine.frames()).containsExactly(new RawClient.Received(1, true, "hello"));
        assertThat(engine.session().credentials).isEqualTo(Credentials.none());
    }

    @Test
    void oneWriteIsUnderWayAtATimeAndTheRestFollows() {
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions());
        engine.hold = true;
        engine.feed(HELLO);
        engine.feed(HELLO);
        engine.feed(HELLO);
        assertThat(engine.frames()).hasSize(1);
        assertThat(engine.session().connection.queuedBytes()).isEqualTo(21);

        engine.writeDone();
        assertThat(engine.frames()).hasSize(3);
        engine.writeDone();
        assertThat(engine.session().connection.queuedBytes()).isZero();
        assertThat(engine.session().drained.get()).isEqualTo(1);
    }

    @Test
    void c1_aPongDuringAWriteComesAfterTheFramesThatAreBeingWritten() {
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions());
        engine.hold = true;
        engine.feed(HELLO);
        engine.feed(RawClient.frame(0x89, "ping".getBytes(UTF_8)));
        engine.feed(HELLO);
        engine.hold = false;
        engine.execute(engine::writeDone);

        assertThat(engine.frames())
                .containsExactly(
                        new RawClient.Received(1, true, "hello"),
                        new RawClient.Received(10, true, "ping"),
                        new RawClient.Received(1, true, "hello"));
        assertThat(engine.session().connection.queuedBytes()).isZero();
    }

    @Test
    void w10_aSinkThatTakesNothingMakesASlowConsumer() {
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions((session, text) -> {
            while (session.send("x".repeat(1_000))) {
                assertThat(session.connection.queuedBytes()).isLessThanOrEqualTo(1 << 20);
            }
            session.connection.close(CloseReason.SLOW_CONSUMER);
        }));
        engine.hold = true;
        engine.feed(HELLO);
        assertThat(engine.timers.budget().used()).isGreaterThan(900_000);

        engine.hold = false;
        engine.execute(engine::writeDone);

        assertThat(engine.closeCode()).isEqualTo(4200);
        assertThat(engine.finished).isTrue();
        assertThat(engine.timers.budget().used()).isZero();
        assertThat(engine.session().closed.get()).isEqualTo(1);
        assertThat(engine.closed).isFalse();
        engine.execute(engine.connection::ended);
        assertThat(engine.closed).isTrue();
    }

    @Test
    void aWriteThatFailsEndsTheConnection() {
        EngineHarness engine = new EngineHarness(ONE_LOOP, new FakeSessions());
        engine.hold = true;
        engine.feed(HELLO);

        engine.writeFailed();

        assertThat(engine.closed).isTrue();
        assertThat(engine.session().closed.get()).isEqualTo(1);
        assertThat(engine.timers.budget().used()).isZero();
        engine.feed(HELLO);
        assertThat(engine.messages()).hasSize(1);
    }

    @Test
    void aBufferMustHaveAnArray() {
        EngineHarness engine = new EngineHarness(ONE_LOOP);
        assertThatThrownBy(() -> engine.connection.receive(ByteBuffer.allocateDirect(10)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.connection.receive(
                        ByteBuffer.allocate(10).position(3).slice()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void o39_w9_itIsPingedAndClosedLikeAnyOther() {
        AtomicLong clock = new AtomicLong(1);
        FakeSessions sessions = new FakeSessions();
        Recorder sink = new Recorder();
        ExecutorService lane = Executors.newSingleThreadExecutor();
        WebSocketOptions options =
                WebSocketOptions.builder().loops(1).ticker(clock::get).build();
        try (WebSocketTransport transport = new WebSocketTransport(sessions, options).start()) {
            AdoptedConnection connection = transport.adopt(request("/ws"), lane, sink);
            lane.execute(connection::opened);
            sessions.only();
            clock.addAndGet(26_000_000_000L);
            Await.until("a ping", () -> sink.bytes.get() == 2);
            clock.addAndGet(10_000_000_000L);
            Await.until("the close frame", () -> sink.bytes.get() == 2 + 2 + 2 + "idle".length());
            sessions.only().awaitClosed();
            clock.addAndGet(6_000_000_000L);
            Await.until("the end", () -> transport.stats().connections() == 0);
        } finally {
            lane.shutdown();
        }
    }

    @Test
    void closingTheTransportEndsItToo() {
        FakeSessions sessions = new FakeSessions();
        ExecutorService lane = Executors.newSingleThreadExecutor();
        Recorder sink = new Recorder();
        WebSocketTransport transport = new WebSocketTransport(
                        sessions,
                        WebSocketOptions.builder()
                                .loops(1)
                                .drainTimeout(java.time.Duration.ofMillis(50))
                                .build())
                .start();
        AdoptedConnection connection = transport.adopt(request("/ws"), lane, sink);
        lane.execute(connection::opened);
        sessions.only();

        transport.close();

        sessions.only().awaitClosed();
        Await.until("the sink to be closed", () -> transport.stats().connections() == 0);
        lane.shutdown();
    }

    /** Takes everything at once. */
    private static final class Recorder implements ByteSink {
        final AtomicLong bytes = new AtomicLong();

        @Override
        public CompletionStage<Void> write(ByteBuffer buffer) {
            bytes.addAndGet(buffer.remaining());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }
}
