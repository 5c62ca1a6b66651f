package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What becomes of publishes when the database fails under them. */
class LogFaultTest {
    private static final ChannelName ROOM = ChannelName.room("room");

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<MirrorException> unsafe = Collections.synchronizedList(new ArrayList<>());
    /** How often the clock may still be read before it fails once. */
    private final AtomicInteger clockReads = new AtomicInteger(Integer.MAX_VALUE);

    /** How far the log's clock is ahead. */
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    private final Lane writes = new Lane("the database", threads, 1, 100);
    private FaultyEngine engine;
    private SqlLog log;

    @BeforeEach
    void open() throws SQLException {
        engine = new FaultyEngine(SqliteEngine.open(folder));
        InstantSource clock = () -> {
            if (clockReads.getAndDecrement() == 0) {
                throw new StackOverflowError("the test ends what the writer does here");
            }
            return InstantSource.system().instant().plus(ahead.get());
        };
        Surroundings surroundings = new Surroundings(clock, new SecureRandom(), threads);
        Scheduler scheduler = (delay, task) -> {
            Future<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        };
        log = new SqlLog(
                new SqlLog.Place(engine, engine.readers(), writes, surroundings, scheduler, unsafe::add),
                LogState.load(engine.writer(), surroundings.chance()),
                LogOptions.STANDARD);
    }

    @AfterEach
    void close() {
        log.close();
        timer.shutdownNow();
        threads.shutdown();
        engine.close();
    }

