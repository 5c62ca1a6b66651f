package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.sql.StoreTools.ProgressHandler;
import dev.mirror.sql.StoreTools.Report;
import dev.mirror.testkit.time.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreToolsTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final ChannelName ANN_BOB = ChannelName.direct(LogFixture.ANN, LogFixture.BOB);
    private static final ChannelName INBOX = ChannelName.inbox(LogFixture.BOB);
    private static final SecureRandom CHANCE = new SecureRandom();

    @TempDir
    Path parent;

    private Path folder(String name) {
        return parent.resolve(name);
    }

    private static void say(LogFixture fixture, String id, String body) {
        Await.value(fixture.log()
                .publish(new Draft(ANN_BOB, List.of(INBOX), new Publication.Entry(LogFixture.ANN, id, body))));
    }

    /** Online: while somebody publishes as fast as possible, a backup is one moment of it. */
    @Test
    void aBackupOfALiveStoreIsWholeAndSound() {
        try (LogFixture live = new LogFixture(folder("live"))) {
            Position first = live.publish(ROOM, "first").position();
            List<CompletionStage<Broker.Receipt>> under = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                under.add(live.log().publish(LogFixture.draft(ROOM, "m-" + i)));
            }
            List<Long> progress = new ArrayList<>();
            Report report = StoreTools.backup(folder("live"), folder("file"), (done, total) -> progress.add(done));
            under.forEach(Await::value);
            assertThat(report.isSound()).isTrue();
            assertThat(report.publications()).isPositive();
            assertThat(progress).isNotEmpty();
            assertThatThrownBy(() -> StoreTools.backup(folder("live"), folder("file"), ProgressHandler.NONE))
                    .isInstanceOf(StoreException.Unavailable.class)
                    .hasMessageContaining("overwrites nothing");

            StoreTools.restore(folder("file"), folder("restored"), false, CHANCE, ProgressHandler.NONE);
            try (LogFixture restored = new LogFixture(folder("restored"))) {
                List<Publication> all = restored.all(ROOM);
                assertThat(all).hasSize((int) report.publications());
                assertThat(all.get(0).entry().id()).isEqualTo("first");
                assertThat(all.get(0).position().epoch()).isNotEqualTo(first.epoch());
                assertThat(Await.value(restored.log().subscribe(ROOM, first, heard -> {}))
                                .recovered())
                        .isFalse();
                assertThat(restored.publish(ROOM, "first").duplicate()).isTrue();
            }
        }
        assertThat(folder("file.part")).doesNotExist();
    }

    /** A reader that comes back, with what it hears: the page that it reads next. */
    private static History after(LogFixture fixture, ChannelName channel, Position position) {
        return Await.value(fixture.log().history(HistoryQuery.after(channel, position, 100)));
    }

    private static void assertGoesOn(LogFixture fixture, ChannelName channel, Position from, String... ids) {
        History page = after(fixture, channel, from);
        assertThat(page.recovered()).isFalse();
        assertThat(page.publications()).extracting(each -> each.entry().id()).containsExactly(ids);
        assertThat(page.publications())
                .allSatisfy(each -> assertThat(each.position().offset())
                        .isGreaterThan(page.after().offset()));
        assertThat(page.after().epoch()).isEqualTo(page.tail().epoch()).isNotEqualTo(from.epoch());
        assertThat(Await.value(fixture.log().history(HistoryQuery.after(channel, from, 0)))
                        .after())
                .isEqualTo(page.after());
    }

    /** What the backup lacks is lost, and said to be; what a reader had before is not handed to it again. */
    @Test
    void b11_afterARestoreAReaderGoesOnWhereItWas() {
        List<Position> had = new ArrayList<>();
        try (LogFixture live = new LogFixture(folder("live"))) {
            for (String id : List.of("one", "two", "three")) {
                had.add(live.publish(ROOM, id).position());
            }
            say(live, "m", "\"hello\"");
            StoreTools.backup(folder("live"), folder("file"), ProgressHandler.NONE);
            had.add(live.publish(ROOM, "lost").position());
            had.add(live.publish(ROOM, "lost too").position());
        }
        StoreTools.restore(folder("file"), folder("once"), false, CHANCE, ProgressHandler.NONE);
        Position second;
        try (LogFixture restored = new LogFixture(folder("once"))) {
            assertGoesOn(restored, ROOM, had.get(1), "three");
            assertGoesOn(restored, ROOM, had.get(4));
            assertGoesOn(restored, INBOX, new Position(had.get(0).epoch(), 1));
            second = restored.publish(ROOM, "four").position();
            assertGoesOn(restored, ROOM, had.get(2), "four");
            assertGoesOn(restored, ROOM, had.get(4), "four");
            assertGoesOn(restored, ROOM, new Position("unknown", 2), "one", "two", "three", "four");
            StoreTools.backup(folder("once"), folder("file2"), ProgressHandler.NONE);
        }
        StoreTools.restore(folder("file2"), folder("twice"), false, CHANCE, ProgressHandler.NONE);
        try (LogFixture restored = new LogFixture(folder("twice"))) {
            restored.publish(ROOM, "five");
            assertGoesOn(restored, ROOM, second, "five");
            assertGoesOn(restored, ROOM, had.get(4), "four", "five");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void b11_afterARenewalAReaderGoesOnWhereItWas(TestDatabase kind) {
        Database database = kind.in(folder("data"));
        Position had;
        try (LogFixture live = new LogFixture(database)) {
            had = live.publish(ROOM, "one").position();
            sayAndDelete(live);
            assertThatThrownBy(() -> StoreTools.renewEpoch(database, CHANCE)).isInstanceOf(StoreException.InUse.class);
        }
        StoreTools.renewEpoch(database, CHANCE);
        assertThat(StoreTools.check(database, ProgressHandler.NONE).isSound()).isTrue();
        try (LogFixture renewed = new LogFixture(database)) {
            assertDeletionsCount(renewed);
            renewed.publish(ROOM, "two");
            assertGoesOn(renewed, ROOM, had, "two");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void b11_afterAnImportAReaderGoesOnWhereItWas(TestDatabase kind) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Position had;
        try (LogFixture from = new LogFixture(folder("from"))) {
            from.publish(ROOM, "one");
            had = from.publish(ROOM, "two").position();
            from.publish(ROOM, "three");
            StoreTools.exportLog(Database.sqlite(folder("from")), out, ProgressHandler.NONE);
        }
        Database to = kind.in(folder("to"));
        StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE);
        StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE);
        try (LogFixture imported = new LogFixture(to)) {
            assertGoesOn(imported, ROOM, had, "three");
        }
    }

    private static final String DELETION = "{\"amend\":{\"epoch\":\"%s\",\"offset\":1,\"delete\":true}}";

    /** One message and its deletion, many times over, so that they fill more than a page of what is rewritten. */
    private static void sayAndDelete(LogFixture fixture) {
        say(fixture, "m", "{\"value\":\"to be deleted\"}");
        String epoch = fixture.all(ANN_BOB).get(0).position().epoch();
        for (int i = 0; i < 300; i++) {
            say(fixture, "d-" + i, DELETION.formatted(epoch));
        }
    }

    private static void assertDeletionsCount(LogFixture fixture) {
        for (ChannelName channel : List.of(ANN_BOB, INBOX)) {
            List<Publication> all = fixture.all(channel);
            assertThat(all).hasSize(301);
            assertThat(all.subList(1, all.size()))
                    .allSatisfy(each -> assertThat(each.entry().body())
                            .isEqualTo(DELETION.formatted(each.position().epoch())));
        }
    }

    /** An amendment counts in the log whose epoch it names. */
    @Test
    void whatWasDeletedStaysSoAfterARestore() {
        try (LogFixture live = new LogFixture(folder("live"))) {
            sayAndDelete(live);
            StoreTools.backup(folder("live"), folder("file"), ProgressHandler.NONE);
        }
        StoreTools.restore(folder("file"), folder("restored"), false, CHANCE, ProgressHandler.NONE);
        assertThat(StoreTools.check(Database.sqlite(folder("restored")), ProgressHandler.NONE)
                        .isSound())
                .isTrue();
        try (LogFixture restored = new LogFixture(folder("restored"))) {
            assertDeletionsCount(restored);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatWasDeletedStaysSoAfterAnImport(TestDatabase database) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogFixture from = new LogFixture(folder("from"))) {
            sayAndDelete(from);
            StoreTools.exportLog(Database.sqlite(folder("from")), out, ProgressHandler.NONE);
        }
        Database to = database.in(folder("to"));
        StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE);
        assertThat(StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE))
                .as("again")
                .isZero();
        try (LogFixture imported = new LogFixture(to)) {
            assertDeletionsCount(imported);
        }
    }

    @Test
    void aRestoreOverwritesAStoreOnlyIfToldTo() {
        try (LogFixture one = new LogFixture(folder("one"))) {
            one.publish(ROOM, "one");
        }
        StoreTools.backup(folder("one"), folder("file"), ProgressHandler.NONE);
        try (LogFixture two = new LogFixture(folder("two"))) {
            two.publish(ROOM, "two");
            assertThatThrownBy(
                            () -> StoreTools.restore(folder("file"), folder("two"), true, CHANCE, ProgressHandler.NONE))
                    .as("somebody uses it")
                    .isInstanceOf(StoreException.InUse.class);
        }
        assertThatThrownBy(() -> StoreTools.restore(folder("file"), folder("two"), false, CHANCE, ProgressHandler.NONE))
                .isInstanceOf(StoreException.Occupied.class)
                .hasMessageContaining("may be replaced");
        try (LogFixture two = new LogFixture(folder("two"))) {
            assertThat(two.all(ROOM)).extracting(each -> each.entry().id()).containsExactly("two");
        }
        StoreTools.restore(folder("file"), folder("two"), true, CHANCE, ProgressHandler.NONE);
        try (LogFixture two = new LogFixture(folder("two"))) {
            assertThat(two.all(ROOM)).extracting(each -> each.entry().id()).containsExactly("one");
        }
    }

    /** It tells how far it is, and leaves nothing beside the store. */
    @Test
    void aRestoreIsNotMixedWithWhatAnotherOneLeft() throws IOException {
        try (LogFixture one = new LogFixture(folder("one"))) {
            one.publish(ROOM, "one");
        }
        StoreTools.backup(folder("one"), folder("file"), ProgressHandler.NONE);
        Path two = Files.createDirectories(folder("two"));
        Files.writeString(two.resolve("mirror.db.restore"), "a part");
        try (LogFixture other = new LogFixture(folder("other"))) {
            other.publish(ROOM, "other");
            // As one that was killed leaves them: the log of another database, sound in itself.
            Files.copy(folder("other").resolve("mirror.db-wal"), two.resolve("mirror.db.restore-wal"));
            Files.copy(folder("other").resolve("mirror.db-shm"), two.resolve("mirror.db.restore-shm"));
        }
        List<Long> progress = new ArrayList<>();
        StoreTools.restore(folder("file"), two, false, CHANCE, (done, total) -> progress.add(done * 100 / total));
        assertThat(progress).isNotEmpty().contains(100L);
        assertThat(names(two)).containsExactlyInAnyOrder("mirror.db", "mirror.lock");
        try (LogFixture restored = new LogFixture(two)) {
            assertThat(restored.all(ROOM)).extracting(each -> each.entry().id()).containsExactly("one");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** A store that was opened and never used is empty, and may go. */
    @Test
    void aRestoreReplacesAnEmptyStore() {
        try (LogFixture one = new LogFixture(folder("one"))) {
            one.publish(ROOM, "one");
        }
        StoreTools.backup(folder("one"), folder("file"), ProgressHandler.NONE);
        new LogFixture(folder("two")).close();
        StoreTools.restore(folder("file"), folder("two"), false, CHANCE, ProgressHandler.NONE);
        try (LogFixture two = new LogFixture(folder("two"))) {
            assertThat(two.all(ROOM)).hasSize(1);
        }
    }

    @Test
    void aDamagedBackupIsNotRestored() throws IOException {
        try (LogFixture one = new LogFixture(folder("one"))) {
            one.publish(ROOM, "one");
            Await.value(one.store().write(handle -> handle.execute("UPDATE publications SET body = '1'")));
        }
        assertThatThrownBy(() -> StoreTools.backup(folder("one"), folder("file"), ProgressHandler.NONE))
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessageContaining("offset 1 of room");
        assertThat(folder("file")).doesNotExist();

        Files.writeString(folder("junk"), "no database ".repeat(1_000));
        assertThatThrownBy(() -> StoreTools.restore(folder("junk"), folder("two"), false, CHANCE, ProgressHandler.NONE))
                .isInstanceOf(StoreException.Damaged.class);
        assertThat(folder("two").resolve("mirror.db")).doesNotExist();
    }

    /** Also where the store's newest pages are only in its write-ahead log, because somebody reads. */
    @Test
    void aBackupThatIsNotSoundLeavesWhatIsThere() throws IOException, SQLException {
        try (LogFixture one = new LogFixture(folder("one"))) {
            one.publish(ROOM, "one");
            Files.createDirectories(folder("two"));
            for (String file : List.of("mirror.db", "mirror.db-wal")) {
                Files.copy(folder("one").resolve(file), folder("two").resolve(file));
            }
        }
        Files.writeString(folder("junk"), "junk");
        try (Connection reader =
                        SqliteFile.reader(folder("two").resolve("mirror.db")).getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT count(*) FROM publications").close();
            assertThatThrownBy(
                            () -> StoreTools.restore(folder("junk"), folder("two"), true, CHANCE, ProgressHandler.NONE))
                    .isInstanceOf(StoreException.class);
        }
        try (LogFixture two = new LogFixture(folder("two"))) {
            assertThat(two.all(ROOM)).extracting(each -> each.entry().id()).containsExactly("one");
        }
    }

    @Test
    void aCheckOfASoundStoreCountsWhatItHas() {
        try (LogFixture fixture = new LogFixture(folder("one"))) {
            say(fixture, "m-1", "1");
            fixture.publish(ROOM, "m-2");
            Report report = StoreTools.check(Database.sqlite(folder("one")), ProgressHandler.NONE);
            assertThat(report).isEqualTo(new Report(3, 3, List.of()));
        }
        assertThatThrownBy(() -> StoreTools.check(Database.sqlite(folder("nothing")), ProgressHandler.NONE))
                .isInstanceOf(StoreException.Unavailable.class);
    }

    /** Every character of what was said comes through, and offsets, times and origins are the same. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void anImportHasWhatWasExported(TestDatabase database) {
        List<String> bodies = List.of(
                "{\"value\": \"é ✓ 😀\" ,\"n\":[1, 2.50]}",
                "\"a\\u0000b\"",
                "17",
                "-0.5e3",
                "true",
                "null",
                "[ ]",
                "{\n  \"pretty\": true\n}",
                "not JSON at all",
                "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Publication> direct;
        List<Publication> inbox;
        try (LogFixture from = new LogFixture(folder("from"))) {
            for (int i = 0; i < bodies.size(); i++) {
                say(from, "m-" + i, bodies.get(i));
            }
            direct = from.all(ANN_BOB);
            inbox = from.all(INBOX);
            assertThat(StoreTools.exportLog(Database.sqlite(folder("from")), out, ProgressHandler.NONE))
                    .isEqualTo(2L * bodies.size());
        }
        Database to = database.in(folder("to"));
        assertThat(StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE))
                .isEqualTo(2L * bodies.size());
        assertThat(StoreTools.importLog(to, in(out), CHANCE, ProgressHandler.NONE))
                .as("again")
                .isZero();
        assertThat(StoreTools.check(to, ProgressHandler.NONE).findings()).isEmpty();
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        StoreTools.exportLog(to, again, ProgressHandler.NONE);
        assertThat(withoutEpochs(again)).isEqualTo(withoutEpochs(out));
        try (LogFixture imported = new LogFixture(to)) {
            assertThat(withoutEpoch(imported.all(ANN_BOB))).isEqualTo(withoutEpoch(direct));
            assertThat(withoutEpoch(imported.all(INBOX))).isEqualTo(withoutEpoch(inbox));
            assertThat(Await.value(imported.log().conversations().of(LogFixture.ANN, 10))
                            .conversations())
                    .hasSize(1);
            Broker.Receipt next = imported.publish(ANN_BOB, "next");
            assertThat(next.position().offset()).isEqualTo(bodies.size() + 1);
            assertThat(next.timetoken())
                    .isGreaterThan(inbox.get(inbox.size() - 1).timetoken());
        }
    }

    /** What is removed meanwhile is neither missing in a check nor a hole in an export. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aCheckAndAnExportSeeOneMomentOfALiveStore(TestDatabase database) {
        Database live = database.in(folder("live"));
        LogOptions options = LogOptions.STANDARD.withKept(ChannelKind.ROOM, new LogOptions.Keep(null, 10));
        try (LogFixture fixture = new LogFixture(live, options)) {
            publishMany(fixture, 1_000);
            assertThat(StoreTools.check(live, sweeping(fixture)).findings()).isEmpty();
            publishMany(fixture, 1_000);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(StoreTools.exportLog(live, out, sweeping(fixture))).isEqualTo(1_010);
            assertThat(StoreTools.importLog(Database.sqlite(folder("to")), in(out), CHANCE, ProgressHandler.NONE))
                    .isEqualTo(1_010);
        }
    }

    private static void publishMany(LogFixture fixture, int count) {
        List<CompletionStage<Broker.Receipt>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(fixture.log().publish(LogFixture.draft(ROOM, "m-" + System.nanoTime())));
        }
        all.forEach(Await::value);
    }

    private static ProgressHandler sweeping(LogFixture fixture) {
        return (done, total) -> Await.value(fixture.log().retention().sweep(0));
    }

    @Test
    void anExportOfALogWithAHoleSaysSo() {
        Database store = Database.sqlite(folder("hole"));
        try (LogFixture fixture = new LogFixture(store)) {
            publishMany(fixture, 5);
            Await.value(
                    fixture.store().write(handle -> handle.execute("DELETE FROM publications WHERE log_offset = 3")));
        }
        assertThatThrownBy(() -> StoreTools.exportLog(store, new ByteArrayOutputStream(), ProgressHandler.NONE))
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessage("offset 3 of room is missing");
    }

    @Test
    void aCheckFindsRowsBeforeTheBeginningOfALog() {
        Database store = Database.sqlite(folder("before"));
        try (LogFixture fixture = new LogFixture(store)) {
            publishMany(fixture, 5);
            Await.value(fixture.store().write(handle -> handle.execute("UPDATE channels SET first_offset = 129")));
        }
        assertThat(StoreTools.check(store, ProgressHandler.NONE).findings())
                .containsExactly("5 publications stand before the first offset of their channel");
    }

    /** There is a rule against it now (W22); what SQLite has of before goes on, and PostgreSQL says what it cannot have. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void theCharacterThatPostgresqlDoesNotHaveIsKeptOrNamed(TestDatabase database) {
        Database to = database.in(folder("to"));
        String lines =
                "{\"channel\":\"room\",\"offset\":1,\"timetoken\":5,\"publisher\":\"ann\",\"id\":\"m\",\"body\":1}\n"
                        + "{\"channel\":\"room\",\"offset\":2,\"timetoken\":6,\"publisher\":\"ann\",\"id\":\"a\\u0000b\","
                        + "\"text\":\"x\\u0000y\"}\n";
        if (database == TestDatabase.POSTGRES) {
            assertThatThrownBy(() -> importText(to, lines))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("line 2: ")
                    .hasMessageContaining("U+0000");
            return;
        }
        assertThat(importText(to, lines)).isEqualTo(2);
        assertThat(StoreTools.check(to, ProgressHandler.NONE).findings()).isEmpty();
        try (LogFixture fixture = new LogFixture(to)) {
            Publication.Entry kept = fixture.all(ROOM).get(1).entry();
            assertThat(kept).isEqualTo(new Publication.Entry(LogFixture.ANN, "a\u0000b", "x\u0000y"));
        }
    }

    private static InputStream in(ByteArrayOutputStream out) {
        return new ByteArrayInputStream(out.toByteArray());
    }

    private static List<String> withoutEpoch(List<Publication> publications) {
        return publications.stream()
                .map(publication ->
                        publication.toString().replace(publication.position().epoch(), "epoch"))
                .toList();
    }

    @Test
    void anImportThatDoesNotFitSaysWhereAndWhy() {
        Database to = Database.sqlite(folder("to"));
        String line = "{\"channel\":\"room\",\"offset\":%d,\"timetoken\":%d,\"publisher\":\"ann\",\"id\":\"%s\","
                + "\"body\":1}\n";
        assertThat(importText(to, line.formatted(5, 5, "m-5") + line.formatted(6, 6, "m-6")))
                .isEqualTo(2);
        assertThatThrownBy(() -> importText(to, line.formatted(7, 7, "m-7") + line.formatted(9, 9, "m-9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 2: after offset 7 of room comes 8, not 9");
        assertThatThrownBy(() -> importText(to, line.formatted(6, 6, "other")))
                .hasMessageContaining("offset 6 of room is another publication");
        assertThatThrownBy(() -> importText(to, line.formatted(7, 7, "m-6"))).hasMessageContaining("used its id");
        assertThatThrownBy(() -> importText(to, "{}\n")).hasMessageContaining("a field is missing");
        assertThatThrownBy(() -> importText(to, "junk\n")).hasMessageStartingWith("line 1: not JSON");
        try (LogFixture fixture = new LogFixture(folder("to"))) {
            assertThat(Await.value(fixture.log().history(HistoryQuery.latest(ROOM, 10)))
                            .first())
                    .isEqualTo(5);
            assertThat(fixture.all(ROOM)).hasSize(2);
        }
    }

    private static String withoutEpochs(ByteArrayOutputStream lines) {
        return lines.toString(StandardCharsets.UTF_8).replaceAll("\"epoch\":\"[^\"]*\",", "");
    }

    private static long importText(Database to, String text) {
        return StoreTools.importLog(
                to, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), CHANCE, ProgressHandler.NONE);
    }
}
