package dev.mirror.gateway.stream;

import static dev.mirror.gateway.stream.StreamFixture.on;
import static dev.mirror.gateway.stream.StreamFixture.payloads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.ErrorCode;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What polls get of what is in memory. */
class StreamTest {
    private static final Duration HOLD = Duration.ofSeconds(280);

    private final StreamFixture fixture = new StreamFixture();

    @Test
    void aHandshakeBeginsWithWhatComesNext() {
        fixture.say("a", 1);
        Cursor now = fixture.stream.now();
        fixture.say("a", 2);
        assertThat(payloads(fixture.now(now, "a"))).containsExactly("2");
    }

    @Test
    void whereNothingWasEverSaidItIsTheClocksTime() {
        assertThat(fixture.stream.now().timetoken()).isEqualTo(17_672_256_000_000_000L);
        assertThat(fixture.stream.now().region()).isPositive();
    }

    @Test
    void oneCursorIsExactForManyChannels() {
        Cursor start = fixture.stream.now();
        fixture.say("a", 1);
        fixture.say("b", 2);
        fixture.say("other", 3);
        fixture.say("a", 4);
        Batch first = fixture.now(start, "a", "b");
        assertThat(payloads(first)).containsExactly("1", "2", "4");
        Poll next = fixture.poll(first.cursor(), "a", "b");
        assertThat(fixture.waits(next)).isTrue();
        fixture.say("b", 5);
        assertThat(payloads(fixture.now(next))).containsExactly("5");
    }

    @Test
    void theSameCursorYieldsTheSameAgain() {
        Cursor start = fixture.stream.now();
        fixture.say("a", 1, 2);
        Batch first = fixture.now(start, "a");
        assertThat(fixture.now(start, "a")).isEqualTo(first);
        fixture.say("a", 3);
        assertThat(payloads(fixture.now(start, "a"))).containsExactly("1", "2", "3");
        assertThat(payloads(fixture.now(first.cursor(), "a"))).containsExactly("3");
    }

    @Test
    void aPollThatWasGivenUpTakesNothingWithIt() {
        Cursor start = fixture.stream.now();
        Poll gone = fixture.poll(start, "a");
        assertThat(fixture.waits(gone)).isTrue();
        gone.giveUp();
        gone.giveUp();
        fixture.say("a", 1);
        assertThat(fixture.waits(gone)).isTrue();
        assertThat(payloads(fixture.now(start, "a"))).containsExactly("1");
        assertThat(fixture.stream.polls()).isZero();
    }

    @Test
    void aChannelThatIsAddedBeginsAtTheSameCursor() {
        Cursor start = fixture.stream.now();
        fixture.say("b", 1);
        fixture.say("a", 2);
        assertThat(payloads(fixture.now(start, "a"))).containsExactly("2");
        assertThat(payloads(fixture.now(start, "a", "b"))).containsExactly("1", "2");
    }

    @Test
    void severalEntriesOfOneCommitAreOneAnswer() {
        Poll poll = fixture.poll(fixture.stream.now(), "a", "b");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.broker.hold();
        fixture.say("a", 1);
        fixture.say("b", 2);
        assertThat(fixture.waits(poll)).isTrue();
        fixture.broker.commit();
        assertThat(payloads(fixture.now(poll))).containsExactly("1", "2");
    }

