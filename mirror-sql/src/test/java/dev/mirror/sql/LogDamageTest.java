package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are not what was written. */
class LogDamageTest {
    private static final ChannelName ROOM = ChannelName.room("room");

    @TempDir
    Path folder;

    private Position third;

    @BeforeEach
    void fill() {
        try (LogFixture before = new LogFixture(folder)) {
            for (int i = 1; i <= 6; i++) {
                Position position = before.publish(ROOM, "m-" + i).position();
                third = i == 3 ? position : third;
            }
        }
    }

    private LogFixture damaged(String change) {
        LogFixture fixture = new LogFixture(folder);
        Await.value(fixture.store().write(handle -> handle.execute(change + " WHERE log_offset = 4")));
        return fixture;
    }

    private static List<String> ids(List<Publication> publications) {
        return publications.stream()
                .map(publication -> publication.entry().id())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE publications SET body = '\"m-5\"'",
                "UPDATE publications SET publisher = 'bob'",
                "UPDATE publications SET publisher = 'not an id'",
                "UPDATE publications SET id = 'm-4x'",
                "UPDATE publications SET timetoken = timetoken + 1",
                "UPDATE publications SET origin_channel = 1, origin_offset = 1",
                "UPDATE publications SET checksum = checksum + 1",
                "DELETE FROM publications"
            })
    void i4_aRowThatIsNotWhatWasWrittenIsNotServed(String change) {
        try (LogFixture fixture = damaged(change)) {
            SqlLog log = fixture.log();
            assertThat(Await.failure(log.history(HistoryQuery.after(ROOM, third, 10)))
                            .code())
                    .isEqualTo(ErrorCode.STORE_DAMAGED);
            assertThat(ids(Await.value(log.history(new HistoryQuery(ROOM, null, 0, false, 10)))
                            .publications()))
                    .as("what comes before it is served")
                    .containsExactly("m-1", "m-2", "m-3");
            assertThat(ids(Await.value(log.history(HistoryQuery.latest(ROOM, 10)))
                            .publications()))
                    .as("what comes after it is served")
                    .containsExactly("m-5", "m-6");
        }
        assertThat(StoreTools.check(Database.sqlite(folder), StoreTools.ProgressHandler.NONE)
                        .findings())
                .anyMatch(finding -> finding.contains("offset 4 of room"));
    }

    /**
     * Whoever repeats a publication is told neither that it is stored, nor that it was another one; what is stored of
     * others is answered, also in the same batch.
     */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void i4_aDamagedOriginalIsNoDuplicate(TestDatabase database) {
        Database there = database.in(folder.resolve("repeated"));
        List<String> changes = List.of(
                "UPDATE publications SET body = '\"m-5\"'",
                "UPDATE publications SET timetoken = timetoken + 1",
                "UPDATE publications SET checksum = checksum + 1",
                "UPDATE publications SET channel = 99");
        for (String change : changes) {
            ChannelName channel = ChannelName.room("room-" + changes.indexOf(change));
            String id = "of-" + channel;
            try (LogFixture fixture = new LogFixture(there)) {
                fixture.publish(channel, "before-" + channel);
                fixture.publish(channel, id);
                Await.value(fixture.store().write(handle -> handle.execute(change + " WHERE id = ?", id)));
            }
            try (LogFixture fixture = new LogFixture(there)) {
                assertThat(Await.failure(fixture.log().publish(LogFixture.draft(channel, id)))
                                .code())
                        .as("alone: " + change)
                        .isEqualTo(ErrorCode.STORE_DAMAGED);
                CompletionStage<Broker.Receipt> sound =
                        fixture.log().publish(LogFixture.draft(channel, "before-" + channel));
                List<CompletionStage<Broker.Receipt>> damaged = IntStream.range(0, 10)
                        .mapToObj(i -> fixture.log().publish(LogFixture.draft(channel, id)))
                        .toList();
                CompletionStage<Broker.Receipt> added =
                        fixture.log().publish(LogFixture.draft(channel, "after-" + channel));
                damaged.forEach(each ->
                        assertThat(Await.failure(each).code()).as(change).isEqualTo(ErrorCode.STORE_DAMAGED));
                assertThat(Await.value(sound).duplicate()).isTrue();
                assertThat(Await.value(added).duplicate()).isFalse();
            }
        }
    }

    /** A conversation whose newest row is damaged is not listed; the others are, and the list says that it lacks some. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void i4_aDamagedConversationIsNotListed(TestDatabase database) {
        List<String> damages = List.of(
                "UPDATE publications SET timetoken = timetoken + 1 WHERE id = '%s'",
                "UPDATE publications SET body = '1' WHERE id = '%s'",
                "DELETE FROM publications WHERE id = '%s'",
                "UPDATE channels SET name = 'no name' WHERE id = (SELECT channel FROM publications WHERE id = '%s')");
        try (LogFixture fixture = new LogFixture(database.in(folder.resolve("listed")))) {
            fixture.publish(ChannelName.direct(LogFixture.ANN, LogFixture.BOB), "b-1");
            assertThat(listed(fixture)).isEqualTo("[ann.bob] false");
            for (int i = 0; i < damages.size(); i++) {
                ChannelName channel = ChannelName.parse("ann.peer-" + i).orElseThrow();
                fixture.publish(channel, "first-" + i);
                fixture.publish(channel, "last-" + i);
                assertThat(listed(fixture)).startsWith("[ann.peer-" + i + ", ann.bob]");
                String damage = String.format(damages.get(i), "last-" + i);
                Await.value(fixture.store().write(handle -> handle.execute(damage)));
                assertThat(listed(fixture)).as(damage).isEqualTo("[ann.bob] true");
            }
            Await.value(fixture.store().write(handle -> handle.execute("UPDATE publications SET body = '1'")));
            assertThat(Await.failure(fixture.log().conversations().of(LogFixture.ANN, 10))
                            .code())
                    .as("there is nothing else to tell")
                    .isEqualTo(ErrorCode.STORE_DAMAGED);
        }
    }

    private static String listed(LogFixture fixture) {
        Conversations.Listed listed = Await.value(fixture.log().conversations().of(LogFixture.ANN, 10));
        return listed.conversations().stream()
                        .map(Conversations.Conversation::channel)
                        .toList()
                + " " + listed.more();
    }

    /** A row that is damaged does not look sound after its log got another epoch. */
    @Test
    void i4_anotherEpochHidesNoDamage() throws SQLException {
        String amendment = "{\"amend\":{\"epoch\":\"" + third.epoch() + "\",\"offset\":1,\"delete\":true}}";
        try (LogFixture fixture = damaged("UPDATE publications SET body = '" + amendment + "'")) {
            Await.value(fixture.log().publish(LogFixture.draft(ROOM, "m-7", amendment)));
        }
        try (Connection connection =
                SqliteFile.writer(folder.resolve(SqliteEngine.FILE)).getConnection()) {
            AmendmentEpoch.change(connection, third.epoch(), "another");
        }
        assertThat(StoreTools.check(Database.sqlite(folder), StoreTools.ProgressHandler.NONE)
                        .findings())
                .singleElement()
                .asString()
                .contains("offset 4 of room");
        try (LogFixture fixture = new LogFixture(folder)) {
            assertThat(Await.value(fixture.log().history(HistoryQuery.latest(ROOM, 1)))
                            .publications())
                    .singleElement()
                    .extracting(each -> each.entry().body())
                    .asString()
                    .contains("another");
        }
    }

    /** A listener hears everything else; who counts offsets sees the hole. */
    @Test
    void i4_aListenerHearsEverythingElse() {
        try (LogFixture fixture = damaged("UPDATE publications SET body = '1'")) {
            List<String> heard = Collections.synchronizedList(new ArrayList<>());
            Await.value(fixture.log()
                    .subscribe(
                            ROOM,
                            new Position(third.epoch(), 1),
                            publication -> heard.add(publication.entry().id())));
            Await.until("the rest is heard", () -> heard.contains("m-6"));
            assertThat(heard).containsExactly("m-2", "m-3", "m-5", "m-6");
        }
    }

    /** Nobody is told that there is nothing, and nothing is added where it would not be found. */
    @Test
    void i4_aLogThatBeginsAfterItsEndIsDamaged() {
        try (LogFixture fixture = new LogFixture(folder)) {
            Await.value(fixture.store().write(handle -> handle.execute("UPDATE channels SET first_offset = 129")));
            assertThat(Await.failure(fixture.log().publish(LogFixture.draft(ROOM, "m-7")))
                            .code())
                    .isEqualTo(ErrorCode.STORE_DAMAGED);
            assertThat(Await.failure(fixture.log().history(HistoryQuery.latest(ROOM, 10)))
                            .code())
                    .isEqualTo(ErrorCode.STORE_DAMAGED);
            fixture.publish(ChannelName.room("another"), "m-8");
        }
    }
}
