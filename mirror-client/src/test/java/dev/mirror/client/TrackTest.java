package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.client.checkpoint.MemoryCheckpoint;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.message.Position;
import dev.mirror.testkit.time.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrackTest {
    private static final ChannelName INBOX = ChannelName.parse("@bot").orElseThrow();

    private final Track track = new Track(INBOX);

    private static Position at(long offset) {
        return new Position("e", offset);
    }

    private static Step step(long handled, long floor) {
        return new Step(INBOX, at(handled), floor);
    }

    @Test
    void floorFollowsTheOldestThatWaits() {
        track.reset(at(10));
        Track.Item first = track.add(at(11));
        Track.Item second = track.add(at(12));
        Track.Item third = track.add(at(14));

        assertThat(track.step(second)).isEqualTo(step(12, 10));
        track.done(second);
        assertThat(track.step(third)).isEqualTo(step(14, 10));
        assertThat(track.step(first)).isEqualTo(step(11, 12));
        track.done(third);
        assertThat(track.step(first)).isEqualTo(step(11, 14));
    }

    @Test
    void whatNobodyWantsIsPassedWithItsNeighbour() {
        track.reset(at(0));
        track.pass(at(1));
        assertThat(track.passed()).isEqualTo(step(1, 1));
        Track.Item second = track.add(at(2));
        track.pass(at(3));
        track.pass(at(4));
        assertThat(track.passed())
                .as("while something waits nothing can be said")
                .isNull();
        assertThat(track.step(second)).isEqualTo(step(2, 4));
        track.done(second);

        assertThat(track.passed()).isNull();
        track.pass(at(5));
        assertThat(track.passed()).isEqualTo(step(5, 5));
    }

    @Test
    void whatIsAheadOfAWaitingEventIsBounded() {
        track.reset(at(0));
        Track.Item waiting = track.add(at(1));
        for (long offset = 2; offset <= Track.MAX_AHEAD; offset++) {
            assertThat(track.isFull()).isFalse();
            track.done(track.add(at(offset)));
        }
        assertThat(track.isFull()).isTrue();
        boolean[] room = {false};
        track.whenRoom(() -> room[0] = true);
        assertThat(room[0]).isFalse();
        track.done(waiting);

        assertThat(room[0]).isTrue();
        assertThat(track.isFull()).isFalse();
    }

    @Test
    void idleIsToldOnceNothingIsUnderWay() {
        int[] told = {0};
        track.whenIdle(() -> told[0]++);
        assertThat(told[0]).as("at once where nothing is").isEqualTo(1);
        Track.Item first = track.add(at(1));
        Track.Item second = track.add(at(2));
        track.whenIdle(() -> told[0]++);
        track.done(second);
        assertThat(told[0]).isEqualTo(1);
        track.done(first);

        assertThat(told[0]).isEqualTo(2);
    }

    /** Events are handled, passed, and kept in any order; killed at any moment, exactly the unhandled ones come again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void i1_i2_anyOrderKeepsExactlyWhatWasHandled(long seed) throws Exception {
        SeededRandom random = SeededRandom.of(seed);
        MemoryCheckpoint checkpoint = new MemoryCheckpoint();
        TreeSet<Long> handled = new TreeSet<>();
        for (int restart = 0; restart < 30; restart++) {
            Progress kept = checkpoint.open().getOrDefault(INBOX, Progress.upTo(at(0)));
            Track next = new Track(INBOX);
            next.resume(kept);
            List<Track.Item> waiting = new ArrayList<>();
            long offset = kept.position().offset() + 1;
            for (int i = 0; i < 20; i++, offset++) {
                if (next.has(at(offset))) {
                    assertThat(handled).as(random.toString()).contains(offset);
                    next.pass(at(offset));
                } else {
                    assertThat(handled).as(random.toString()).doesNotContain(offset);
                    waiting.add(next.add(at(offset)));
                }
            }
            int count = waiting.isEmpty() ? 0 : random.nextInt(waiting.size() + 1);
            for (int i = 0; i < count; i++) {
                Track.Item item = waiting.remove(random.nextInt(waiting.size()));
                Step step = next.step(item);
                checkpoint.handle(
                        step, transaction -> handled.add(step.handled().offset()));
                next.done(item);
            }
            checkpoint.close();
        }
        Progress end = checkpoint.open().get(INBOX);
        assertThat(handled).isNotEmpty().allMatch(offset -> end.has(at(offset)));
        for (long offset = 1; offset <= handled.last(); offset++) {
            assertThat(end.has(at(offset))).as(random + " " + offset).isEqualTo(handled.contains(offset));
        }
    }
}
