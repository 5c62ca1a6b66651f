package dev.mirror.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror.Trace.Peer;
import dev.mirror.hub.Mirror.Trace.Step;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Draft;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeliveryTimesTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final ChannelName DIRECT = ChannelName.direct(ANN, BOB);
    private static final Peer PEER = new Peer(new SessionId("session-1"), BOB);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();
    private final DeliveryTimes times = new DeliveryTimes(registry, null, now::get);

    private static Publication.Entry entry(UserId publisher, String id) {
        return new Publication.Entry(publisher, id, "1");
    }

    private void stored(String id, long offset, boolean duplicate) {
        Draft draft = new Draft(DIRECT, List.of(ChannelName.inbox(BOB)), entry(ANN, id));
        times.stored(draft, new Receipt(new Position("e", offset), offset, duplicate), null);
    }

    private static Publication original(UserId publisher, String id, long offset) {
        return new Publication(DIRECT, new Position("e", offset), offset, entry(publisher, id), null);
    }

    private Timer timed() {
        return registry.get("mirror.delivery.seconds").timer();
    }

    @Test
    void whatIsWrittenIsTimedFromTheStoreOn() {
        now.set(1_000_000);
        stored("m-1", 1, false);
        assertThat(times.wants("m-1")).isTrue();
        now.set(4_000_000);
        times.delivered(Step.WRITTEN, PEER, original(ANN, "m-1", 1));
        Publication.Origin origin = new Publication.Origin(DIRECT, new Position("e", 1));
        times.delivered(
                Step.WRITTEN,
                PEER,
                new Publication(ChannelName.inbox(BOB), new Position("e", 70), 1, entry(ANN, "m-1"), origin));
        assertThat(timed().count()).as("the conversation and the inbox").isEqualTo(2);
        assertThat(timed().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(6);
    }

    @Test
    void nothingElseIs() {
        stored("m-1", 1, false);
        times.delivered(Step.REPLAYED, PEER, original(ANN, "m-1", 1));
        times.delivered(Step.WRITTEN, PEER, original(BOB, "m-1", 1));
        times.delivered(Step.WRITTEN, PEER, original(ANN, "m-1", 2));
        times.delivered(Step.WRITTEN, PEER, original(ANN, "m-2", 2));
        assertThat(timed().count()).isZero();
        assertThat(times.wants("m-2")).isFalse();
    }

    /** A repetition is not delivered, so it must not take the place of one that is. */
    @Test
    void oneOfManyIsChosen() {
        int chosen = 0;
        for (int i = 0; i < 10 * DeliveryTimes.ONE_IN; i++) {
            stored("m-" + i, i + 1, false);
            stored("m-" + i, i + 1, true);
            chosen += times.wants("m-" + i) ? 1 : 0;
        }
        assertThat(chosen).isEqualTo(10);
    }
}
