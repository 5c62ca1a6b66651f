package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told of every commit. */
class LogTapTest {
    private static final int PUBLISHERS = 8;
    private static final int CHANNELS = 50;
    private static final int EACH = 250;

    @TempDir
    Path folder;

    private final List<Publication> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> missed = Collections.synchronizedList(new ArrayList<>());

    private SqlLog.Tap tap(SqlLog log) {
        return Await.value(log.tap(told::addAll, missed::add));
    }

    /** Over all channels it is told in the order of the timetokens, and of each before its publisher hears of it. */
    @ParameterizedTest
    @EnumSource
    void b7_commitsAreToldInTheOrderOfTheirTimetokensBeforeTheyAreAcknowledged(TestDatabase database) {
        Set<Long> known = ConcurrentHashMap.newKeySet();
        Set<Long> early = ConcurrentHashMap.newKeySet();
        ExecutorService publishers = Executors.newFixedThreadPool(PUBLISHERS);
        try (LogFixture fixture = new LogFixture(database.in(folder))) {
            fixture.publish(ChannelName.room("before"), "before");
            Await.value(fixture.log()
                    .tap(
                            publications -> {
                                told.addAll(publications);
                                publications.forEach(each -> known.add(each.timetoken()));
                            },
                            missed::add));
            List<CompletableFuture<Void>> all = IntStream.range(0, PUBLISHERS)
                    .mapToObj(number -> CompletableFuture.runAsync(
                            () -> publish(fixture.log(), number, receipt -> {
                                if (!known.contains(receipt.timetoken())) {
                                    early.add(receipt.timetoken());
                                }
                            }),
                            publishers))
                    .toList();
            all.forEach(Await::value);
        } finally {
            publishers.shutdown();
        }
        assertThat(missed).hasSize(1);
        assertThat(early).as("acknowledged before it was told").isEmpty();
        assertThat(told).hasSize(PUBLISHERS * EACH);
        assertThat(told).extracting(Publication::timetoken).isSorted().doesNotHaveDuplicates();
        assertThat(told.get(0).timetoken()).isGreaterThan(missed.get(0));
    }

    /** Several wait at once, so that transactions have more than one row. */
    private static void publish(SqlLog log, int publisher, Consumer<Broker.Receipt> acknowledged) {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            ChannelName channel = ChannelName.parse("keys:room-" + (publisher * 7 + i) % CHANNELS)
                    .orElseThrow();
            waiting.add(log.publish(LogFixture.draft(channel, publisher + "-" + i))
                    .thenAccept(acknowledged)
                    .toCompletableFuture());
            if (waiting.size() == 10) {
                waiting.forEach(Await::value);
                waiting.clear();
            }
        }
        waiting.forEach(Await::value);
    }

    @Test
    void theFirstCallSaysFromWhereOnEverythingIsTold() {
        try (LogFixture fixture = new LogFixture(folder)) {
            long before = fixture.publish(ChannelName.room("room"), "m-1").timetoken();
            tap(fixture.log());
            assertThat(missed).hasSize(1);
            assertThat(missed.get(0)).isGreaterThan(before);
            fixture.publish(ChannelName.room("room"), "m-2");
            assertThat(told).extracting(each -> each.entry().id()).containsExactly("m-2");
        }
    }

    @Test
    void copiesAreToldBehindTheirOriginal() {
        try (LogFixture fixture = new LogFixture(folder)) {
            tap(fixture.log());
            ChannelName direct = ChannelName.direct(LogFixture.ANN, LogFixture.BOB);
            Await.value(fixture.log()
                    .publish(new Draft(
                            direct,
                            List.of(ChannelName.inbox(LogFixture.BOB)),
                            new Publication.Entry(LogFixture.ANN, "m-1", "1"))));
            assertThat(told).extracting(each -> each.channel().toString()).containsExactly("ann.bob", "@bob");
            assertThat(told.get(0).timetoken()).isEqualTo(told.get(1).timetoken());
        }
    }

    @Test
    void whoThrowsIsToldThatItMissedSomethingAndSpoilsNothing() {
        AtomicReference<String> broken = new AtomicReference<>("m-1");
        try (LogFixture fixture = new LogFixture(folder)) {
            Await.value(fixture.log()
                    .tap(
                            publications -> {
                                if (publications.get(0).entry().id().equals(broken.get())) {
                                    throw new IllegalStateException("broken for the test");
                                }
                                told.addAll(publications);
                            },
                            missed::add));
            ChannelName room = ChannelName.room("room");
            long lost = fixture.publish(room, "m-1").timetoken();
            long second = fixture.publish(room, "m-2").timetoken();
            fixture.publish(room, "m-3");
            assertThat(missed).hasSize(2);
            assertThat(missed.get(1)).isGreaterThan(lost).isEqualTo(second);
            assertThat(told).extracting(each -> each.entry().id()).containsExactly("m-3");
        }
    }

    @Test
    void nothingIsToldOnceItIsClosed() {
        try (LogFixture fixture = new LogFixture(folder)) {
            SqlLog.Tap tap = tap(fixture.log());
            tap.close();
            tap.close();
            fixture.publish(ChannelName.room("room"), "m-1");
            assertThat(told).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void channelsAreListedByTheBeginningOfTheirNames(TestDatabase database) {
        try (LogFixture fixture = new LogFixture(database.in(folder))) {
            for (String name :
                    List.of("keys:a.b", "keys:a.c.d", "keys:a", "keys:ab.c", "keys:aé.x", "other:a.b", "a")) {
                fixture.publish(ChannelName.parse(name).orElseThrow(), name);
            }
            assertThat(names(fixture, "keys:a.", 0)).containsExactly("keys:a.b", "keys:a.c.d");
            assertThat(names(fixture, "keys:aé.", 0)).containsExactly("keys:aé.x");
            assertThat(names(fixture, "keys:none.", 0)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void channelsInWhichNothingNewWasSaidAreLeftOut(TestDatabase database) {
        try (LogFixture fixture = new LogFixture(database.in(folder))) {
            ChannelName old = ChannelName.parse("keys:a.old").orElseThrow();
            fixture.publish(old, "m-1");
            fixture.publish(ChannelName.parse("keys:a.new").orElseThrow(), "m-2");
            fixture.publish(ChannelName.parse("keys:a.busy").orElseThrow(), "m-3");
            fixture.publish(ChannelName.parse("keys:a.busy").orElseThrow(), "m-4");
            long then = Await.value(fixture.log().history(HistoryQuery.latest(old, 1)))
                    .publications()
                    .get(0)
                    .timetoken();
            assertThat(names(fixture, "keys:a.", then)).containsExactly("keys:a.busy", "keys:a.new", "keys:a.old");
            assertThat(names(fixture, "keys:a.", then + 1)).containsExactly("keys:a.busy", "keys:a.new");
            assertThat(names(fixture, "keys:a.", Long.MAX_VALUE)).isEmpty();
        }
    }

    /** In pages of one channel. */
    private static List<String> names(LogFixture fixture, String prefix, long since) {
        List<String> names = new ArrayList<>();
        Optional<String> from = Optional.of(prefix);
        while (from.isPresent()) {
            SqlLog.Channels page = Await.value(fixture.log().channels(prefix, from.get(), since, 1));
            page.names().forEach(name -> names.add(name.toString()));
            from = page.next();
        }
        return names;
    }
}
