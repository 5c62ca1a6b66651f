package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.client.checkpoint.Start;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading through history into live, in virtual time. */
final class ReaderTest {
    private final VirtualHub hub = new VirtualHub(new MemoryBroker.Limits(10_000, 64 << 20, 32 << 10));
    private final MirrorClient writer = hub.client("writer", with -> with);
    private final List<String> said = new ArrayList<>();

    private Position say(int count) {
        Position last = new Position("unknown", 0);
        for (int i = 0; i < count; i++) {
            said.add("m" + said.size());
            last = hub.now(writer.publish("lobby", said.get(said.size() - 1))).position();
            hub.pass(Duration.ofMillis(20));
        }
        return last;
    }

    /** Everything that can be had now. */
    private List<String> drain(ChannelReader reader) {
        List<String> texts = new ArrayList<>();
        hub.time.runAll();
        for (Optional<ChannelEvent> next = poll(reader); next.isPresent(); next = poll(reader)) {
            texts.add((reader.missed() ? "gap " : "") + next.get().text());
            hub.time.runAll();
        }
        return texts;
    }

    private static Optional<ChannelEvent> poll(ChannelReader reader) {
        try {
            return reader.poll(Duration.ZERO);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void historyIsFollowedByWhatIsSaidLive() {
        say(1_000);
        MirrorClient client = hub.client("reader", with -> with);
        try (ChannelReader reader = client.read("lobby", Start.EARLIEST)) {
            assertThat(drain(reader)).containsExactlyElementsOf(said);
            say(3);
            assertThat(drain(reader)).containsExactly("m1000", "m1001", "m1002");
        }
    }

    @Test
    void readingBeginsWhereItIsTold() {
        say(5);
        Position fifth = say(1);
        say(2);
        MirrorClient client = hub.client("reader", with -> with);
        ChannelReader after = client.read("lobby", fifth);
        ChannelReader latest = client.read("lobby", Start.LATEST);
        ChannelReader earliest = client.read("lobby", Start.EARLIEST);
        hub.time.runAll();
        say(1);

        assertThat(drain(after)).containsExactly("m6", "m7", "m8");
        assertThat(drain(latest)).containsExactly("m8");
        assertThat(drain(earliest)).hasSize(9);
    }

    @Test
    void readerBeforeTheFirstConnectionWaits() {
        say(2);
        MirrorClient client = hub.clients.make(hub.network, hub.users.token("reader"), with -> with);
        ChannelReader reader = client.read("lobby", Start.EARLIEST);
        assertThat(drain(reader)).isEmpty();
        client.connect();

        assertThat(drain(reader)).containsExactly("m0", "m1");
    }

    @Test
    void slowReaderHoldsABoundedPartAndMissesNothing() {
        MirrorClient client = hub.client("reader", with -> with);
        ChannelReader reader = client.read("lobby", Start.EARLIEST);
        hub.time.runAll();
        say(2_000);
        long pages = hub.network.down.stream()
                .filter(frame -> frame.contains("\"first\""))
                .count();

        assertThat(pages).as("pages that were read ahead").isLessThanOrEqualTo(4);
        assertThat(drain(reader)).containsExactlyElementsOf(said);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 7, 11, 13, 29, 61, 97})
    void i1_i2_i3_connectionsThatBreakLeaveNoHoleAndDoubleNothing(int every) {
        say(450);
        MirrorClient client = hub.client("reader", with -> with);
        ChannelReader reader = client.read("lobby", Start.EARLIEST);
        hub.network.cutsDown = every(every);
        List<String> read = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            said.add("m" + said.size());
            writer.publish("lobby", said.get(said.size() - 1));
            hub.pass(Duration.ofMillis(700));
            if (i % 7 == 0) {
                read.addAll(drain(reader));
            }
        }
        hub.network.cutsDown = frame -> false;
        hub.pass(Duration.ofMinutes(2));
        read.addAll(drain(reader));

        assertThat(read).containsExactlyElementsOf(said);
    }

    /** The log may be trimmed while a page of it is read: what is kept comes after that. */
    @ParameterizedTest
    @CsvSource({"101,100", "250,249"})
    void i2_anEmptyPageIsNotTheEndIfMoreIsKeptBehindWhatIsMissing(int first, int skipped) {
        Position none = new Position(say(250).epoch(), 0);
        MirrorClient client = hub.client("reader", with -> with);
        boolean[] emptied = {false};
        hub.network.changesDown = frame -> {
            if (emptied[0] || !frame.contains("\"events\"")) {
                return frame;
            }
            emptied[0] = true;
            return frame.replaceFirst("\"events\":\\[.*]", "\"events\":[]")
                    .replaceFirst("\"first\":\\d+", "\"first\":" + first)
                    .replaceFirst("\"recovered\":\\w+", "\"recovered\":false");
        };
        ChannelReader reader = client.read("lobby", none);

        List<String> read = drain(reader);
        assertThat(emptied).containsExactly(true);
        assertThat(read).hasSize(250 - skipped);
        assertThat(read.get(0)).isEqualTo("gap " + said.get(skipped));
    }

