package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.time.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private final TimerWheel wheel = new TimerWheel(1_000_000);

    /** Writes down when it rings. */
    private static final class Bell extends TimerWheel.Entry {
        final List<Long> rung = new ArrayList<>();

        @Override
        void expire(long nowMillis) {
            rung.add(nowMillis);
        }
    }

    @Test
    void anEntryRingsOnceAndNeverEarly() {
        SeededRandom random = SeededRandom.of(7);
        for (int round = 0; round < 200; round++) {
            Bell bell = new Bell();
            long start = 1_000_000 + round * 200_000L;
            wheel.advance(start);
            long due = start + random.nextInt(150_000);
            wheel.schedule(bell, due);
            for (long now = start; now < start + 160_000; now += 40) {
                wheel.advance(now);
            }

            assertThat(bell.rung).hasSize(1);
            assertThat(bell.rung.get(0)).isBetween(due, due + 2 * TimerWheel.TICK_MILLIS);
            assertThat(wheel.isEmpty()).isTrue();
        }
    }

    @Test
    void aNewTimeTakesThePlaceOfTheOldOneAndACancelledEntryIsSilent() {
        Bell moved = new Bell();
        Bell cancelled = new Bell();
        wheel.schedule(moved, 1_010_000);
        wheel.schedule(cancelled, 1_001_000);
        wheel.schedule(moved, 1_001_000);
        wheel.cancel(cancelled);
        wheel.cancel(cancelled);

        wheel.advance(1_002_000);
        wheel.advance(1_020_000);

        assertThat(moved.rung).hasSize(1);
        assertThat(cancelled.rung).isEmpty();
    }

    @Test
    void aLongSleepRingsWhatIsDueAndKeepsTheRest() {
        Bell due = new Bell();
        Bell later = new Bell();
        wheel.schedule(due, 1_020_000);
        wheel.schedule(later, 90_000_000);

        wheel.advance(80_000_000);
        assertThat(due.rung).hasSize(1);
        assertThat(later.rung).isEmpty();

        for (long now = 80_000_000; now <= 90_000_200; now += 50_000) {
            wheel.advance(now);
        }
        wheel.advance(90_000_200);
        assertThat(later.rung).hasSize(1);
    }

    @Test
    void anEntryMayCancelAndSetOthersWhileItRings() {
        Bell victim = new Bell();
        Bell next = new Bell();
        TimerWheel.Entry killer = new TimerWheel.Entry() {
            @Override
            void expire(long nowMillis) {
                wheel.cancel(victim);
                wheel.schedule(next, nowMillis);
            }
        };
        wheel.schedule(victim, 1_001_000);
        wheel.schedule(next, 1_001_000);
        wheel.schedule(killer, 1_001_000);

        wheel.advance(1_001_000);
        assertThat(victim.rung).isEmpty();
        assertThat(next.rung).isEmpty();

        wheel.advance(1_001_200);
        assertThat(next.rung).hasSize(1);
        assertThat(wheel.isEmpty()).isTrue();
    }
}