    @Test
    void aBatchHasAtMostAHundredAndTheNextGoesOnBehindIt() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 250; i++) {
            fixture.say(i % 2 == 0 ? "a" : "b", i);
        }
        List<String> all = new ArrayList<>();
        Cursor cursor = start;
        for (int expected : new int[] {100, 100, 50}) {
            Batch batch = fixture.now(cursor, "a", "b");
            assertThat(batch.deliveries()).hasSize(expected);
            all.addAll(payloads(batch));
            cursor = batch.cursor();
        }
        assertThat(all)
                .containsExactlyElementsOf(
                        IntStream.range(0, 250).mapToObj(Integer::toString).toList());
    }

    @Test
    void theCopiesOfAnEntryAreNeverParted() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 60; i++) {
            fixture.say("a.b", i);
        }
        List<Interest> twice =
                List.of(on("a.b"), on("a.*"), Interest.channel(StreamFixture.channel("a.b"), "a.b", "g"));
        Batch first = fixture.now(fixture.stream.poll(new Stream.Question(twice, start, entry -> true)));
        assertThat(first.deliveries()).hasSize(99);
        Batch second = fixture.now(fixture.stream.poll(new Stream.Question(twice, first.cursor(), entry -> true)));
        assertThat(second.deliveries()).hasSize(81);
        assertThat(payloads(second)).startsWith("33", "33", "33");
    }

    @Test
    void aBatchIsBoundedInBytesButNeverEmptyForThat() {
        StreamOptions standard = StreamOptions.STANDARD;
        StreamFixture small = new StreamFixture(
                new StreamOptions(standard.entries(), standard.bytes(), standard.hold(), standard.batch(), 100, 10));
        Cursor start = small.stream.now();
        small.say("a", 1, 2);
        Batch first = small.now(start, "a");
        assertThat(payloads(first)).containsExactly("1");
        assertThat(payloads(small.now(first.cursor(), "a"))).containsExactly("2");
    }

    @Test
    void aPollIsHeldAndThenAnsweredWithNothing() {
        Cursor start = fixture.stream.now();
        Poll poll = fixture.poll(start, "a");
        fixture.advance(HOLD.minusSeconds(5));
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("other", 1);
        fixture.advance(Duration.ofSeconds(7));
        Batch batch = fixture.now(poll);
        assertThat(batch.deliveries()).isEmpty();
        assertThat(fixture.stream.polls()).isZero();
        fixture.say("a", 2);
        assertThat(payloads(fixture.now(batch.cursor(), "a"))).containsExactly("2");
    }

    @Test
    void aPollWhoseEntriesWereAllFilteredOutIsHeldNoLonger() {
        Poll poll = fixture.stream.poll(new Stream.Question(
                List.of(on("a")),
                fixture.stream.now(),
                entry -> entry.envelope().payload().equals("3")));
        for (int i = 0; i < 28; i++) {
            fixture.advance(Duration.ofSeconds(10));
            fixture.say("a", 1);
            assertThat(fixture.waits(poll)).isEqualTo(i < 27);
        }
    }

    @Test
    void whatIsFilteredOutIsPassedOver() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 150; i++) {
            fixture.say("a", i);
        }
        Poll poll = fixture.stream.poll(new Stream.Question(
                List.of(on("a")),
                start,
                entry -> Integer.parseInt(entry.envelope().payload()) > 140));
        Batch batch = fixture.now(poll);
        assertThat(payloads(batch)).hasSize(9).startsWith("141");
        assertThat(fixture.waits(fixture.poll(batch.cursor(), "a"))).isTrue();
    }

    @Test
    void whatPassesByHasItsPlaceAmongWhatIsLogged() {
        Cursor start = fixture.stream.now();
        fixture.pass("a", 1);
        fixture.say("a", 2);
        fixture.pass("a", 3);
        fixture.pass("a", 4);
        fixture.say("a", 5);
        Batch all = fixture.now(start, "a");
        assertThat(payloads(all)).containsExactly("1", "2", "3", "4", "5");
        assertThat(fixture.now(start, "a")).isEqualTo(all);
        assertThat(all.deliveries())
                .extracting(delivery -> delivery.entry().shown().region())
                .allMatch(region -> region > 0);
    }

    @Test
    void aCursorTellsApartWhatPassedByAtOneTimetoken() {
        fixture.say("a", 0);
        Cursor cursor = fixture.stream.now();
        for (int i = 1; i <= 5; i++) {
            fixture.pass("a", i);
            Batch batch = fixture.now(cursor, "a");
            assertThat(payloads(batch)).containsExactly(Integer.toString(i));
            cursor = batch.cursor();
        }
        assertThat(cursor.timetoken()).isEqualTo(fixture.stream.now().timetoken());
    }

    @Test
    void aTimetokenAloneComesBeforeWhatPassesByAfterIt() {
        long timetoken = fixture.say("a", 1);
        fixture.pass("a", 2);
        assertThat(payloads(fixture.now(new Cursor(timetoken, 0), "a"))).containsExactly("2");
        assertThat(payloads(fixture.now(new Cursor(timetoken - 1, 0), "a"))).containsExactly("1", "2");
    }

    @Test
    void noTwoThatPassByAreShownWithOneTimetoken() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 5; i++) {
            fixture.pass("a", i);
        }
        assertThat(fixture.now(start, "a").deliveries())
                .extracting(delivery -> delivery.entry().shown().timetoken())
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void whatPassesByWhileAnswersAreFullComesInTheNext() {
        Cursor start = fixture.stream.now();
        for (int i = 0; i < 100; i++) {
            fixture.say("a", i);
        }
        fixture.pass("a", 100);
        fixture.say("a", 101);
        Batch first = fixture.now(start, "a");
        assertThat(first.deliveries()).hasSize(100);
        assertThat(payloads(fixture.now(first.cursor(), "a"))).containsExactly("100", "101");
    }

    @Test
    void aCursorFromTheFutureIsNotWaitedFor() {
        Cursor future = new Cursor(fixture.stream.now().timetoken() * 2, 5);
        Poll poll = fixture.poll(future, "a");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.advance(Duration.ofMillis(1));
        fixture.say("a", 1);
        assertThat(payloads(fixture.now(poll))).containsExactly("1");
    }

    @Test
    void aPollThatGetsOtherInterestsGoesOnWithThem() {
        Poll poll = fixture.poll(fixture.stream.now(), "a", "b");
        assertThat(fixture.waits(poll)).isTrue();
        poll.change(List.of(on("b"), on("c")));
        fixture.say("a", 1);
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("c", 2);
        Batch batch = fixture.now(poll);
        assertThat(payloads(batch)).containsExactly("2");
    }

    @Test
    void i6_morePollsThanMayBeOpenAreBusy() {
        StreamOptions standard = StreamOptions.STANDARD;
        StreamFixture small = new StreamFixture(new StreamOptions(
                standard.entries(), standard.bytes(), standard.hold(), standard.batch(), standard.batchBytes(), 2));
        Poll first = small.poll(small.stream.now(), "a");
        Poll second = small.poll(small.stream.now(), "a");
        assertThat(Await.failure(small.poll(small.stream.now(), "a").answer()).code())
                .isEqualTo(ErrorCode.BUSY);
        first.giveUp();
        assertThat(small.waits(small.poll(small.stream.now(), "a"))).isTrue();
        assertThat(small.waits(second)).isTrue();
    }

    @Test
    void closingAnswersEverybody() {
        Poll poll = fixture.poll(fixture.stream.now(), "a");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.stream.close();
        assertThat(Await.value(poll.answer()).deliveries()).isEmpty();
    }

    /** The executor may have ended by then. */
    @Test
    void aClosedStreamAsksNothingOfItsExecutor() {
        AtomicBoolean ended = new AtomicBoolean();
        Executor lane = fixture.time.lane();
        Stream stream = fixture.again(StreamOptions.STANDARD, task -> {
            if (ended.get()) {
                throw new RejectedExecutionException("ended");
            }
            lane.execute(task);
        });
        Poll waits = fixture.poll(stream, stream.now(), "a");
        fixture.time.runAll();
        stream.close();
        assertThat(fixture.now(waits).deliveries()).isEmpty();
        ended.set(true);
        fixture.advance(Duration.ofSeconds(10));
        assertThat(fixture.time.timers()).isZero();
        Poll late = fixture.poll(stream, stream.now(), "a");
        assertThat(fixture.now(late).deliveries()).isEmpty();
    }

    /** Meta data counts as well as what was said. */
    @Test
    void whatPassesByTakesAsMuchRoomAsItHasText() {
        StreamOptions standard = StreamOptions.STANDARD;
        StreamFixture small = new StreamFixture(
                new StreamOptions(10, standard.bytes(), standard.hold(), standard.batch(), 5_000, standard.polls()));
        Cursor start = small.stream.now();
        String meta = '"' + "\u20ac".repeat(1_000) + '"';
        for (int i = 0; i < 3; i++) {
            small.stream.pass(
                    StreamFixture.channel("a"),
                    new Envelope("u", Envelope.MESSAGE, Integer.toString(i), meta, null, 0),
                    false);
        }
        Batch first = small.now(start, "a");
        assertThat(payloads(first)).containsExactly("0");
        assertThat(payloads(small.now(first.cursor(), "a"))).containsExactly("1");
    }

    @Test
    void nothingIsLeftOfTopicsThatNobodyNeeds() {
        StreamFixture small = new StreamFixture(StreamFixture.keeping(10));
        for (int i = 0; i < 1_000; i++) {
            small.say("a.b." + i, i);
            Poll poll = small.poll(small.stream.now(), "waiting-" + i);
            assertThat(small.waits(poll)).isTrue();
            poll.giveUp();
        }
        assertThat(small.stream.topics()).isLessThanOrEqualTo(12);
    }

    @Test
    void whatPassesByWhileAPollWaitsReachesItHoweverMuchWasSaidElsewhereBefore() {
        StreamFixture small = new StreamFixture(StreamFixture.keeping(5));
        Poll poll = small.poll(small.stream.now(), "a");
        assertThat(small.waits(poll)).isTrue();
        small.say("b", IntStream.range(0, 10).toArray());
        small.pass("a", 1);
        small.say("b", 10);
        assertThat(payloads(small.now(poll))).containsExactly("1");
    }

    @Test
    void anEmptyAnswerGoesAsFarAsWasLookedAt() {
        Poll poll = fixture.poll(fixture.stream.now(), "a");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("b", 1);
        Cursor now = fixture.stream.now();
        fixture.advance(HOLD.plusSeconds(2));
        assertThat(fixture.now(poll).cursor()).isEqualTo(now);
    }

    @Test
    void whatWasMissedIsReadFromWhereItBegan() {
        Poll poll = fixture.poll(fixture.stream.now(), "a");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("b", 1);
        fixture.broker.silent(true);
        fixture.say("a", 2);
        fixture.broker.silent(false);
        assertThat(payloads(fixture.now(poll))).containsExactly("2");
    }
}
