package dev.mirror.sql;

import static dev.mirror.sql.LogFixture.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.sql.MemoryDatabase.Commit;
import dev.mirror.testkit.time.Await;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDatabaseTest {
    private static final ChannelName LOBBY = ChannelName.room("lobby");

    private final MemoryDatabase database = new MemoryDatabase();
    private SqlLog log = open();

    private SqlLog open() {
        return database.open(new Surroundings(InstantSource.system(), new SecureRandom(), Runnable::run))
                .log(LogOptions.STANDARD, (delay, task) -> () -> {}, fault -> {});
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private List<String> ids() {
        return Await.value(log.history(HistoryQuery.latest(LOBBY, 10))).publications().stream()
                .map(Publication::entry)
                .map(Publication.Entry::id)
                .toList();
    }

    @Test
    void whatWasCommittedSurvivesACrash() {
        String epoch = Await.value(log.publish(draft(LOBBY, "one"))).position().epoch();

        database.crash();
        log = open();

        assertThat(Await.value(log.publish(draft(LOBBY, "two"))).position().epoch())
                .isEqualTo(epoch);
        assertThat(ids()).containsExactly("one", "two");
    }

    @Test
    void commitsFailAsTheTestSays() {
        database.commits(() -> Commit.FULL);
        assertThat(Await.failure(log.publish(draft(LOBBY, "one"))).code()).isEqualTo(ErrorCode.STORE_FULL);
        database.commits(() -> Commit.LOST);
        assertThat(Await.failure(log.publish(draft(LOBBY, "two"))).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        database.commits(() -> Commit.DONE);
        Await.value(log.publish(draft(LOBBY, "three")));

        assertThat(ids()).containsExactly("three");
    }

    @Test
    void commitThatWasCarriedOutIsFoundAfterItsConnectionEnded() {
        Await.value(log.publish(draft(LOBBY, "one")));
        boolean[] failed = new boolean[1];
        database.commits(() -> {
            boolean first = !failed[0];
            failed[0] = true;
            return first ? Commit.UNANSWERED : Commit.DONE;
        });

        assertThat(Await.value(log.publish(draft(LOBBY, "two"))).position().offset())
                .isEqualTo(2);
        assertThat(ids()).containsExactly("one", "two");
    }

    @Test
    void databaseIsAwayUntilItIsBack() {
        database.setAway(true);
        assertThat(Await.failure(log.publish(draft(LOBBY, "one"))).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        database.setAway(false);

        Await.value(log.publish(draft(LOBBY, "two")));

        assertThat(ids()).containsExactly("two");
    }

    @Test
    void databasesKnowNothingOfEachOther() {
        Await.value(log.publish(draft(LOBBY, "one")));
        try (MemoryDatabase other = new MemoryDatabase()) {
            SqlLog empty = other.open(new Surroundings(InstantSource.system(), new SecureRandom(), Runnable::run))
                    .log(LogOptions.STANDARD, (delay, task) -> () -> {}, fault -> {});
            assertThat(Await.value(empty.history(HistoryQuery.latest(LOBBY, 10)))
                            .publications())
                    .isEmpty();
        }
    }
}
