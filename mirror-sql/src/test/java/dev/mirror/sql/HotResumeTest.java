package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.spi.Broker;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever comes back soon is served from memory: no connection that reads is asked for. */
class HotResumeTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final int SAID = HotTail.PER_CHANNEL + 200;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private FaultyEngine engine;
    private SqlLog log;
    private Position last;

    @BeforeEach
    void open() throws SQLException {
        engine = new FaultyEngine(SqliteEngine.open(folder));
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), threads);
        Lane writes = new Lane("the database", threads, 1, 100);
        // Without a pool, so that a connection is made for each time that something is read.
        log = new SqlLog(
                new SqlLog.Place(
                        engine, engine.readers(), writes, surroundings, (delay, task) -> () -> {}, fault -> {}),
                LogState.load(engine.writer(), surroundings.chance()),
                LogOptions.STANDARD);
        List<CompletionStage<Broker.Receipt>> said = IntStream.range(0, SAID)
                .mapToObj(i -> log.publish(LogFixture.draft(ROOM, "m-" + i)))
                .toList();
        said.forEach(Await::value);
        last = Await.value(said.get(SAID - 1)).position();
    }

    @AfterEach
    void close() {
        log.close();
        threads.shutdown();
        engine.close();
    }

    private int readsToResumeFrom(long offset) {
        int before = engine.readersOpened();
        List<Long> heard = new CopyOnWriteArrayList<>();
        Position from = new Position(last.epoch(), offset);
        Broker.Subscription subscription = Await.value(log.subscribe(
                ROOM, from, publication -> heard.add(publication.position().offset())));
        Await.until("it caught up", () -> heard.contains(last.offset()));
        subscription.close();
        assertThat(subscription.recovered()).isTrue();
        assertThat(heard)
                .isEqualTo(IntStream.rangeClosed((int) offset + 1, SAID)
                        .mapToObj(Long::valueOf)
                        .toList());
        // What the hub asks for when a session resumes: where the log stands, then page after page.
        for (long after = offset; after < last.offset(); after += 100) {
            Position page = new Position(last.epoch(), after);
            assertThat(Await.value(log.history(HistoryQuery.after(ROOM, page, 0)))
                            .recovered())
                    .isTrue();
            assertThat(Await.value(log.history(HistoryQuery.after(ROOM, page, 100)))
                            .publications())
                    .hasSize((int) Math.min(100, last.offset() - after));
        }
        return engine.readersOpened() - before;
    }

    @Test
    void b4_aResumeWithinTheHotTailReadsNoDisk() {
        assertThat(readsToResumeFrom(SAID - HotTail.PER_CHANNEL))
                .as("from the oldest that is in memory")
                .isZero();
        assertThat(readsToResumeFrom(last.offset() - 1)).as("from the newest").isZero();
        assertThat(readsToResumeFrom(SAID - HotTail.PER_CHANNEL - 1))
                .as("one before the oldest that is in memory")
                .isPositive();
    }
}
