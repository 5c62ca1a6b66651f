package dev.mirror.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Connection;
import dev.mirror.testkit.time.Await;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions that write down what they hear and do what a test says: by default, send every message back. */
final class FakeSessions implements Sessions {
    /** In the order of opening. */
    final List<FakeSession> all = new CopyOnWriteArrayList<>();

    private final Script script;

    /** What a session does with a message. */
    interface Script {
        void message(FakeSession session, String text);

        default void opened(FakeSession session) {}
    }

    FakeSessions() {
        this((session, text) -> session.send(text));
    }

    FakeSessions(Script script) {
        this.script = script;
    }

    @Override
    public Session open(Connection connection, Executor lane, Protocol protocol, Credentials credentials) {
        FakeSession session = new FakeSession(connection, lane, protocol, credentials);
        all.add(session);
        script.opened(session);
        return session;
    }

    @Override
    public CompletionStage<Void> drain() {
        return CompletableFuture.allOf(all.stream()
                .map(s -> s.onLane(() -> s.connection.close(CloseReason.RESTART)))
                .toArray(CompletableFuture[]::new));
    }

    FakeSession only() {
        Await.until("a session", () -> !all.isEmpty());
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " sessions");
        }
        return all.get(0);
    }

    FakeSession get(int index) {
        Await.until("a session", () -> all.size() > index);
        return all.get(index);
    }

    /** One of them. */
    final class FakeSession implements Session {
        final Connection connection;
        final Executor lane;
        final Protocol protocol;
        final Credentials credentials;
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        final AtomicInteger drained = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        FakeSession(Connection connection, Executor lane, Protocol protocol, Credentials credentials) {
            this.connection = connection;
            this.lane = lane;
            this.protocol = protocol;
            this.credentials = credentials;
        }

        @Override
        public void receive(byte[] buffer, int offset, int length) {
            String text = new String(buffer, offset, length, UTF_8);
            received.add(text);
            script.message(this, text);
        }

        @Override
        public void drained() {
            drained.incrementAndGet();
        }

        @Override
        public void closed() {
            closed.incrementAndGet();
        }

        boolean send(String text) {
            return connection.send(Frame.of(text));
        }

        CompletableFuture<Void> onLane(Runnable task) {
            return CompletableFuture.runAsync(task, lane);
        }

        String next() {
            try {
                String text = received.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
                if (text == null) {
                    throw new AssertionError("no message came");
                }
                return text;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void awaitClosed() {
            Await.until("the end of a session", () -> closed.get() > 0);
            if (closed.get() != 1) {
                throw new AssertionError("closed " + closed.get() + " times");
            }
        }
    }
}
