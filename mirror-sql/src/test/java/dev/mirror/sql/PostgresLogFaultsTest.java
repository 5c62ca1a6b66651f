package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.net.FaultProxy;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on a server that is killed, cut off, or taken over, while it is written to. */
class PostgresLogFaultsTest {
    /** Stands for the answer that the store does not answer. */
    private static final Broker.Receipt UNKNOWN = new Broker.Receipt(new Position("unknown", 0), 0, true);

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final UserId CLEO = new UserId("cleo");
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final ChannelName DIRECT = ChannelName.direct(LogFixture.ANN, LogFixture.BOB);

    private static TestPostgres server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        server = TestPostgres.start(data);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void f2_whatWasAcknowledgedSurvivesTheEndOfTheServer() throws IOException {
        try (LogFixture fixture = new LogFixture(database("killed"));
                Load load = new Load(fixture.log())) {
            for (int round = 0; round < 3; round++) {
                load.awaitMore(200);
                server.kill();
                server.restart();
            }
            load.awaitMore(200);
            load.endAndCompare(fixture);
        }
    }

    @Test
    void f7_connectionsThatEndInTheMiddleLoseAndDoubleNothing() throws IOException {
        try (FaultProxy proxy = FaultProxy.to(server.port(), new Random(1));
                LogFixture fixture = new LogFixture(server.through(proxy.port(), "reset", folder));
                Load load = new Load(fixture.log())) {
            for (int round = 0; round < 10; round++) {
                load.awaitMore(50);
                proxy.reset();
            }
            load.awaitMore(50);
            load.endAndCompare(fixture);
        }
    }

