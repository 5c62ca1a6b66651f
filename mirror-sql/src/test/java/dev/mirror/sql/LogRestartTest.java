package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log has after its process has ended, one way or another. */
class LogRestartTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final ChannelName ANN_BOB = ChannelName.direct(LogFixture.ANN, LogFixture.BOB);

    @TempDir
    Path parent;

    /** The files of a store that is being written to are what a killed process leaves behind. */
    @Test
    void b1_whatWasAcknowledgedIsInTheFilesOfAKilledStore() throws IOException {
        Path killed = Files.createDirectory(parent.resolve("killed"));
        List<Broker.Receipt> acknowledged = new ArrayList<>();
        try (LogFixture live = new LogFixture(Files.createDirectory(parent.resolve("live")))) {
            // A checkpoint between the two copies would be no state that a crash leaves.
            Await.value(live.store()
                    .write(handle -> handle.createQuery("PRAGMA wal_autocheckpoint = 0")
                            .mapTo(int.class)
                            .one()));
            List<CompletionStage<Broker.Receipt>> under = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                under.add(live.log().publish(LogFixture.draft(ROOM, "m-" + i)));
            }
            Await.value(under.get(500));
            under.stream()
                    .map(CompletionStage::toCompletableFuture)
                    .filter(stage -> stage.isDone())
                    .forEach(stage -> acknowledged.add(stage.join()));
            copyLikeACrash(parent.resolve("live"), killed);
            under.forEach(Await::value);
        }
        assertThat(acknowledged).hasSizeGreaterThan(500);
        try (LogFixture after = new LogFixture(killed)) {
            List<Publication> all = after.all(ROOM);
            assertThat(all.stream().map(Publication::position))
                    .containsAll(
                            acknowledged.stream().map(Broker.Receipt::position).toList());
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).position().offset()).isEqualTo(i + 1);
                assertThat(all.get(i).entry().id()).isEqualTo("m-" + i);
            }
            Broker.Receipt again = after.publish(ROOM, "m-3");
            assertThat(again.duplicate()).isTrue();
            assertThat(again.position()).isEqualTo(acknowledged.get(3).position());
            assertThat(again.timetoken()).isEqualTo(acknowledged.get(3).timetoken());
            assertThat(StoreTools.check(Database.sqlite(killed), StoreTools.ProgressHandler.NONE)
                            .findings())
                    .isEmpty();
        }
    }

    /** The database, and the log beside it as it was at one moment. */
    private static void copyLikeACrash(Path from, Path to) throws IOException {
        for (String file : List.of("mirror.db", "mirror.db-wal")) {
            Files.copy(from.resolve(file), to.resolve(file));
        }
    }

    @Test
    void b5_anIdIsKnownAcrossARestart() {
        Broker.Receipt first;
        try (LogFixture before = new LogFixture(parent)) {
            first = before.publish(ROOM, "m-1");
        }
        try (LogFixture after = new LogFixture(parent)) {
            assertThat(after.publish(ROOM, "m-1"))
                    .isEqualTo(new Broker.Receipt(first.position(), first.timetoken(), true));
            assertThat(Await.failure(after.log().publish(LogFixture.draft(ROOM, "m-1", "\"other\"")))
                            .code())
                    .isEqualTo(ErrorCode.CONFLICT);
            assertThat(Await.failure(after.log().publish(LogFixture.draft(ANN_BOB, "m-1")))
                            .code())
                    .isEqualTo(ErrorCode.CONFLICT);
            assertThat(after.publish(ROOM, "m-2").position())
                    .isEqualTo(new Position(first.position().epoch(), 2));
        }
    }

    @Test
    void b7_timetokensGrowThoughTheClockJumpsBackAcrossARestart() {
        VirtualTime clock = new VirtualTime();
        long last;
        try (LogFixture before = new LogFixture(parent, LogOptions.STANDARD, clock)) {
            before.publish(ROOM, "m-1");
            clock.jump(Duration.ofDays(-365));
            last = before.publish(ROOM, "m-2").timetoken();
        }
        clock.jump(Duration.ofHours(-1));
        try (LogFixture after = new LogFixture(parent, LogOptions.STANDARD, clock)) {
            assertThat(after.publish(ROOM, "m-3").timetoken()).isGreaterThan(last);
            assertThat(after.publish(ANN_BOB, "m-4").timetoken()).isGreaterThan(last);
            assertThat(after.all(ROOM)).extracting(Publication::timetoken).isSorted();
        }
    }

    /** The clock is right again after a restart, and times follow it within a second. */
    @Test
    void b7_timetokensFollowTheClock() {
        VirtualTime clock = new VirtualTime();
        try (LogFixture before = new LogFixture(parent, LogOptions.STANDARD, clock)) {
            before.publish(ROOM, "m-1");
        }
        clock.advance(Duration.ofSeconds(2));
        try (LogFixture after = new LogFixture(parent, LogOptions.STANDARD, clock)) {
            assertThat(after.publish(ROOM, "m-2").timetoken() / Publication.TIMETOKENS_PER_MILLI)
                    .isEqualTo(clock.instant().toEpochMilli());
        }
    }

    @Test
    void b4_aSubscriptionGoesOnAcrossARestart() {
        Position second;
        try (LogFixture before = new LogFixture(parent)) {
            before.publish(ROOM, "m-1");
            second = before.publish(ROOM, "m-2").position();
            before.publish(ROOM, "m-3");
        }
        try (LogFixture after = new LogFixture(parent)) {
            List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
            Broker.Subscription subscription = Await.value(after.log()
                    .subscribe(
                            ROOM, second, heardNow -> heard.add(heardNow.entry().id())));
            assertThat(subscription.recovered()).isTrue();
            after.publish(ROOM, "m-4");
            Await.until("both are heard", () -> heard.size() == 2);
            assertThat(heard).containsExactly("m-3", "m-4");
        }
    }

    /** What was handed in before the close is finished, and nothing is left unanswered. */
    @Test
    void closeFinishesWhatWasAccepted() {
        List<CompletionStage<Broker.Receipt>> under = new ArrayList<>();
        try (LogFixture before = new LogFixture(parent)) {
            for (int i = 0; i < 3_000; i++) {
                under.add(before.log().publish(LogFixture.draft(ROOM, "m-" + i)));
            }
        }
        assertThat(under.stream().map(Await::value)).hasSize(3_000);
        try (LogFixture after = new LogFixture(parent)) {
            assertThat(after.all(ROOM)).hasSize(3_000);
        }
    }

    @Test
    void oneLogIsOpenAtATime() {
        try (LogFixture fixture = new LogFixture(parent)) {
            assertThatThrownBy(() -> fixture.store().log(LogOptions.STANDARD, (delay, task) -> () -> {}, fault -> {}))
                    .isInstanceOf(StoreException.InUse.class);
            fixture.log().close();
            fixture.store()
                    .log(LogOptions.STANDARD, (delay, task) -> () -> {}, fault -> {})
                    .close();
        }
    }
}
