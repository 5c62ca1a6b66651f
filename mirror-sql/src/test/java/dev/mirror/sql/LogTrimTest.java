package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered if rows are removed between the plan of a page and its reading. */
class LogTrimTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final int KEPT = 300;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final VirtualTime clock = new VirtualTime();
    private FaultyEngine engine;
    private SqlLog log;
    private String epoch;

    /** Offsets 1 to 300 are removed by the next sweep, 301 to 600 are not; none of them is in memory. */
    @BeforeEach
    void fill() throws SQLException {
        engine = new FaultyEngine(SqliteEngine.open(folder));
        Surroundings surroundings = new Surroundings(clock, new SecureRandom(), threads);
        LogOptions.Keep aDay = new LogOptions.Keep(Duration.ofDays(1), 100_000);
        LogOptions small =
                new LogOptions(java.util.Map.of(ChannelKind.ROOM, aDay), 32 << 10, 1, 1 << 20, Duration.ofMinutes(1));
        Lane writes = new Lane("the database", threads, 1, 100);
        log = new SqlLog(
                new SqlLog.Place(
                        engine, engine.readers(), writes, surroundings, (delay, task) -> () -> {}, fault -> {}),
                LogState.load(engine.writer(), surroundings.chance()),
                small);
        publish(1, 300);
        clock.advance(Duration.ofHours(25));
        publish(301, 300 + KEPT);
        epoch = Await.value(log.history(HistoryQuery.latest(ROOM, 0))).tail().epoch();
    }

    @AfterEach
    void close() {
        log.close();
        threads.shutdown();
        engine.close();
    }

    private void publish(int from, int to) {
        List<CompletionStage<Broker.Receipt>> all = IntStream.rangeClosed(from, to)
                .mapToObj(i -> log.publish(LogFixture.draft(ROOM, "m-" + i)))
                .toList();
        all.forEach(Await::value);
    }

    private void sweep() {
        Await.value(log.retention().sweep(0));
    }

    private History duringSweep(HistoryQuery query) {
        engine.beforeRead(this::sweep);
        return Await.value(log.history(query));
    }

    private Position after(long offset) {
        return new Position(epoch, offset);
    }

    private static List<Long> offsets(History page) {
        return page.publications().stream()
                .map(each -> each.position().offset())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void b8_aPageThatIsRemovedBeforeItIsReadIsTheFirstThatIsKept() {
        History page = duringSweep(HistoryQuery.after(ROOM, after(0), 100));

        assertThat(offsets(page)).isEqualTo(range(301, 400));
        assertThat(page.recovered()).isFalse();
        assertThat(page.first()).isEqualTo(301);
        assertThat(page.tail()).isEqualTo(after(600));
    }

    @Test
    void b8_aPageOfWhichAPartIsRemovedSaysThatSomethingIsMissing() {
        History page = duringSweep(HistoryQuery.after(ROOM, after(250), 100));

        assertThat(offsets(page)).isEqualTo(range(301, 350));
        assertThat(page.recovered()).isFalse();
        assertThat(page.first()).isEqualTo(301);
    }

    @Test
    void b8_whatIsRemovedBeforeThePlaceThatWasAskedFromIsNotMissed() {
        History page = duringSweep(HistoryQuery.after(ROOM, after(300), 100));

        assertThat(offsets(page)).isEqualTo(range(301, 400));
        assertThat(page.recovered()).isTrue();
    }

    @Test
    void b13_theOldestAndThoseSinceATimeAreThoseThatAreKept() {
        assertThat(offsets(duringSweep(new HistoryQuery(ROOM, null, 0, false, 10))))
                .isEqualTo(range(301, 310));
    }

    @Test
    void b13_aPageByTimeIsLookedForAgainToo() {
        assertThat(offsets(duringSweep(HistoryQuery.since(ROOM, 1, 10)))).isEqualTo(range(301, 310));
    }

    @Test
    void b8_beforeAPlaceThereIsNothingOnceItIsRemoved() {
        History page = duringSweep(new HistoryQuery(ROOM, after(200), 0, true, 100));

        assertThat(offsets(page)).isEmpty();
    }

    /** Somebody who trims faster than anybody reads does not keep a reader for ever. */
    @Test
    void b8_whoIsOvertakenAgainAndAgainIsToldToComeLater() {
        clock.advance(Duration.ofHours(25));
        engine.beforeRead(new Runnable() {
            private long next = 601;

            @Override
            public void run() {
                publish((int) next, (int) next + 9);
                clock.advance(Duration.ofHours(25));
                next += 10;
                sweep();
                publish((int) next, (int) next);
                next++;
                engine.beforeRead(this);
            }
        });
        assertThat(Await.failure(log.history(HistoryQuery.after(ROOM, after(0), 1)))
                        .code())
                .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }
}