    /** A commit that the server makes while nobody hears of it. */
    @Test
    void i1_aCommitWhoseAnswerWasLostIsFoundAndNotRepeated() throws IOException {
        try (FaultProxy proxy = FaultProxy.to(server.port(), new Random(1));
                LogFixture fixture = new LogFixture(server.through(proxy.port(), "unheard", folder))) {
            fixture.publish(ROOM, "first");
            server.run(
                    "CREATE FUNCTION unheard.dawdle() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END'",
                    "CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON unheard.publications"
                            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION unheard.dawdle()");
            CompletableFuture<Broker.Receipt> second =
                    fixture.log().publish(LogFixture.draft(ROOM, "second")).toCompletableFuture();
            Await.until(
                    "the server commits",
                    () -> server.counts("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1);
            proxy.reset();
            CompletableFuture<Broker.Receipt> heard = second.handle(
                            (receipt, fault) -> fault == null ? receipt : UNKNOWN)
                    .toCompletableFuture();
            Broker.Receipt answer = Await.value(heard);
            server.run("DROP TRIGGER dawdle ON unheard.publications");
            Await.until("the store is back", () -> answers(fixture.log(), "third"));
            Broker.Receipt again = fixture.publish(ROOM, "second");
            assertThat(again.duplicate()).isTrue();
            assertThat(again.position().offset()).isEqualTo(2);
            // If it was found in time, as the publish that it was; if not, as one that nobody knows the end of.
            if (!answer.equals(UNKNOWN)) {
                assertThat(answer).isEqualTo(new Broker.Receipt(again.position(), again.timetoken(), false));
            }
            assertThat(fixture.all(ROOM))
                    .extracting(each -> each.entry().id())
                    .containsExactly("first", "second", "third");
        }
    }

    /** What is sent fills every buffer on the way, and no time limit of the driver is about sending. */
    @Test
    void i10_aServerThatHardlyTakesWhatIsSentIsGivenUp() throws IOException {
        try (FaultProxy proxy = FaultProxy.to(server.port(), new Random(1));
                LogFixture fixture = new LogFixture(server.through(proxy.port(), "stuck", folder))) {
            fixture.publish(ROOM, "first");
            proxy.toServer().bandwidth(200_000);
            String body = '"' + "x".repeat(32_000) + '"';
            Map<String, CompletableFuture<Broker.Receipt>> answers = new LinkedHashMap<>();
            for (int i = 0; i < 900; i++) {
                Draft large = LogFixture.draft(ROOM, "large-" + i, body);
                answers.put("large-" + i, fixture.log().publish(large).toCompletableFuture());
            }
            // The first of them go alone or in few, and may get through.
            List<String> expected = new ArrayList<>(List.of("first"));
            answers.forEach((id, answer) -> {
                ErrorCode refused = Await.value(answer.handle((receipt, fault) -> codeOf(fault)));
                if (refused == null) {
                    expected.add(id);
                } else {
                    assertThat(refused).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                }
            });
            assertThat(expected).as("what got through").hasSizeLessThan(answers.size());
            proxy.reset();
            proxy.heal();
            Await.until("the store is back", () -> answers(fixture.log(), "second"));
            expected.add("second");
            assertThat(fixture.all(ROOM)).extracting(each -> each.entry().id()).containsExactlyElementsOf(expected);
        }
    }

    private static @Nullable ErrorCode codeOf(@Nullable Throwable fault) {
        return fault == null ? null : ((MirrorException) fault).code();
    }

    @Test
    void twoNodesNeverWriteAndTheFirstGoesOnWhereTheSecondEnded() {
        try (LogFixture first = new LogFixture(database("twice"))) {
            Queue<Publication> heard = new ConcurrentLinkedQueue<>();
            Await.value(first.log().subscribe(ROOM, null, heard::add));
            Broker.Receipt one = first.publish(ROOM, "one");
            server.endConnections();
            Broker.Receipt two;
            try (LogFixture second = new LogFixture(server.database("twice", folder.resolve("second")))) {
                two = second.publish(ROOM, "two");
                second.publish(ChannelName.room("new"), "new");
                assertThat(Await.failure(first.log().publish(LogFixture.draft(ROOM, "three")))
                                .code())
                        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            }
            Await.until("the store is back", () -> answers(first.log(), "three"));
            Broker.Receipt four = first.publish(ChannelName.room("newer"), "four");
            Await.until("all was heard", () -> heard.size() == 3);
            assertThat(heard).extracting(each -> each.entry().id()).containsExactly("one", "two", "three");
            assertThat(heard).extracting(each -> each.position().offset()).containsExactly(1L, 2L, 3L);
            assertThat(List.of(one.timetoken(), two.timetoken(), four.timetoken()))
                    .isSorted();
        }
    }

    /** As after a fail-over to a server that had not heard of the last commits yet. */
    @Test
    void i1_aDatabaseThatLacksWhatWasCommittedIsNotWrittenTo() {
        try (LogFixture fixture = new LogFixture(database("older"))) {
            fixture.publish(ROOM, "one");
            fixture.publish(ROOM, "two");
            server.run("DELETE FROM older.publications WHERE id = 'two'");
            assertStopped(fixture);
            assertThat(server.counts("SELECT count(*) FROM older.publications")).isEqualTo(1);
        }
    }

    @Test
    void b7_aDatabaseThatForgotWhichTimesWereGivenIsNotWrittenTo() {
        try (LogFixture fixture = new LogFixture(database("earlier"))) {
            fixture.publish(ROOM, "one");
            server.run("UPDATE earlier.log_state SET value = '1' WHERE name = 'timetoken'");
            assertStopped(fixture);
        }
    }

    /** What the handbook says to do then: positions from before are told so. */
    @Test
    void b4_aLogWhoseEpochWasRemovedBeginsAnotherOne() {
        Position before;
        try (LogFixture fixture = new LogFixture(database("anew"))) {
            fixture.publish(ROOM, "one");
            before = fixture.publish(ROOM, "two").position();
        }
        server.run("DELETE FROM anew.publications WHERE id = 'two'", "DELETE FROM anew.log_state WHERE name = 'epoch'");
        try (LogFixture fixture = new LogFixture(database("anew"))) {
            assertThat(Await.value(fixture.log().subscribe(ROOM, before, each -> {}))
                            .recovered())
                    .isFalse();
            assertThat(fixture.publish(ROOM, "three").position().epoch()).isNotEqualTo(before.epoch());
            assertThat(fixture.all(ROOM)).extracting(each -> each.entry().id()).containsExactly("one", "three");
        }
    }

    private static void assertStopped(LogFixture fixture) {
        server.endConnections();
        for (String id : List.of("three", "four")) {
            assertThat(Await.failure(fixture.log().publish(LogFixture.draft(ROOM, id)))
                            .code())
                    .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        }
        assertThat(fixture.unsafe()).hasSize(1);
    }

    private Database database(String schema) {
        return server.database(schema, folder);
    }

    private static boolean answers(Broker log, String id) {
        return Await.value(log.publish(LogFixture.draft(ROOM, id)).handle((receipt, fault) -> fault == null));
    }

    /** Publishers who repeat what failed, as clients do, and listeners who write down what they hear. */
    private static final class Load implements AutoCloseable {
        private static final int LANES = 24;
        private static final List<ChannelName> CHANNELS =
                List.of(ROOM, DIRECT, ChannelName.inbox(LogFixture.ANN), ChannelName.inbox(LogFixture.BOB));

        private final Broker log;
        private final Map<String, Position> acknowledged = new ConcurrentHashMap<>();
        private final Map<ChannelName, Queue<Publication>> heard = new ConcurrentHashMap<>();
        private final List<CompletableFuture<Void>> lanes = new ArrayList<>();
        private final Executor later = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
        private volatile boolean ending;

        Load(Broker log) {
            this.log = log;
            for (ChannelName channel : CHANNELS) {
                Queue<Publication> queue = new ConcurrentLinkedQueue<>();
                heard.put(channel, queue);
                Await.value(log.subscribe(channel, null, queue::add));
            }
            for (int lane = 0; lane < LANES; lane++) {
                CompletableFuture<Void> ended = new CompletableFuture<>();
                lanes.add(ended);
                publish(lane, 0, ended);
            }
        }

        private void publish(int lane, int number, CompletableFuture<Void> ended) {
            String id = lane + "-" + number;
            Publication.Entry entry = new Publication.Entry(CLEO, id, "{\"value\":\"" + id + "\"}");
            List<ChannelName> copies = lane % 2 == 0 ? List.of() : CHANNELS.subList(2, 4);
            Draft draft = new Draft(lane % 2 == 0 ? ROOM : DIRECT, copies, entry);
            log.publish(draft).whenComplete((receipt, fault) -> {
                if (fault != null) {
                    later.execute(() -> publish(lane, number, ended));
                    return;
                }
                acknowledged.put(id, receipt.position());
                if (ending) {
                    ended.complete(null);
                } else {
                    // Not on the writer, which completes the stage.
                    ForkJoinPool.commonPool().execute(() -> publish(lane, number + 1, ended));
                }
            });
        }

        void awaitMore(int count) {
            int wanted = acknowledged.size() + count;
            Await.until(count + " more were acknowledged", DEADLINE, () -> acknowledged.size() >= wanted);
        }

        void endAndCompare(LogFixture fixture) {
            ending = true;
            lanes.forEach(Await::value);
            List<Publication> room = fixture.all(ROOM);
            List<Publication> direct = fixture.all(DIRECT);
            assertThat(room.size() + direct.size()).isEqualTo(acknowledged.size());
            for (List<Publication> stored : List.of(room, direct)) {
                assertThat(stored)
                        .allSatisfy(each -> assertThat(each.position())
                                .isEqualTo(acknowledged.get(each.entry().id())))
                        .extracting(each -> each.entry().id())
                        .doesNotHaveDuplicates();
            }
            for (ChannelName channel : CHANNELS) {
                List<Publication> stored = fixture.all(channel);
                assertThat(stored)
                        .extracting(each -> each.position().offset())
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, stored.size()).boxed().toList());
                Queue<Publication> told = heard.get(channel);
                Await.until("everybody heard everything", DEADLINE, () -> told.size() >= stored.size());
                assertThat(told).containsExactlyElementsOf(stored);
            }
            List<String> spoken = direct.stream().map(each -> each.entry().id()).toList();
            for (ChannelName inbox : CHANNELS.subList(2, 4)) {
                assertThat(fixture.all(inbox))
                        .extracting(each -> each.entry().id())
                        .containsExactlyElementsOf(spoken);
            }
        }

        @Override
        public void close() {
            ending = true;
        }
    }
}
