package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
