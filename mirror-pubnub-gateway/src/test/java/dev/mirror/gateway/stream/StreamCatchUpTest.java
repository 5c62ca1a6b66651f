package dev.mirror.gateway.stream;

import static dev.mirror.gateway.stream.StreamFixture.keeping;
import static dev.mirror.gateway.stream.StreamFixture.payloads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is no longer in memory, or never was, is read from the logs; nobody notices. */
class StreamCatchUpTest {
    private final StreamFixture fixture = new StreamFixture(keeping(10));

    private List<String> everything(Cursor from, int count, String... names) {
        List<String> all = new ArrayList<>();
        Cursor cursor = from;
        while (all.size() < count) {
            Batch batch = fixture.now(cursor, names);
            assertThat(batch.deliveries()).isNotEmpty();
            all.addAll(payloads(batch));
            cursor = batch.cursor();
        }
        assertThat(fixture.waits(fixture.poll(cursor, names))).isTrue();
        return all;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void whatWasForgottenIsReadInTheOrderOfAllChannels() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 555; i++) {
            fixture.say("ch-" + i % 7, i);
        }
        String[] names = IntStream.range(0, 7).mapToObj(i -> "ch-" + i).toArray(String[]::new);
        assertThat(everything(start, 555, names)).containsExactlyElementsOf(numbers(555));
    }

    @Test
    void oneBusyChannelDoesNotHideAQuietOne() {
        Cursor start = fixture.stream.now();
        fixture.say("quiet", 0);
        for (int i = 1; i <= 300; i++) {
            fixture.say("busy", i);
        }
        fixture.say("quiet", 301);
        assertThat(everything(start, 302, "busy", "quiet")).containsExactlyElementsOf(numbers(302));
    }

    @Test
    void whatWasDeletedIsLeftOutAndNothingElse() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 555; i++) {
            long timetoken = fixture.say("ch-" + i % 3, i);
            if (i < 250 || i == 300) {
                fixture.withdrawn.add(timetoken);
            }
        }
        List<String> expected = numbers(555).stream()
                .skip(250)
                .filter(each -> !each.equals("300"))
                .toList();
        assertThat(everything(start, expected.size(), "ch-0", "ch-1", "ch-2")).isEqualTo(expected);
    }

    @Test
    void afterARestartTheCursorFromBeforeIsGood() {
        Cursor start = fixture.stream.now();
        fixture.say("a", 0, 1);
        Cursor between = fixture.now(start, "a").cursor();
        fixture.say("a", 2);
        Stream again = fixture.again(StreamOptions.STANDARD, fixture.time.lane());
        Poll poll = again.poll(new Stream.Question(List.of(StreamFixture.on("a")), between, entry -> true));
        assertThat(payloads(fixture.now(poll))).containsExactly("2");
        Poll all = again.poll(new Stream.Question(List.of(StreamFixture.on("a")), start, entry -> true));
        assertThat(payloads(fixture.now(all))).containsExactly("0", "1", "2");
    }

    @Test
    void wildcardsFindTheirLogs() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 50; i++) {
            fixture.say("w." + i % 5, i);
        }
        assertThat(everything(start, 50, "w.*")).containsExactlyElementsOf(numbers(50));
    }

    @Test
    void whatTheStreamWasNotToldOfIsFoundInTheLogs() {
        Cursor start = fixture.stream.now();
        Poll poll = fixture.poll(start, "a", "b");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.broker.silent(true);
        fixture.say("b", 1);
        assertThat(fixture.waits(poll)).isTrue();
        fixture.broker.silent(false);
        Batch batch = fixture.now(poll);
        assertThat(payloads(batch)).containsExactly("1");
        Poll next = fixture.poll(batch.cursor(), "a", "b");
        assertThat(fixture.waits(next)).isTrue();
        fixture.say("a", 2);
        assertThat(payloads(fixture.now(next))).containsExactly("2");
        assertThat(payloads(fixture.now(start, "a", "b"))).containsExactly("1", "2");
    }

    @Test
    void whatIsCommittedWhileTheLogsAreReadComesAfterIt() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 20; i++) {
            fixture.say("a", i);
        }
        CompletableFuture<Void> gate = fixture.broker.gate();
        Poll poll = fixture.poll(start, "a");
        assertThat(fixture.waits(poll)).isTrue();
        for (int i = 20; i < 60; i++) {
            fixture.say("a", i);
        }
        gate.complete(null);
        Batch first = fixture.now(poll);
        assertThat(payloads(first)).containsExactlyElementsOf(numbers(20));
        assertThat(everything(first.cursor(), 40, "a"))
                .containsExactlyElementsOf(
                        IntStream.range(20, 60).mapToObj(Integer::toString).toList());
    }

    @Test
    void whatPassesByIsGoneOnceItIsForgottenAndNothingElseIs() {
        Cursor start = fixture.stream.now();
        fixture.pass("a", -1);
        for (int i = 0; i < 20; i++) {
            fixture.say("a", i);
        }
        assertThat(everything(start, 20, "a")).containsExactlyElementsOf(numbers(20));
    }

    @Test
    void aPollThatIsGivenUpWhileTheLogsAreReadIsLeftAlone() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 20; i++) {
            fixture.say("a", i);
        }
        CompletableFuture<Void> gate = fixture.broker.gate();
        Poll poll = fixture.poll(start, "a");
        poll.giveUp();
        gate.complete(null);
        fixture.time.runAll();
        assertThat(fixture.stream.polls()).isZero();
    }

    @Test
    void aFailureToReadIsTheAnswer() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 20; i++) {
            fixture.say("a", i);
        }
        fixture.broker.close();
        Poll poll = fixture.poll(start, "a");
        fixture.time.runAll();
        assertThat(Await.failure(poll.answer())).isNotNull();
    }

    @Test
    void aPageThatIsShortIsNotTheEndOfTheLog() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 1_000; i++) {
            fixture.say("a", i);
        }
        fixture.broker.trim(1);
        assertThat(everything(start, 999, "a", "quiet"))
                .containsExactlyElementsOf(
                        IntStream.range(1, 1_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void whatIsDamagedIsSteppedOver() {
        Cursor start = fixture.stream.now();
        List<String> whole = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            fixture.say("a", i);
            fixture.say("b", 1_000 + i);
            if (i == 0 || i == 150 || i == 151 || i == 299) {
                fixture.broker.damage(StreamFixture.channel("a"), i + 1);
            } else {
                whole.add(Integer.toString(i));
            }
            whole.add(Integer.toString(1_000 + i));
        }
        assertThat(everything(start, whole.size(), "a", "b")).isEqualTo(whole);
    }

    @Test
    void wildcardsFindHoweverManyLogsThereAre() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 1_201; i++) {
            fixture.say("w.n" + i, i);
        }
        assertThat(everything(start, 1_201, "w.*")).containsExactlyElementsOf(numbers(1_201));
    }

    /** In memory at once is little more than an answer, however many there are. */
    @Test
    void i6_moreLogsThanWouldFitAreReadAFewAtATime() {
        StreamFixture small = new StreamFixture(StreamFixture.keeping(10));
        Cursor start = small.stream.now();
        for (int i = 0; i < 2_501; i++) {
            small.say("w.n" + i, i);
        }
        Cursor before = new Cursor(start.timetoken() + 1, 0);
        Batch first = small.now(start, "w.*");
        assertThat(payloads(first)).isEqualTo(numbers(100));
        assertThat(first.cursor().isAfter(before)).isTrue();
        assertThat(payloads(small.now(first.cursor(), "w.*"))).hasSize(100).startsWith("100", "101");
    }

    @Test
    void aLogThatSeveralWildcardsAndANameStandForIsDeliveredOnceForEach() {
        StreamFixture small = new StreamFixture(StreamFixture.keeping(1));
        Cursor start = small.stream.now();
        small.say("a.b.c", 0);
        small.say("a.d", 1);
        small.say("x.y", 2);
        small.say("other", 3);
        Batch batch = small.now(start, "a.b.c", "a.*", "a.b.*", "x.*");
        assertThat(payloads(batch)).containsExactly("0", "0", "0", "1", "2");
        assertThat(StreamFixture.matches(batch)).containsExactly("a.b.c", "a.*", "a.b.*", "a.*", "x.*");
    }

    @Test
    void aCatchUpReadsLittleMoreThanOneAnswerHolds() {
        StreamOptions standard = StreamOptions.STANDARD;
        StreamFixture small = new StreamFixture(
                new StreamOptions(1, standard.bytes(), standard.hold(), standard.batch(), 4_000, standard.polls()));
        Cursor cursor = small.stream.now();
        String[] names = IntStream.range(0, 10).mapToObj(i -> "ch-" + i).toArray(String[]::new);
        for (int i = 0; i < 500; i++) {
            small.say(names[i / 50], i);
        }
        List<String> all = new ArrayList<>();
        while (all.size() < 500) {
            small.broker.read();
            Batch batch = small.now(cursor, names);
            assertThat(small.broker.read()).isLessThan(200);
            assertThat(batch.deliveries()).hasSizeLessThan(20);
            all.addAll(payloads(batch));
            cursor = batch.cursor();
        }
        assertThat(all).isEqualTo(numbers(500));
    }
}
