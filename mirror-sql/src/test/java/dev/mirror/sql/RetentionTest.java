package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.sql.LogOptions.Keep;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class RetentionTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final ChannelName ANN_BOB = ChannelName.direct(LogFixture.ANN, LogFixture.BOB);

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    private static long rows(LogFixture fixture, String channel) {
        return Await.value(fixture.store()
                .read(handle -> handle.select(
                                "SELECT count(*) FROM publications WHERE channel ="
                                        + " (SELECT id FROM channels WHERE name = ?)",
                                channel)
                        .mapTo(long.class)
                        .one()));
    }

    private static void publishMany(LogFixture fixture, ChannelName channel, int count) {
        List<CompletionStage<Broker.Receipt>> all = IntStream.range(0, count)
                .mapToObj(i -> fixture.log().publish(LogFixture.draft(channel, channel + "-" + i)))
                .toList();
        all.forEach(Await::value);
    }

    @Test
    void whatIsTooOldIsRemovedByItself() {
        VirtualTime clock = new VirtualTime();
        LogOptions options = LogOptions.STANDARD.withKept(ChannelKind.ROOM, new Keep(Duration.ofDays(1), 100_000));
        try (LogFixture fixture = new LogFixture(database.in(folder), options, clock)) {
            publishMany(fixture, ROOM, 700);
            publishMany(fixture, ANN_BOB, 5);
            clock.advance(Duration.ofHours(25));
            Position last = fixture.publish(ROOM, "young").position();

            Await.value(fixture.log().retention().sweep(0));

            assertThat(rows(fixture, "room")).isEqualTo(1);
            assertThat(rows(fixture, "ann.bob")).as("kept for ever").isEqualTo(5);
            History rest =
                    Await.value(fixture.log().history(HistoryQuery.after(ROOM, new Position(last.epoch(), 3), 10)));
            assertThat(rest.recovered()).isFalse();
            assertThat(rest.first()).isEqualTo(701);
            assertThat(rest.publications()).hasSize(1);
        }
        assertThat(StoreTools.check(database.in(folder), StoreTools.ProgressHandler.NONE)
                        .findings())
                .isEmpty();
    }

    /** An age that goes back to before 1970, or does not fit a timetoken, removes nothing. */
    @ParameterizedTest
    @ValueSource(longs = {30_000, 10_675_200, 10_700_000, Integer.MAX_VALUE, Long.MAX_VALUE / 86_400})
    void anAgeBeyondAllTimesKeepsEverything(long days) {
        Keep keep = new Keep(Duration.ofDays(days), 100_000);
        LogOptions options =
                LogOptions.STANDARD.withKept(ChannelKind.ROOM, keep).withKept(ChannelKind.DIRECT, keep);
        try (LogFixture fixture = new LogFixture(database.in(folder), options)) {
            publishMany(fixture, ROOM, 20);
            publishMany(fixture, ANN_BOB, 20);

            Await.value(fixture.log().retention().sweep(0));

            assertThat(fixture.all(ROOM)).hasSize(20);
            assertThat(rows(fixture, "room")).isEqualTo(20);
            assertThat(rows(fixture, "ann.bob")).isEqualTo(20);
        }
    }

    /** A log of which nothing is kept any more goes on where it ended, after a restart too. */
    @Test
    void anEmptiedLogGoesOnWhereItEnded() {
        VirtualTime clock = new VirtualTime();
        LogOptions options = LogOptions.STANDARD.withKept(ChannelKind.ROOM, new Keep(Duration.ofDays(1), 100_000));
        try (LogFixture fixture = new LogFixture(database.in(folder), options, clock)) {
            publishMany(fixture, ROOM, 20);
            clock.advance(Duration.ofDays(2));
            Await.value(fixture.log().retention().sweep(0));
            assertThat(rows(fixture, "room")).isZero();
            History empty = Await.value(fixture.log().history(HistoryQuery.latest(ROOM, 10)));
            assertThat(empty.tail().offset()).isEqualTo(20);
            assertThat(empty.first()).isEqualTo(21);
        }
        try (LogFixture after = new LogFixture(database.in(folder), options, clock)) {
            assertThat(after.publish(ROOM, "next").position().offset()).isEqualTo(21);
        }
    }

    /** What is beyond the count cannot be read even before its rows are removed. */
    @Test
    void theCountHoldsAtOnceAndTheRowsFollow() {
        LogOptions options = LogOptions.STANDARD.withKept(ChannelKind.ROOM, new Keep(null, 10));
        try (LogFixture fixture = new LogFixture(database.in(folder), options)) {
            publishMany(fixture, ROOM, 600);
            assertThat(fixture.all(ROOM)).hasSize(10);
            assertThat(rows(fixture, "room")).isEqualTo(600);

            Await.value(fixture.log().retention().sweep(0));

            assertThat(rows(fixture, "room")).isEqualTo(10);
            assertThat(fixture.all(ROOM)).hasSize(10);
        }
    }

    /** Of a log whose name is not one nothing is removed, nor of the one that the name may lead to; of all others it is. */
    @Test
    void aNameThatIsNotOneStopsNoSweep() {
        LogOptions options = LogOptions.STANDARD
                .withKept(ChannelKind.ROOM, new Keep(null, 10))
                .withKept(ChannelKind.DIRECT, new Keep(null, 10));
        List<String> logged = new CopyOnWriteArrayList<>();
        try (LogFixture fixture = new LogFixture(database.in(folder), options);
                Heard heard = Heard.of(Retention.class, logged::add)) {
            for (String name : List.of("bad", "worse", "room", "ann.cat", "ann.bob")) {
                publishMany(fixture, ChannelName.parse(name).orElseThrow(), 20);
            }
            rename(fixture, "bad", "not a name");
            rename(fixture, "worse", "a.b.c");
            rename(fixture, "ann.cat", "bob.ann");

            Await.value(fixture.log().retention().sweep(0));
            Await.value(fixture.log().retention().sweep(0));

            assertThat(rows(fixture, "room")).isEqualTo(10);
            assertThat(rows(fixture, "ann.bob")).isEqualTo(10);
            assertThat(rows(fixture, "not a name")).isEqualTo(20);
            assertThat(rows(fixture, "bob.ann")).isEqualTo(20);
            assertThat(logged).as("once").singleElement().asString().contains("is not one");
        }
        assertThat(StoreTools.check(database.in(folder), StoreTools.ProgressHandler.NONE)
                        .findings())
                .as("what it says where to look for")
                .filteredOn(finding -> finding.contains("has no valid name"))
                .hasSize(3);
    }

    private static void rename(LogFixture fixture, String name, String to) {
        Await.value(fixture.store()
                .write(handle -> handle.execute("UPDATE channels SET name = ? WHERE name = ?", to, name)));
    }

    /** A clock that leaps removes nothing that is not old; one that is right again, or goes on, is believed. */
    @Test
    void aClockThatLeapsForwardCostsNothing() {
        VirtualTime clock = new VirtualTime();
        LogOptions options = new LogOptions(
                java.util.Map.of(ChannelKind.ROOM, new Keep(Duration.ofDays(1), 100_000)),
                32 << 10,
                1 << 20,
                1 << 20,
                Duration.ofHours(1));
        try (LogFixture fixture = new LogFixture(database.in(folder), options, clock)) {
            publishMany(fixture, ROOM, 20);
            Retention retention = fixture.log().retention();
            clock.jump(Duration.ofDays(400));
            Await.value(retention.sweep());
            assertThat(rows(fixture, "room")).isEqualTo(20);
            clock.jump(Duration.ofDays(-400));
            Await.value(retention.sweep());
            for (int hour = 0; hour < 23; hour++) {
                clock.advance(Duration.ofHours(1));
                Await.value(retention.sweep());
            }
            assertThat(rows(fixture, "room")).isEqualTo(20);
            clock.advance(Duration.ofHours(2));
            Await.value(retention.sweep());
            assertThat(rows(fixture, "room")).isZero();
        }
    }

    @Test
    void aSweepComesByItself() {
        LogOptions options = new LogOptions(
                java.util.Map.of(ChannelKind.ROOM, new Keep(null, 10)),
                32 << 10,
                1 << 20,
                1 << 20,
                Duration.ofMillis(20));
        try (LogFixture fixture = new LogFixture(database.in(folder), options)) {
            publishMany(fixture, ROOM, 100);
            Await.until("the rows are removed", () -> rows(fixture, "room") == 10);
            publishMany(fixture, ChannelName.room("other"), 50);
            Await.until("those of a later sweep, too", () -> rows(fixture, "other") == 10);
        }
    }
}