    private static Predicate<String> every(int count) {
        int[] seen = {0};
        return frame -> ++seen[0] % count == 0;
    }

    @Test
    void readerAndHandlersDoNotDisturbEachOther() {
        say(3);
        List<String> handled = new ArrayList<>();
        MirrorClient client = hub.client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> handled.add(message.text()))
                        .onAnyChannel((message, chat) -> handled.add("any " + message.text())));
        ChannelReader reader = client.read("lobby", Start.EARLIEST);
        hub.time.runAll();
        say(2);
        hub.now(client.unsubscribe("lobby"));
        say(1);
        hub.now(client.subscribe("lobby"));
        say(1);
        reader.close();
        hub.time.runAll();
        say(1);

        assertThat(handled).containsExactly("m3", "m4", "m6", "m7");
        assertThat(poll(reader)).isEmpty();
    }

    @Test
    void channelThatIsReadOnlyCallsNoHandlerAndIsLeftAtTheEnd() {
        List<String> handled = new ArrayList<>();
        MirrorClient client =
                hub.client("reader", with -> with.onAnyChannel((message, chat) -> handled.add(message.text())));
        ChannelReader reader = client.read("lobby", Start.LATEST);
        hub.time.runAll();
        say(1);
        assertThat(drain(reader)).containsExactly("m0");
        reader.close();
        hub.time.runAll();

        assertThat(handled).isEmpty();
        assertThat(hub.network.up).last().asString().contains("channel.unsubscribe");
    }

    @Test
    void whatTheServerNoLongerHasIsTold() {
        VirtualHub small = new VirtualHub(new MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        MirrorClient author = small.client("writer", with -> with);
        Position first = small.now(author.publish("lobby", "m1")).position();
        for (int i = 2; i <= 10; i++) {
            small.now(author.publish("lobby", "m" + i));
        }
        MirrorClient client = small.client("reader", with -> with);
        ChannelReader reader = client.read("lobby", first);
        ChannelReader oldest = client.read("lobby", Start.EARLIEST);
        ChannelReader foreign = client.read("lobby", new Position("another-epoch", 7));
        small.time.runAll();

        assertThat(drain(reader)).containsExactly("gap m6", "m7", "m8", "m9", "m10");
        assertThat(drain(oldest)).containsExactly("m6", "m7", "m8", "m9", "m10");
        assertThat(drain(foreign)).containsExactly("gap m6", "m7", "m8", "m9", "m10");
    }

    @Test
    void w8_channelThatMayNotBeReadFailsTheReader() {
        MirrorClient client = hub.client("reader", with -> with);
        ChannelReader reader = client.read("bob.zoe", Start.EARLIEST);
        hub.time.runAll();

        assertThatThrownBy(() -> reader.iterator().hasNext())
                .isInstanceOfSatisfying(
                        MirrorException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
        assertThatThrownBy(() -> client.read("@reader", Start.EARLIEST)).isInstanceOf(MirrorException.class);
        assertThatThrownBy(() -> client.read("no such name", Start.EARLIEST)).isInstanceOf(MirrorException.class);
    }

    @Test
    void loopEndsWithTheClientAfterWhatWasThere() {
        say(3);
        MirrorClient client = hub.client("reader", with -> with);
        ChannelReader reader = client.read("lobby", Start.EARLIEST);
        hub.time.runAll();
        hub.close(client);

        List<String> texts = new ArrayList<>();
        for (ChannelEvent event : reader) {
            texts.add(event.text());
        }
        assertThat(texts).containsExactly("m0", "m1", "m2");
        ChannelReader late = client.read("lobby", Start.EARLIEST);
        hub.time.runAll();
        assertThatThrownBy(() -> late.iterator().hasNext()).isInstanceOf(MirrorException.class);
    }

    @Test
    void conversationIsReadFromEitherSide() {
        hub.users.token("reader");
        IntStream.range(0, 3).forEach(i -> hub.now(writer.direct(VirtualHub.user("reader"), "d" + i)));
        MirrorClient client = hub.client("reader", with -> with);

        assertThat(drain(client.read("reader.writer", Start.EARLIEST))).containsExactly("d0", "d1", "d2");
        assertThat(drain(client.read("writer.reader", Start.EARLIEST))).containsExactly("d0", "d1", "d2");
    }
}