    /** A waiting reader whose new connection is closed under it would wait in vain. */
    @Test
    void theFirstWriteIsNoReasonToCloseWhatReads() {
        FaultyEngine counting = new FaultyEngine(SqliteEngine.open(folder.resolve("another")));
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), threads);
        try (SqlStore store = new SqlStore(folder.resolve("another"), surroundings, counting);
                SqlLog fresh = store.log(LogOptions.STANDARD, (delay, task) -> () -> {}, unsafe::add)) {
            Await.value(fresh.history(new HistoryQuery(ChannelName.room("before"), null, 0, true, 0)));
            int opened = counting.readersOpened();

            Await.value(fresh.publish(LogFixture.draft(ROOM, "first")));
            Await.value(fresh.history(new HistoryQuery(ChannelName.room("after"), null, 0, true, 0)));

            assertThat(counting.readersOpened()).isEqualTo(opened);
        }
    }

    /** Nobody has failed yet, but nobody gets anything stored either. */
    @Test
    void aCommitThatHangsMakesTheLogUnavailableUntilItIsDone() {
        CountDownLatch disk = new CountDownLatch(1);
        engine.afterCommit(() -> Await.open("the disk", disk));
        CompletionStage<Broker.Receipt> hanging = log.publish(LogFixture.draft(ROOM, "m-1"));
        assertThat(log.isAvailable()).isTrue();
        Await.until("the commit is overdue", () -> !log.isAvailable());
        disk.countDown();
        Await.value(hanging);
        Await.until("the log is available", log::isAvailable);
    }

    private static SQLException gone() {
        return new SQLException("the connection ended", "08006");
    }

    private static SQLException full() {
        return new SQLiteException("the disk is full", SQLiteErrorCode.SQLITE_FULL);
    }

    private static SQLException failedDisk() {
        return new SQLiteException("the disk failed", SQLiteErrorCode.SQLITE_IOERR_WRITE);
    }

    private CompletionStage<Broker.Receipt> say(String id) {
        return log.publish(LogFixture.draft(ROOM, id));
    }

    private List<String> ids() {
        return Await.value(log.history(new HistoryQuery(ROOM, null, 0, false, 300))).publications().stream()
                .map(publication -> publication.entry().id())
                .toList();
    }

    private ErrorCode failure(String id) {
        return Await.failure(say(id)).code();
    }

    private long offset(String id) {
        return Await.value(say(id)).position().offset();
    }

    /** The answer to the commit was lost, but the commit was not: whoever published hears that it is stored. */
    @Test
    void i10_aCommitWhoseAnswerWasLostIsLookedUp() {
        assertThat(offset("m-1")).isEqualTo(1);
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        Broker.Receipt second = Await.value(say("m-2"));
        assertThat(second.position().offset()).isEqualTo(2);
        assertThat(second.duplicate()).isFalse();
        assertThat(ids()).containsExactly("m-1", "m-2");
        assertThat(offset("m-3")).isEqualTo(3);
        assertThat(ids()).containsExactly("m-1", "m-2", "m-3");
    }

    /** The commit did not happen: no acknowledgement, no offset used up, and the same id works afterwards. */
    @Test
    void i10_aCommitThatDidNotHappenIsNotAcknowledged() {
        assertThat(offset("m-1")).isEqualTo(1);
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(ids()).containsExactly("m-1");
        assertThat(offset("m-2")).isEqualTo(2);
        assertThat(ids()).containsExactly("m-1", "m-2");
    }

    /** Nobody hears of what was not committed; everybody hears of what was, though the writer did not know it. */
    @Test
    void i1_listenersHearWhatWasCommittedAndNothingElse() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Await.value(log.subscribe(
                ROOM, null, publication -> heard.add(publication.entry().id())));
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        offset("m-2");
        engine.failCommit(FaultyEngine.Moment.BEFORE, gone());
        failure("never");
        Await.until("what was committed is heard", () -> heard.size() == 2);
        offset("m-3");
        Await.until("all are heard", () -> heard.size() == 3);
        assertThat(heard).containsExactly("m-1", "m-2", "m-3");
    }

    /** What was committed on a connection that was lost is told as missed, and can be read when that is told. */
    @Test
    void i1_whoIsToldOfCommitsHearsThatItMissedSome() {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        List<List<String>> readable = Collections.synchronizedList(new ArrayList<>());
        List<Long> missed = Collections.synchronizedList(new ArrayList<>());
        Await.value(log.tap(
                publications ->
                        publications.forEach(each -> told.add(each.entry().id())),
                timetoken -> {
                    missed.add(timetoken);
                    threads.execute(() -> readable.add(ids()));
                }));
        Await.until("the first call was made", () -> readable.size() == 1);
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        long lost = Await.value(say("m-2")).timetoken();
        Await.until("it is said that something was missed", () -> readable.size() == 2);
        assertThat(missed.get(1)).isGreaterThanOrEqualTo(lost);
        assertThat(readable.get(1)).containsExactly("m-1", "m-2");
        long third = Await.value(say("m-3")).timetoken();
        assertThat(third).isGreaterThan(missed.get(1));
        assertThat(told).containsExactly("m-1", "m-3");
    }

    /** The outcome is unknown and there is nobody to ask: it comes out when the database is back, by itself. */
    @Test
    void i10_anOutcomeThatNobodyKnowsComesOutLater() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Await.value(log.subscribe(
                ROOM, null, publication -> heard.add(publication.entry().id())));
        offset("m-1");
        loseTheCommitAndTheDatabase();
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(failure("m-3")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(ids()).as("reads go on").contains("m-1");
        engine.back();
        Await.until("the log is caught up with by itself", () -> heard.contains("m-2"));
        assertThat(heard).containsExactly("m-1", "m-2");
        Await.until("publishing works again", () -> {
            try {
                return Await.value(say("m-3")).position().offset() > 0;
            } catch (MirrorException stillAway) {
                return false;
            }
        });
        Await.until("all are heard", () -> heard.contains("m-3"));
        assertThat(heard).isEqualTo(ids());
    }

    @Test
    void i10_aDiskThatFailedToSyncStopsEveryWrite() {
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.BEFORE, new SQLiteException("fsync", SQLiteErrorCode.SQLITE_IOERR_FSYNC));
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(failure("m-3")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        Await.until("the callback is called", () -> unsafe.size() == 1);
        assertThat(unsafe.get(0).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(ids()).containsExactly("m-1");
    }

    /** Whatever else fails in a transaction: everybody gets an answer, and the next one works. */
    @Test
    void i10_everyPublishOfAFailedBatchHasAnAnswer() {
        offset("m-0");
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        List<CompletionStage<Broker.Receipt>> all = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            all.add(say("m-" + i));
        }
        int stored = 0;
        for (CompletionStage<Broker.Receipt> each : all) {
            try {
                Await.value(each);
                stored++;
            } catch (MirrorException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            }
        }
        for (int i = 1; i <= 500; i++) {
            Await.value(say("m-" + i));
        }
        List<Publication> log300 =
                Await.value(log.history(HistoryQuery.latest(ROOM, 300))).publications();
        assertThat(log300.get(299).position().offset()).isEqualTo(501);
        assertThat(stored).isLessThan(500);
    }

    /** The next commit is made, but its answer is lost, and from then on there is no connection to be had. */
    private void loseTheCommitAndTheDatabase() {
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        engine.afterCommit(engine::away);
    }

    private List<String> listen() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Await.value(log.subscribe(
                ROOM, null, publication -> heard.add(publication.entry().id())));
        return heard;
    }

    /** Whoever reads knows at least what somebody was told is stored. */
    @Test
    void i2_whatWasLookedUpIsReadByEverybody() {
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        Position second = Await.value(say("m-2")).position();
        assertThat(ids()).containsExactly("m-1", "m-2");
        assertThat(Await.value(log.subscribe(ROOM, second, publication -> {})).recovered())
                .isTrue();
    }

    /** The same where somebody listens. */
    @Test
    void i2_whatWasLookedUpIsReadWhereSomebodyListens() {
        List<String> heard = listen();
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        offset("m-2");
        assertThat(ids()).containsExactly("m-1", "m-2");
        Await.until("both are heard", () -> heard.size() == 2);
    }

    /** Rows were removed though nobody knew it: what is left is served. */
    @Test
    void i10_aRemovalWhoseAnswerWasLostLeavesTheRestReadable() {
        publishOld(3);
        offset("young");
        engine.failCommit(FaultyEngine.Moment.AFTER, gone());
        Await.failure(log.retention().sweep(0));
        assertThat(ids()).containsExactly("young");
        assertThat(Await.value(log.history(HistoryQuery.latest(ROOM, 1))).first())
                .isEqualTo(4);
    }

    private void publishOld(int count) {
        List<CompletionStage<Broker.Receipt>> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(say("m-" + i));
        }
        all.forEach(Await::value);
        ahead.set(Duration.ofDays(31));
    }

    /** While rows are being removed nobody takes those that are gone for damaged ones. */
    @Test
    void i10_whatIsBeingRemovedIsNotTakenForDamaged() {
        publishOld(HotTail.PER_CHANNEL + 300);
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        engine.afterCommit(() -> {
            committed.countDown();
            Await.open("the test has read", read);
        });
        CompletionStage<Boolean> swept = log.retention().sweep(0);
        Await.open("the rows are removed", committed);
        try {
            assertThat(ids()).hasSize(300).startsWith("m-" + (Retention.STEP_ROWS + 1));
        } finally {
            read.countDown();
        }
        Await.value(swept);
    }

    /** The store that answers again is said to, whatever happened between. */
    @Test
    void i10_aStoreThatIsBackIsSaidToBeBack() {
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        engine.failCommit(FaultyEngine.Moment.BEFORE, full());
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        Await.until("whoever asks meets a full disk", () -> engine.failuresToCome() == 0);
        offset("m-2");
        assertThat(log.isAvailable()).isTrue();
    }

    /** Nobody has to publish for that: whoever asks goes on until there is an answer. */
    @Test
    void i10_aStoreThatIsBackIsAskedUntilItAnswers() {
        offset("m-1");
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        engine.failCommit(FaultyEngine.Moment.BEFORE, failedDisk());
        engine.failCommit(FaultyEngine.Moment.BEFORE, full());
        engine.failCommit(FaultyEngine.Moment.BEFORE, full());
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        Await.until("the store is back", log::isAvailable);
    }

    /** What came to light in a transaction that failed is heard all the same. */
    @Test
    void i1_whatCameToLightInAFailedTransactionIsHeard() {
        List<String> heard = listen();
        offset("m-1");
        loseTheCommitAndTheDatabase();
        assertThat(failure("m-2")).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        engine.failCommit(FaultyEngine.Moment.BEFORE, full());
        engine.back();
        Await.until("what was committed is heard", () -> heard.contains("m-2"));
        assertThat(heard).containsExactly("m-1", "m-2");
    }

    /** An error in the middle of a transaction leaves nothing of it, in the database or in memory. */
    @Test
    void i10_anErrorInTheWriterLeavesNothingBehind() {
        List<String> heard = listen();
        offset("m-1");
        CountDownLatch go = new CountDownLatch(1);
        CompletionStage<Boolean> busyWriter = writes.run(() -> {
            Await.open("the test lets the writer go on", go);
            return true;
        });
        clockReads.set(1);
        CompletionStage<Broker.Receipt> second = say("m-2");
        CompletionStage<Broker.Receipt> third = say("m-3");
        go.countDown();
        Await.value(busyWriter);
        Await.failure(second);
        Await.failure(third);
        assertThat(ids()).containsExactly("m-1");
        assertThat(offset("m-4")).isEqualTo(2);
        Await.until("the next is heard", () -> heard.size() == 2);
        assertThat(heard).containsExactly("m-1", "m-4");
        assertThat(ids()).containsExactly("m-1", "m-4");
    }
}
