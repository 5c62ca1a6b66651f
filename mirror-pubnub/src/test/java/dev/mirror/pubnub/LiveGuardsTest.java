package dev.mirror.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What guards live messages against the SDK, the network, and what PubNub does not promise. */
class LiveGuardsTest extends GuardFixture {
    private static final String POLL = "/v2/subscribe/";

    @Test
    void p2_aListenerThatFailsLosesNothing() {
        PubNubBroker broker = open();
        Notes notes = new Notes();
        Await.value(broker.subscribe(ROOM, null, heard -> {
            notes.heard.add(heard);
            throw new IllegalStateException("on purpose");
        }));
        awaitPoll("room");
        origin.say(from("n", 1, "m-1"), from("n", 2, "m-2"));
        origin.say(from("n", 3, "m-3"));
        notes.awaits(3);
        assertThat(notes.ids()).containsExactly("m-1", "m-2", "m-3");
    }

    @Test
    void p3_aSlowListenerHoldsUpNoPollAndNobodyElse() {
        PubNubBroker broker = open();
        CountDownLatch leave = new CountDownLatch(1);
        Notes slow = new Notes();
        Await.value(broker.subscribe(ROOM, null, heard -> {
            Await.open("the test lets it go on", leave);
            slow.heard.add(heard);
        }));
        Notes quick = subscribe(broker, ROOM, null);
        awaitPoll("room");
        List<String> ids = new ArrayList<>();
        // More than may wait for a listener: what does not fit is read again from the history.
        for (int i = 1; i <= 2_500; i++) {
            ids.add("m-" + i);
            origin.say(from("n", i, "m-" + i));
        }
        quick.awaits(ids.size());
        assertThat(slow.heard).isEmpty();
        leave.countDown();
        slow.awaits(ids.size());
        assertThat(quick.ids()).isEqualTo(ids);
        assertThat(slow.ids()).isEqualTo(ids);
    }

    @Test
    void p4_theWatchdogGoesOnAfterTheSdkGaveUp() {
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        AtomicInteger refused = new AtomicInteger();
        int[] status = {403, 500, 429, 400, FakePubNub.NONSENSE, 503};
        origin.faults(path -> path.startsWith(POLL) ? status[refused.getAndIncrement() % status.length] : 0);
        origin.say(from("n", 1, "m-1"));
        notes.awaits(1);
        origin.say(from("n", 2, "m-2"));
        Await.until("polls were refused in many ways", () -> refused.get() > 12);
        origin.faults(path -> 0);
        notes.awaits(2);
        origin.say(from("n", 3, "m-3"));
        notes.awaits(3);
        assertThat(notes.ids()).containsExactly("m-1", "m-2", "m-3");
        Await.until("it is well again", broker::isAvailable);
    }

    @Test
    void p5_aMessageThatComesTwiceIsDeliveredOnce() {
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        FakePubNub.Message one = from("n", 1, "m-1");
        // The same message by two ways, and the same entry published twice.
        origin.say(one, one, from("n", 1, "m-1"), from("n", 2, "m-2"));
        notes.awaits(2);
        assertThat(notes.ids()).containsExactly("m-1", "m-2");
    }

    @Test
    void p6_whatTheQueueDroppedIsReadBeforeAnythingNewer() {
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.say(from("n", 1, "m-1"));
        notes.awaits(1);
        origin.tells(message -> false);
        IntStream.rangeClosed(2, 250).forEach(i -> origin.say(from("n", i, "m-" + i)));
        origin.tells(message -> true);
        origin.say(from("n", 251, "m-251"));
        notes.awaits(251);
        assertThat(notes.ids())
                .isEqualTo(IntStream.rangeClosed(1, 251).mapToObj(i -> "m-" + i).toList());
    }

    /** Nothing comes after what was lost, and the poll looks well: only counting finds it. */
    @Test
    void p6_whatWasLostAtTheEndIsCounted() {
        PubNubBroker broker = open(options().audit(Duration.ofMillis(100)));
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.tells(message -> false);
        origin.say(from("n", 1, "m-1"));
        notes.awaits(1);
        assertThat(notes.ids()).containsExactly("m-1");
    }

    /** Half an answer is no answer: whoever subscribes is not forgotten over it. */
    @Test
    void p4_aTimeThatIsNoneIsAskedForAgain() {
        AtomicInteger left = new AtomicInteger(4);
        int[] half = {FakePubNub.NULL, FakePubNub.EMPTY};
        origin.faults(path ->
                path.startsWith("/time") && left.getAndDecrement() > 0 ? half[Math.floorMod(left.get(), 2)] : 0);
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.say(from("n", 1, "m-1"));
        notes.awaits(1);
    }

