package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private long millis = 1_767_225_600_000L;
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis);

    private boolean times(Refusals refusals, int count) {
        boolean reached = false;
        for (int i = 0; i < count; i++) {
            reached |= refusals.add();
        }
        return reached;
    }

    @Test
    void w18_theTwentiethWithinAMinuteIsTheOne() {
        Refusals refusals = new Refusals(clock, 20);
        assertThat(times(refusals, 19)).isFalse();
        millis += 59_999;
        assertThat(refusals.add()).isTrue();
    }

    @Test
    void w18_afterAMinuteTheFirstNoLongerCounts() {
        Refusals refusals = new Refusals(clock, 20);
        assertThat(times(refusals, 1)).isFalse();
        millis += 1;
        assertThat(times(refusals, 18)).isFalse();
        millis += 59_999;
        assertThat(refusals.add()).as("the first was exactly a minute ago").isFalse();
        assertThat(refusals.add()).as("the second was not").isTrue();
    }

    @Test
    void w18_oneEveryThreeSecondsAndABitGoesOnForEver() {
        Refusals refusals = new Refusals(clock, 20);
        for (int i = 0; i < 1_000; i++) {
            assertThat(refusals.add()).as("refusal %d", i).isFalse();
            millis += 3_158;
        }
    }

    @Test
    void aLimitOfOneEndsItAtTheFirst() {
        assertThat(new Refusals(clock, 1).add()).isTrue();
    }
}
