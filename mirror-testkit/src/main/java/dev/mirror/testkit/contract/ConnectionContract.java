package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.spi.Connection;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Connection}, rules C1 to C4, as tests. A subclass hands in connections together with the peer
 * at the other end.
 */
public abstract class ConnectionContract {
    private static final CloseReason FIRST = new CloseReason(4101, "busy");
    private static final CloseReason SECOND = new CloseReason(4000, "protocol");

    private Wire wire; // set before each test

    /** A connection and both its ends. */
    public interface Wire extends AutoCloseable {
        /** Runs something with the connection on the session's lane. */
        void onLane(Runnable task);

        /** The connection; touched on the lane only. */
        Connection connection();

        /** What the session would see: how often it was told of the end. */
        int ends();

        /** The other end. */
        Peer peer();

        /** Releases both ends. */
        @Override
        void close();
    }

    /** The other end of a connection, with a mind of its own. */
    public interface Peer {
        /** The text frames that came so far. */
        List<String> frames();

        /** The close code that came, or 0. */
        int closeCode();

        /** Stops reading, so that what is sent to it has to wait; false if the adapter's test cannot. */
        boolean stall();

        /** Reads again. */
        void resume();

        /** Goes away without a word. */
        void vanish();
    }

    /** A connection whose handshake is complete, to a peer that reads. */
    protected abstract Wire open() throws Exception;

    /** How long to wait for the other end. */
    protected Duration deadline() {
        return Await.DEADLINE;
    }

    @BeforeEach
    void openWire() throws Exception {
        wire = open();
    }

    @AfterEach
    void closeWire() {
        wire.close();
    }

    /** Order is kept, with frames of every size and none. */
    @Test
    void c1_framesArriveInOrder() {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String text = i + "-" + "é✓😀x".repeat(i % 7 == 0 ? 500 : i % 3);
            sent.add(text);
            assertThat(send(text)).isTrue();
        }
        awaitFrames(200);
        assertThat(wire.peer().frames()).isEqualTo(sent);
    }

    /** One frame can go to many peers at once: sending it changes nothing in it. */
    @Test
    void c1_aFrameCanBeSentTwice() {
        Frame frame = Frame.of("{\"code\":\"x\"}");
        for (int i = 0; i < 2; i++) {
            assertThat(send(frame)).isTrue();
        }
        awaitFrames(2);
        assertThat(wire.peer().frames()).containsExactly(frame.toString(), frame.toString());
        assertThat(frame.toString()).isEqualTo("{\"code\":\"x\"}");
    }

    /** A peer that does not read fills its outbox and nothing else; then the sender is told, at once. */
    @Test
    void c2_aFullOutboxRefuses() {
        assumeTrue(wire.peer().stall(), "skipped: the adapter's test cannot make its peer stop reading");
        int accepted = sendUntilRefused();
        assertThat(queuedBytes()).isPositive();
        assertThat(send("one more")).isFalse();

        wire.peer().resume();
        awaitFrames(accepted);
        assertThat(wire.peer().frames()).hasSize(accepted).doesNotContain("one more");
        Await.until("nothing waits", deadline(), () -> queuedBytes() == 0);
        assertThat(send("again")).isTrue();
    }

    /** Once the connection has ended, sending says so. */
    @Test
    void c2_anEndedConnectionRefuses() {
        wire.peer().vanish();
        Await.until("the session hears of the end", deadline(), () -> {
            send("is anybody there");
            return wire.ends() > 0;
        });
        assertThat(send("late")).isFalse();
        onLane(connection -> {
            connection.close(FIRST);
            return true;
        });
        assertThat(wire.ends()).isEqualTo(1);
    }

    /** What was accepted arrives, then the reason, then nothing. */
    @Test
    void c3_whatWasAcceptedArrivesBeforeTheReason() {
        boolean after = onLane(connection -> {
            for (int i = 0; i < 50; i++) {
                connection.send(Frame.of("m-" + i));
            }
            connection.close(FIRST);
            return connection.send(Frame.of("late"));
        });
        Await.until("the peer gets the reason", deadline(), () -> wire.peer().closeCode() != 0);
        assertThat(after).isFalse();
        assertThat(wire.peer().frames()).hasSize(50).startsWith("m-0").endsWith("m-49");
        assertThat(wire.peer().closeCode()).isEqualTo(FIRST.code());
    }

    /** The first reason counts. */
    @Test
    void c3_aSecondCloseChangesNothing() {
        onLane(connection -> {
            connection.close(FIRST);
            connection.close(SECOND);
            return true;
        });
        Await.until("the peer gets a reason", deadline(), () -> wire.peer().closeCode() != 0);
        assertThat(wire.peer().closeCode()).isEqualTo(FIRST.code());
    }

    /** The session hears of an end that it asked for, once. */
    @Test
    void c4_theSessionHearsOfItsOwnCloseOnce() {
        onLane(connection -> {
            connection.close(FIRST);
            return true;
        });
        Await.until("the session hears of the end", deadline(), () -> wire.ends() > 0);
        onLane(connection -> {
            connection.close(SECOND);
            return true;
        });
        wire.peer().vanish();
        queuedBytes();
        assertThat(wire.ends()).isEqualTo(1);
    }

    /** The session hears of a peer that goes away, once. */
    @Test
    void c4_theSessionHearsOfAPeerThatGoesOnce() {
        assertThat(send("hello")).isTrue();
        awaitFrames(1);
        wire.peer().vanish();
        Await.until("the session hears of the end", deadline(), () -> wire.ends() > 0);
        queuedBytes();
        assertThat(wire.ends()).isEqualTo(1);
    }

    private int sendUntilRefused() {
        String text = "x".repeat(10_000);
        int accepted = 0;
        while (send(text)) {
            accepted++;
            assertThat(accepted)
                    .as("frames of 10,000 bytes accepted for a peer that does not read")
                    .isLessThan(10_000);
        }
        return accepted;
    }

    private boolean send(String text) {
        return send(Frame.of(text));
    }

    private boolean send(Frame frame) {
        return onLane(connection -> connection.send(frame));
    }

    private long queuedBytes() {
        return onLane(Connection::queuedBytes);
    }

    private <T> T onLane(Function<Connection, T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        wire.onLane(() -> {
            try {
                result.complete(action.apply(wire.connection()));
            } catch (RuntimeException | AssertionError fault) {
                result.completeExceptionally(fault);
            }
        });
        return Await.value(result);
    }

    private void awaitFrames(int count) {
        Await.until(
                count + " frames arrive", deadline(), () -> wire.peer().frames().size() >= count);
    }
}