    /** What one poll is refused, those who listen to another one are not. */
    @Test
    void p11_aPollThatDoesNotComeAboutFailsItsOwnOnly() {
        PubNubBroker broker = open(options().batch(Duration.ofMillis(300)));
        List<CompletionStage<Broker.Subscription>> all = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            all.add(broker.subscribe(ChannelName.room("r" + i), null, heard -> {}));
        }
        all.forEach(Await::value);
        // One of the two has room in the poll that there is, and the other needs another one.
        origin.faults(path -> path.startsWith("/time") ? 403 : 0);
        List<CompletionStage<Boolean>> two = List.of(
                broker.subscribe(ChannelName.room("a"), null, heard -> {}).handle((there, failure) -> failure == null),
                broker.subscribe(ChannelName.room("b"), null, heard -> {}).handle((there, failure) -> failure == null));
        assertThat(two.stream().map(Await::value)).containsExactlyInAnyOrder(true, false);
    }

    /** An answer of the counts that is none costs a round, not the audit. */
    @Test
    void p6_theAuditGoesOnAfterAnAnswerThatIsNone() {
        AtomicInteger counted = new AtomicInteger();
        int[] half = {FakePubNub.EMPTY, FakePubNub.NULL, FakePubNub.NONSENSE, 403};
        origin.faults(path -> path.startsWith("/v3/history/") && counted.getAndIncrement() < 8
                ? half[counted.get() % half.length]
                : 0);
        PubNubBroker broker = open(options().audit(Duration.ofMillis(100)).patience(Duration.ofMillis(1)));
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.say(from("n", 1, "m-1"));
        notes.awaits(1);
        origin.tells(message -> false);
        origin.say(from("n", 2, "m-2"));
        notes.awaits(2);
        assertThat(counted.get()).isGreaterThan(8);
    }

    /** A full answer says that some may have been dropped, whoever said them. */
    @Test
    void p6_aFullAnswerIsComparedWithTheHistory() {
        PubNubBroker broker = open();
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        List<FakePubNub.Message> all = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            all.add(new FakePubNub.Message(origin.next(), "room", "\"plain " + i + "\""));
        }
        origin.tells(message -> all.indexOf(message) >= 20);
        origin.say(all.toArray(FakePubNub.Message[]::new));
        notes.awaits(120);
        assertThat(notes.heard)
                .extracting(heard -> heard.entry().body())
                .isEqualTo(all.stream().map(FakePubNub.Message::json).toList());
    }

    @Test
    void p6_moreThanTheInletHoldsIsReadFromTheHistory() {
        PubNubBroker broker = open(options().queue(2).reorder(Duration.ofMillis(200)));
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        FakePubNub.Message[] all = IntStream.rangeClosed(1, 90)
                .mapToObj(i -> new FakePubNub.Message(origin.next(), "room", "\"plain " + i + "\""))
                .toArray(FakePubNub.Message[]::new);
        origin.say(all);
        origin.say(new FakePubNub.Message(origin.next(), "room", "\"plain 91\""));
        Await.until("something is heard", () -> !notes.heard.isEmpty());
        // Whatever was dropped last is found with the next one that is heard.
        for (int i = 92; notes.heard.size() < i - 1; i++) {
            origin.say(new FakePubNub.Message(origin.next(), "room", "\"plain " + i + "\""));
            notes.awaits(Math.min(91, notes.heard.size()));
        }
        assertThat(notes.heard)
                .extracting(heard -> heard.position().offset())
                .isEqualTo(origin.log().stream()
                        .map(FakePubNub.Message::timetoken)
                        .limit(notes.heard.size())
                        .toList());
    }

    @Test
    void p7_messagesThatSwapAreDeliveredInOrder() {
        PubNubBroker broker = open(options().reorder(Duration.ofMillis(500)));
        Notes notes = subscribe(broker, ROOM, null);
        awaitPoll("room");
        FakePubNub.Message one = from("a", 1, "m-1");
        FakePubNub.Message two = from("b", 1, "m-2");
        FakePubNub.Message three = from("a", 2, "m-3");
        origin.say(three, two, one);
        notes.awaits(3);
        assertThat(notes.ids()).containsExactly("m-1", "m-2", "m-3");
    }

    /** Whatever is under way: a poll, a publish that hangs, a subscription that does not come about. The leak check looks. */
    @Test
    void p8_closeLeavesNoThread() {
        PubNubBroker broker = open(options().request(Duration.ofSeconds(60)));
        subscribe(broker, ROOM, null);
        awaitPoll("room");
        int before = origin.requests("/v2/history/").size();
        origin.faults(path -> path.startsWith("/v3/") || path.startsWith("/v2/subscribe") ? 0 : FakePubNub.SILENCE);
        CompletionStage<Broker.Receipt> hangs = broker.publish(draft(ROOM, "m"));
        CompletionStage<Broker.Subscription> joins = broker.subscribe(ChannelName.room("other"), null, heard -> {});
        Await.until("requests hang", () -> origin.requests("/v2/history/").size() > before + 1);
        broker.close();
        Await.failure(hangs);
        Await.failure(joins);
        Await.until(
                "no thread of it is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.startsWith("mirror-pubnub") || name.contains("OkHttp Dispatcher")));
    }

    @Test
    void p10_itsOwnNamesAndCursorAreTheTruth() {
        PubNubBroker broker = open();
        for (int i = 0; i < 5; i++) {
            subscribe(broker, ChannelName.room("r" + i), null);
        }
        Notes room = subscribe(broker, ROOM, null);
        awaitPoll("room");
        origin.say(from("n", 1, "m-1"));
        room.awaits(1);
        long last = origin.log().get(0).timetoken();
        AtomicInteger left = new AtomicInteger(3);
        origin.faults(path -> path.startsWith(POLL) && left.getAndDecrement() > 0 ? 403 : 0);
        origin.say(from("n", 2, "m-2"));
        room.awaits(2);
        Await.until("a new poll stands", () -> left.get() <= 0 && !lastPoll().contains("tt=0"));
        String poll = lastPoll();
        assertThat(List.of(poll.substring((POLL + "sub/").length(), poll.indexOf("/0?"))
                        .split(",", -1)))
                .containsExactlyInAnyOrder("r0", "r1", "r2", "r3", "r4", "room");
        assertThat(Long.parseLong(poll.replaceAll(".*[?&]tt=([0-9]+).*", "$1"))).isGreaterThanOrEqualTo(last);
        assertThat(room.ids()).containsExactly("m-1", "m-2");
    }

    private String lastPoll() {
        List<String> polls = origin.requests(POLL);
        return polls.get(polls.size() - 1);
    }

    @Test
    void p10_changesAreMadeTogether() {
        PubNubBroker broker = open(options().batch(Duration.ofMillis(300)));
        List<CompletionStage<Broker.Subscription>> all = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            all.add(broker.subscribe(ChannelName.room("r" + i), null, heard -> {}));
        }
        all.forEach(Await::value);
        awaitPoll("r79");
        assertThat(origin.requests(POLL)).hasSizeLessThan(10);
    }

    /** More channels than fit into one address have several polls; each is heard. */
    @Test
    void p11_manyChannelsAreSeveralPolls() {
        PubNubBroker broker = open();
        List<CompletionStage<Broker.Subscription>> all = new ArrayList<>();
        Notes notes = new Notes();
        for (int i = 0; i < 250; i++) {
            all.add(broker.subscribe(ChannelName.room("r" + i), null, notes.heard::add));
        }
        all.forEach(Await::value);
        for (int i = 0; i < 250; i++) {
            publish(broker, ChannelName.room("r" + i), "m-" + i);
        }
        notes.awaits(250);
        assertThat(origin.requests(POLL)).allMatch(poll -> poll.split(",", -1).length <= 100);
    }

    /** What is older than the keyset keeps is not taken for complete. */
    @Test
    void p6_aPositionFromBeforeTheRetentionIsNotRecovered() {
        PubNubBroker broker = open(options().retention(Duration.ofDays(7)));
        Position first = publish(broker, ROOM, "m-1").position();
        publish(broker, ROOM, "m-2");
        // The fake's clock stands in 2023.
        Broker.Subscription late = Await.value(broker.subscribe(ROOM, first, heard -> {}));
        assertThat(late.recovered()).isFalse();
        late.close();
    }

    /** In one breath: many publishers, faults of every kind; nothing is missing, twice, or out of order. */
    @Test
    void i1_nothingIsLostWhileFaultsComeAndGo() {
        PubNubBroker reader = open(options().audit(Duration.ofMillis(200)));
        PubNubBroker writer = open();
        Notes notes = subscribe(reader, ROOM, null);
        AtomicInteger count = new AtomicInteger();
        int[] status = {0, 0, 0, 503, 0, 0, FakePubNub.LOST_ANSWER, 0, 429, 0, 0, FakePubNub.NONSENSE};
        origin.faults(path -> status[count.getAndIncrement() % status.length]);
        List<CompletionStage<Broker.Receipt>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(writer.publish(draft(ROOM, "m-" + i)));
        }
        answers.forEach(Await::value);
        notes.awaits(60);
        origin.faults(path -> 0);
        assertThat(notes.ids())
                .isEqualTo(IntStream.range(0, 60).mapToObj(i -> "m-" + i).toList());
        assertThat(notes.heard).extracting(Publication::timetoken).isSorted();
    }
}
