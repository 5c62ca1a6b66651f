package dev.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mirror.simulation.history.Verdict;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Thousands of seeds. {@code -Dmirror.seed=} runs one and tells all about it; {@code -Dmirror.seeds=} says how many,
 * {@code -Dmirror.seeds.from=} which is the first.
 */
class SeedsTest {
    private static final long SEEDS = Long.getLong("mirror.seeds", 2_000);
    private static final long FROM = Long.getLong("mirror.seeds.from", 1);
    private static final int ENOUGH = 5;
    /** Faults are made on purpose, so that the log would be full of them. Kept, or else it is forgotten. */
    private static final Logger LOG = Logger.getLogger("dev.mirror");

    @BeforeAll
    static void nothingIsLogged() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void everythingIsLogged() {
        LOG.setLevel(null);
    }

    @Test
    void i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise() {
        Long one = Long.getLong("mirror.seed");
        if (one != null) {
            SeedRun.Report report = SeedRun.told(one);
            System.out.println(report);
            assertThat(report.isGood()).as("seed " + one).isTrue();
            return;
        }
        ConcurrentLinkedQueue<Long> failed = new ConcurrentLinkedQueue<>();
        AtomicLong done = new AtomicLong();
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong delivered = new AtomicLong();
        LongStream.range(FROM, FROM + SEEDS).parallel().forEach(seed -> {
            if (failed.size() >= ENOUGH) {
                return;
            }
            SeedRun.Report report = SeedRun.of(seed);
            Verdict.Counts counts = report.verdict().counts();
            acknowledged.addAndGet(counts.acknowledged());
            delivered.addAndGet(counts.delivered());
            if (!report.isGood()) {
                failed.add(seed);
            }
            if (done.incrementAndGet() % 10_000 == 0) {
                System.out.println(done + " seeds, " + acknowledged + " acknowledged, " + delivered + " delivered");
            }
        });
        System.out.println(done + " seeds, " + acknowledged + " acknowledged, " + delivered + " delivered");
        if (!failed.isEmpty()) {
            fail("seeds " + failed + " failed; the first: " + SeedRun.told(failed.element()));
        }
        assertThat(acknowledged.get() / SEEDS).as("publications of a seed").isGreaterThan(20);
    }

    @Test
    void oneSeedIsOneRun() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(SeedRun.told(seed).transcript())
                    .as("seed " + seed)
                    .isEqualTo(SeedRun.told(seed).transcript());
        }
    }
}
