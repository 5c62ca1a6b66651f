package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the memory broker does at its bounds. */
class MemoryBrokerLimitsTest {
    private static final ChannelName QUIET = ChannelName.room("quiet");
    private static final ChannelName BUSY = ChannelName.room("busy");
    private static final Position NOWHERE = new Position("nowhere", 0);

    private final VirtualTime time = new VirtualTime();
    private final MemoryBroker broker =
            new MemoryBroker(time, SeededRandom.of(1), new MemoryBroker.Limits(1_000, 1 << 20, 32 << 10));

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void theOldestOfAllChannelsIsForgottenFirst() {
        publish(QUIET, "quiet-1");
        int kept = 0;
        while (kept < 1_000 && !log(QUIET).publications().isEmpty()) {
            publish(BUSY, "busy-" + ++kept);
        }
        assertThat(kept).as("publications of 10,000 bytes in a mebibyte").isBetween(90, 105);
        assertThat(log(BUSY).first()).isEqualTo(1);
        publish(BUSY, "more");
        assertThat(log(BUSY).first()).isEqualTo(2);
    }

    @Test
    void aChannelThatWasForgottenBeginsANewLife() {
        Position old = publish(QUIET, "quiet-1").position();
        fill();
        Position young = publish(QUIET, "quiet-2").position();

        assertThat(young.offset()).isEqualTo(1);
        assertThat(young.epoch()).isNotEqualTo(old.epoch());
        assertThat(subscribe(QUIET, old, publication -> {}).recovered()).isFalse();
    }

    @Test
    void aChannelThatIsListenedToKeepsItsLife() {
        subscribe(QUIET, null, publication -> {});
        Position old = publish(QUIET, "quiet-1").position();
        fill();
        assertThat(log(QUIET).publications()).isEmpty();
        assertThat(log(QUIET).tail()).isEqualTo(old);
        assertThat(publish(QUIET, "quiet-2").position()).isEqualTo(new Position(old.epoch(), 2));
        assertThat(subscribe(QUIET, old, publication -> {}).recovered()).isTrue();
    }

    @Test
    void aRepetitionIsKnownAsLongAsTheFirstIsKept() {
        publish(QUIET, "same");
        assertThat(publish(QUIET, "same").duplicate()).isTrue();
        fill();
        assertThat(publish(QUIET, "same").duplicate()).isFalse();
    }

    @Test
    void aPublicationIsKeptThoughItAloneIsTooMuch() {
        try (MemoryBroker tiny = new MemoryBroker(time, SeededRandom.of(2), new MemoryBroker.Limits(10, 1, 100))) {
            Await.value(tiny.publish(BrokerFixture.draft(BrokerFixture.ANN, QUIET, "m-1")));
            Await.value(tiny.publish(BrokerFixture.draft(BrokerFixture.ANN, QUIET, "m-2")));
            History page = Await.value(tiny.history(HistoryQuery.latest(QUIET, 10)));
            assertThat(BrokerFixture.ids(page.publications())).containsExactly("m-2");
        }
    }

    @Test
    void timetokensIncreaseThoughTheClockStandsOrGoesBack() {
        long first = publish(QUIET, "m-1").timetoken();
        assertThat(first).isEqualTo(VirtualTime.START.getEpochSecond() * 10_000_000);
        assertThat(publish(QUIET, "m-2").timetoken()).isEqualTo(first + 1);
        time.jump(Duration.ofDays(-1));
        assertThat(publish(QUIET, "m-3").timetoken()).isEqualTo(first + 2);
        time.jump(Duration.ofDays(2));
        assertThat(publish(QUIET, "m-4").timetoken())
                .isEqualTo(first + Duration.ofDays(1).toMillis() * 10_000);
    }

    @Test
    void listenersThatLagMakeTheirChannelBusyAndNoOther() {
        CountDownLatch leave = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        List<Long> heard = new ArrayList<>(); // only the drain's thread, one call at a time
        subscribe(BUSY, null, publication -> {
            entered.countDown();
            Await.open("the test lets the listener go on", leave);
            heard.add(publication.position().offset());
        });
        int accepted = 1;
        try (Crowd publisher = new Crowd(1, thread -> publish(BUSY, "m-1"))) {
            Await.open("the listener is called", entered);
            while (accepted < 10_000 && !isRefused(broker.publish(draft(BUSY, "n-" + accepted)))) {
                accepted++;
            }
            assertThat(publish(QUIET, "others go on").duplicate()).isFalse();
            leave.countDown();
        }
        assertThat(accepted).as("publications of 10,000 bytes in 16 MiB").isBetween(1_500, 1_700);
        assertThat(heard).hasSize(accepted).isSorted();
        assertThat(publish(BUSY, "again").position().offset()).isEqualTo(accepted + 1L);
    }

    private static boolean isRefused(CompletionStage<?> stage) {
        if (stage.toCompletableFuture().isCompletedExceptionally()) {
            assertThat(Await.failure(stage).code()).isEqualTo(ErrorCode.BUSY);
            return true;
        }
        return false;
    }

    /** Publishes so much elsewhere that everything from before is forgotten. */
    private void fill() {
        for (int i = 0; i < 120; i++) {
            publish(BUSY, "fill-" + i);
        }
    }

    private static Draft draft(ChannelName channel, String id) {
        return new Draft(channel, List.of(), new Publication.Entry(new UserId("ann"), id, "x".repeat(10_000)));
    }

    private Broker.Receipt publish(ChannelName channel, String id) {
        return Await.value(broker.publish(draft(channel, id)));
    }

    private Broker.Subscription subscribe(ChannelName channel, Position after, Consumer<Publication> listener) {
        return Await.value(broker.subscribe(channel, after, listener));
    }

    private History log(ChannelName channel) {
        return Await.value(broker.history(HistoryQuery.after(channel, NOWHERE, 300)));
    }
}
