package dev.mirror.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.mirror.channel.ChannelName;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;

class LeakCheckTest {
    @Test
    void aThreadThatGoesOnFailsTheTest() {
        assertThat(failureOf(LeaksThread.class)).contains("mirror-leaked");
        LeaksThread.END.countDown();
    }

    @Test
    void aSubscriptionThatIsNotClosedFailsTheTest() {
        assertThat(failureOf(LeaksSubscription.class)).isEqualTo("left open: a subscription to lobby");
    }

    @Test
    void aTimerThatIsSetFailsTheTest() {
        assertThat(failureOf(LeaksTimer.class)).isEqualTo("left open: 1 timers");
    }

    @Test
    void aTestThatCleansUpPasses() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(LeaksNothing.class))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(1).failed(0));
    }

    private static String failureOf(Class<?> test) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(test))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .map(event -> event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow()
                        .getMessage())
                .findFirst()
                .orElse("the test passed");
    }

    static final class LeaksThread {
        static final CountDownLatch END = new CountDownLatch(1);

        @RegisterExtension
        final LeakCheck leaks = new LeakCheck(Duration.ofMillis(50));

        @Test
        void startsAThread() {
            Thread thread = new Thread(
                    () -> {
                        try {
                            END.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "mirror-leaked");
            thread.setDaemon(true);
            thread.start();
        }
    }

    static final class LeaksSubscription {
        @RegisterExtension
        final LeakCheck leaks = new LeakCheck(Duration.ZERO);

        @Test
        void subscribes() {
            leaks.watch(broker()).subscribe(ChannelName.room("lobby"), null, publication -> {});
        }
    }

    static final class LeaksTimer {
        @RegisterExtension
        final LeakCheck leaks = new LeakCheck(Duration.ZERO);

        @Test
        void setsATimer() {
            VirtualTime time = new VirtualTime();
            leaks.watch(time);
            time.schedule(Duration.ofDays(1), () -> {});
        }
    }

    static final class LeaksNothing {
        @RegisterExtension
        final LeakCheck leaks = new LeakCheck(Duration.ZERO);

        @Test
        void closesWhatItOpened() {
            VirtualTime time = new VirtualTime();
            leaks.watch(time);
            time.schedule(Duration.ofDays(1), () -> {}).cancel();
            leaks.watch(broker())
                    .subscribe(ChannelName.room("lobby"), null, publication -> {})
                    .thenAccept(subscription -> subscription.close());
        }
    }

    private static MemoryBroker broker() {
        return new MemoryBroker(new VirtualTime(), SeededRandom.of(1));
    }
}
