package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log with much to do, and little memory to do it in. */
class LogLoadTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    /** So little that almost everything has to be read from the database. */
    private static final LogOptions COLD =
            new LogOptions(LogOptions.STANDARD.kept(), 32 << 10, 5_000, 32 << 20, Duration.ofMinutes(1));

    @TempDir
    Path folder;

    @Test
    void i6_moreThanMayWaitIsBusyAndNothingElseSuffers() {
        LogOptions small =
                new LogOptions(LogOptions.STANDARD.kept(), 32 << 10, 1 << 20, 100_000, Duration.ofMinutes(1));
        try (LogFixture fixture = new LogFixture(folder, small)) {
            CountDownLatch written = new CountDownLatch(1);
            CompletionStage<Object> busyWriter = fixture.store().write(handle -> {
                Await.open("the test lets the writer go on", written);
                return true;
            });
            List<CompletionStage<Broker.Receipt>> all = new ArrayList<>();
            String body = '"' + "x".repeat(1_000) + '"';
            for (int i = 0; i < 200; i++) {
                all.add(fixture.log().publish(LogFixture.draft(ROOM, "m-" + i, body)));
            }
            long refused = all.stream()
                    .filter(stage -> stage.toCompletableFuture().isCompletedExceptionally())
                    .peek(stage -> assertThat(Await.failure(stage).code()).isEqualTo(ErrorCode.BUSY))
                    .count();
            assertThat(refused).isBetween(100L, 199L);
            written.countDown();
            Await.value(busyWriter);
            long stored = 0;
            for (CompletionStage<Broker.Receipt> each : all) {
                try {
                    Await.value(each);
                    stored++;
                } catch (MirrorException busy) {
                    assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
                }
            }
            assertThat(stored).isEqualTo(200 - refused);
            assertThat(fixture.all(ROOM)).hasSize((int) stored);
            fixture.publish(ROOM, "afterwards");
        }
    }

    /** A listener that does not go on keeps nobody from publishing, costs no memory, and misses nothing. */
    @Test
    void i6_aSlowListenerMissesNothing() {
        try (LogFixture fixture = new LogFixture(folder, COLD)) {
            CountDownLatch go = new CountDownLatch(1);
            List<Long> heard = Collections.synchronizedList(new ArrayList<>());
            Await.value(fixture.log().subscribe(ROOM, null, publication -> {
                Await.open("the test lets the listener go on", go);
                heard.add(publication.position().offset());
            }));
            for (int i = 0; i < 1_500; i++) {
                fixture.log().publish(LogFixture.draft(ROOM, "m-" + i));
            }
            fixture.publish(ROOM, "last");
            go.countDown();
            Await.until("all are heard", () -> heard.size() == 1_501);
            assertThat(heard)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 1_501).boxed().toList());
        }
    }

    /** From the database into live, while others write as fast as they can: no hole and no double. */
    @Test
    void b4_coldSubscriptionsJoinLiveAtFullSpeed() {
        try (LogFixture fixture = new LogFixture(folder, COLD)) {
            Position start = fixture.publish(ROOM, "m-0").position();
            List<List<Long>> all = new ArrayList<>();
            for (int i = 1; i <= 4_000; i++) {
                fixture.log().publish(LogFixture.draft(ROOM, "m-" + i));
                if (i % 400 == 0) {
                    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
                    all.add(heard);
                    Await.value(fixture.log()
                            .subscribe(
                                    ROOM,
                                    start,
                                    publication ->
                                            heard.add(publication.position().offset())));
                }
            }
            List<Long> expected = LongStream.rangeClosed(2, 4_001).boxed().toList();
            for (List<Long> heard : all) {
                Await.until("everything is heard", () -> heard.size() >= 4_000);
                assertThat(heard).containsExactlyElementsOf(expected);
            }
        }
    }

    @Test
    void b2_manyChannelsCountEachForItself() {
        try (LogFixture fixture = new LogFixture(folder, COLD)) {
            List<CompletionStage<Broker.Receipt>> last = new ArrayList<>();
            for (int round = 1; round <= 3; round++) {
                last.clear();
                for (int i = 0; i < 2_000; i++) {
                    last.add(fixture.log().publish(LogFixture.draft(ChannelName.room("room-" + i), round + "-" + i)));
                }
                Await.value(last.get(last.size() - 1));
            }
            assertThat(last)
                    .allSatisfy(receipt ->
                            assertThat(Await.value(receipt).position().offset()).isEqualTo(3));
            assertThat(fixture.all(ChannelName.room("room-77")))
                    .extracting(publication -> publication.entry().id())
                    .containsExactly("1-77", "2-77", "3-77");
        }
    }

    /** History by time is the same from memory and from the database. */
    @Test
    void b13_historyByTimeIsTheSameHotAndCold() {
        List<Long> timetokens = new ArrayList<>();
        try (LogFixture hot = new LogFixture(folder)) {
            for (int i = 0; i < 50; i++) {
                timetokens.add(hot.publish(ROOM, "m-" + i).timetoken());
            }
            checkByTime(hot, timetokens);
        }
        try (LogFixture cold = new LogFixture(folder)) {
            checkByTime(cold, timetokens);
            cold.publish(ROOM, "m-50");
            checkByTime(cold, timetokens);
        }
    }

    private static void checkByTime(LogFixture fixture, List<Long> timetokens) {
        for (int i = 0; i < 50; i += 7) {
            List<Publication> since = Await.value(fixture.log().history(HistoryQuery.since(ROOM, timetokens.get(i), 5)))
                    .publications();
            assertThat(since.get(0).timetoken()).isEqualTo(timetokens.get(i));
            List<Publication> until = Await.value(
                            fixture.log().history(HistoryQuery.until(ROOM, timetokens.get(i) + 1, 5)))
                    .publications();
            assertThat(until.get(until.size() - 1).timetoken()).isEqualTo(timetokens.get(i));
            assertThat(until).hasSize(Math.min(5, i + 1));
        }
        assertThat(Await.value(fixture.log().history(HistoryQuery.until(ROOM, timetokens.get(0), 5)))
                        .publications())
                .isEmpty();
    }

    /** A publish that the database refuses spoils nothing for those in the same transaction. */
    @Test
    void i11_onePublishThatFailsIsNobodyElsesFault() {
        try (LogFixture fixture = new LogFixture(folder)) {
            Await.value(fixture.store()
                    .write(handle -> handle.execute("CREATE TRIGGER poison BEFORE INSERT ON publications"
                            + " WHEN new.body = '\"poison\"' BEGIN SELECT raise(ABORT, 'poison'); END")));
            CountDownLatch go = new CountDownLatch(1);
            CompletionStage<Object> busyWriter = fixture.store().write(handle -> {
                Await.open("the test lets the writer go on", go);
                return true;
            });
            List<CompletionStage<Broker.Receipt>> all = new ArrayList<>();
            for (String id : List.of("m-1", "m-2", "poison", "m-3", "m-4")) {
                all.add(fixture.log().publish(LogFixture.draft(ROOM, id)));
            }
            go.countDown();
            Await.value(busyWriter);
            assertThat(Await.failure(all.get(2)).code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(List.of(all.get(0), all.get(1), all.get(3), all.get(4)))
                    .extracting(stage -> Await.value(stage).position().offset())
                    .containsExactly(1L, 2L, 3L, 4L);
        }
    }

    /** A channel whose first publication was refused is as new as before, though the connection goes on. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void i1_aChannelWhoseFirstPublicationWasRefusedIsStillNew(TestDatabase database) {
        ChannelName other = ChannelName.room("other");
        ChannelName inbox = ChannelName.inbox(LogFixture.BOB);
        Position room;
        try (LogFixture fixture = new LogFixture(database.in(folder))) {
            refuse(fixture, database, "'\"poison\"'", "origin_channel IS NULL");
            refuse(fixture, database, "'\"copy\"'", "origin_channel IS NOT NULL");
            Await.failure(fixture.log().publish(LogFixture.draft(ROOM, "poison")));
            Publication.Entry entry = new Publication.Entry(LogFixture.ANN, "copy", "\"copy\"");
            Await.failure(fixture.log()
                    .publish(new Draft(
                            ChannelName.direct(LogFixture.ANN, LogFixture.BOB),
                            List.of(ChannelName.inbox(LogFixture.ANN), inbox),
                            entry)));

            room = fixture.publish(ROOM, "m-1").position();
            fixture.publish(other, "m-2");
            fixture.publish(inbox, "m-3");
            assertThat(fixture.all(other)).hasSize(1);
        }
        try (LogFixture after = new LogFixture(database.in(folder))) {
            assertThat(after.all(ROOM)).extracting(Publication::position).containsExactly(room);
            assertThat(after.all(other)).extracting(each -> each.entry().id()).containsExactly("m-2");
            assertThat(after.all(inbox)).extracting(each -> each.entry().id()).containsExactly("m-3");
        }
        assertThat(StoreTools.check(database.in(folder), StoreTools.ProgressHandler.NONE)
                        .findings())
                .isEmpty();
    }

    /** From now on the database refuses such rows, as if it had no room for them; the connection goes on. */
    private static void refuse(LogFixture fixture, TestDatabase database, String body, String which) {
        String name = "refuse" + Integer.toHexString(body.hashCode());
        List<String> statements = database == TestDatabase.SQLITE
                ? List.of("CREATE TRIGGER " + name + " BEFORE INSERT ON publications WHEN new.body = " + body
                        + " AND new." + which + " BEGIN SELECT raise(ABORT, 'refused'); END")
                : List.of(
                        "CREATE FUNCTION " + name + "() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION"
                                + " USING ERRCODE = ''53100''; END'",
                        "CREATE TRIGGER " + name + " BEFORE INSERT ON publications FOR EACH ROW WHEN (new.body = "
                                + body + " AND new." + which + ") EXECUTE FUNCTION " + name + "()");
        for (String statement : statements) {
            Await.value(fixture.store().write(handle -> handle.execute(statement)));
        }
    }
}
