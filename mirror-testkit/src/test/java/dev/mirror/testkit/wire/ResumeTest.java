package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.identity.SessionId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions from a position: everything after it, once, in order, or an honest gap (W31, W32). */
class ResumeTest {
    private World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String from(String id, String channel, String epoch, long offset) {
        return "{'code':'channel.subscribe','id':'" + id + "','channel':'" + channel + "','epoch':'" + epoch
                + "','offset':" + offset + "}";
    }

    private static String say(String channel, long number) {
        return "{'code':'channel.publish','channel':'" + channel + "','data':'m" + number + "'}";
    }

    private String epochOf(String channel) {
        return world.two("epoch")
                .ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                .path("epoch")
                .asText();
    }

    private void fill(String channel, int count) {
        Peer writer = world.two("writer");
        for (int i = 1; i <= count; i++) {
            if (i % 40 == 0) {
                world.seconds(1);
            }
            writer.say(say(channel, i));
        }
        writer.vanish();
    }

    private static List<String> numbers(long from, long to) {
        List<String> numbers = new ArrayList<>();
        for (long i = from; i <= to; i++) {
            numbers.add("m" + i);
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 99, 100, 101, 150, 249, 250})
    void w31_everythingAfterThePositionComesOnceAndInOrder(int position) {
        fill("lobby", 250);
        Peer ann = world.two("ann");
        ann.say(from("r", "lobby", epochOf("lobby"), position));
        world.two("writer").say(say("lobby", 251));
        List<JsonNode> frames = ann.got();
        assertThat(frames.get(0).path("re").asText())
                .as("the answer comes first")
                .isEqualTo("r");
        assertThat(frames.get(0).path("offset").asLong()).isEqualTo(250);
        assertThat(frames.get(0).path("data").path("recovered").asBoolean()).isTrue();
        assertThat(frames.stream().skip(1).map(frame -> frame.path("data").asText()))
                .containsExactlyElementsOf(numbers(position + 1, 251));
    }

    /**
     * Somebody publishes one message before, while or after the request is read, the end of the log is looked up, the
     * page is read: for every length of the log up to 4 and every position in it.
     */
    @Test
    void w31_atNoCutPointIsAnythingLostOrDoubled() {
        for (int kept = 0; kept <= 4; kept++) {
            for (int position = 0; position <= kept; position++) {
                for (int cut = 0; cut < 12; cut++) {
                    assertNothingLost(kept, position, cut);
                }
            }
        }
    }

    private void assertNothingLost(int kept, int position, int cut) {
        world.close();
        world = new World();
        fill("lobby", kept);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        Peer writer = world.two("other");
        long next = kept + 1L;
        world.broker.histories.shut();
        ann.later(from("r", "lobby", epoch, position));
        // Every third step lets one read of the log through.
        for (int i = 0; i < 12; i++) {
            if (i == cut) {
                writer.later(say("lobby", next++));
            }
            if (i % 3 == 2 && world.broker.histories.waiting() > 0) {
                world.broker.histories.letOneThrough();
            }
            world.run();
        }
        world.broker.histories.open();
        world.run();
        writer.say(say("lobby", next));
        assertThat(ann.events("lobby"))
                .as("kept %d, from %d, published at step %d", kept, position, cut)
                .isEqualTo(numbers(position + 1, next));
    }

    /** Chance decides when whom runs, when logs answer, who publishes where, who moves and who stalls. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void w31_w32_underChanceEverySubscriptionIsWholeAndInOrder(long seed) {
        world.close();
        world = World.underChance(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<String> channels = List.of("lobby", "attic", "ann.bob");
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        Map<String, Position> last = new TreeMap<>();
        Map<String, Long> counts = new TreeMap<>();
        Map<String, List<String>> has = new TreeMap<>();
        for (String channel : channels) {
            counts.put(channel, 0L);
            has.put(channel, new ArrayList<>());
            last.put(channel, new Position(epochOf("lobby"), 0));
        }
        boolean stalled = false;
        for (int step = 0; step < 300; step++) {
            String channel = channels.get(random.nextInt(channels.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    counts.merge(channel, 1L, Long::sum);
                    bob.later(say(channel.equals("ann.bob") ? "bob.ann" : channel, counts.get(channel)));
                }
                case 4 -> {
                    collect(ann, last, has);
                    Position position = last.get(channel);
                    ann.later(from("move" + step, channel, position.epoch(), position.offset()));
                }
                case 5 -> {
                    if (stalled) {
                        ann.resume();
                    } else {
                        ann.stall(10_000);
                    }
                    stalled = !stalled;
                }
                case 6 -> world.broker.histories.shut();
                case 7 -> world.broker.histories.open();
                case 8 -> world.seconds(1);
                default -> world.run();
            }
        }
        world.broker.histories.open();
        ann.resume();
        world.seconds(1);
        for (String channel : channels) {
            collect(ann, last, has);
            Position position = last.get(channel);
            ann.say(from("end", channel, position.epoch(), position.offset()));
        }
        collect(ann, last, has);
        assertThat(ann.connection.isEnded()).isFalse();
        channels.forEach(channel -> assertThat(has.get(channel))
                .as("%s, seed %d", channel, seed)
                .isEqualTo(numbers(1, counts.get(channel))));
    }

    /**
     * What W32 asks of a client: between a request that moves a subscription and its answer it discards events. Here
     * the peer asks from what it has, so a discarded event comes again, and what stays has to be whole.
     */
    private static void collect(Peer peer, Map<String, Position> last, Map<String, List<String>> has) {
        for (JsonNode frame : peer.got()) {
            String channel = frame.path("channel").asText();
            if (!frame.path("code").asText().equals("channel.event") || !has.containsKey(channel)) {
                continue;
            }
            long offset = frame.path("offset").asLong();
            long known = last.get(channel).offset();
            if (offset > known) {
                has.get(channel).add(frame.path("data").asText());
                last.put(channel, new Position(frame.path("epoch").asText(), offset));
            }
        }
    }

    @Test
    void w31_oneHistoryAtATimeAndLiveEventsMeanwhileComeFromTheLog() {
        fill("lobby", 150);
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        String epoch = epochOf("lobby");
        world.broker.histories.shut();
        ann.say(from("r", "lobby", epoch, 0));
        world.broker.histories.letOneThrough();
        world.run();
        bob.say(say("lobby", 151));
        assertThat(world.broker.histories.waiting()).isEqualTo(1);
        world.broker.histories.letOneThrough();
        bob.say(say("lobby", 152));
        world.run();
        assertThat(world.broker.histories.waiting()).isEqualTo(1);
        world.broker.histories.open();
        world.run();
        bob.say(say("lobby", 153));
        assertThat(ann.events("lobby")).isEqualTo(numbers(1, 153));
    }

    @Test
    void w31_severalChannelsResumeAtOnce() {
        fill("lobby", 130);
        fill("attic", 5);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        ann.say("{'code':'channel.subscribe','id':'r','data':{'channels':[{'channel':'lobby','epoch':'" + epoch
                + "','offset':10},{'channel':'attic','epoch':'" + epoch + "','offset':3},{'channel':'empty'}]}}");
        List<String> frames = ann.take();
        assertThat(frames.get(0)).contains("reply.ok");
        List<JsonNode> events = frames.stream().skip(1).map(Peer::json).toList();
        assertThat(events.stream()
                        .filter(event -> event.path("channel").asText().equals("lobby"))
                        .map(event -> event.path("data").asText()))
                .containsExactlyElementsOf(numbers(11, 130));
        assertThat(events.stream()
                        .filter(event -> event.path("channel").asText().equals("attic"))
                        .map(event -> event.path("data").asText()))
                .containsExactly("m4", "m5");
    }

    @Test
    void w31_theInboxResumesToo() {
        Peer bob = world.two("bob");
        Peer ann = world.open(dev.mirror.message.Protocol.V2, world.tokenOf("ann"));
        JsonNode inbox = ann.only().path("data").path("inbox");
        ann.vanish();
        bob.publish("bob.ann", "one");
        bob.publish("bob.ann", "two");
        Peer back = world.two("ann");
        back.say(from(
                "r", "@ann", inbox.path("epoch").asText(), inbox.path("offset").asLong()));
        bob.publish("bob.ann", "three");
        assertThat(back.got("channel.event"))
                .extracting(event -> event.path("data").path("data").asText())
                .containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @CsvSource({"3,true,''", "2,true,''", "1,false,2", "0,false,2"})
    void w31_whatWasTrimmedIsAGapBeforeTheFirstEvent(long position, boolean recovered, String gapAt) {
        world.close();
        world = new World(MirrorOptions.defaults(), new MemoryBroker.Limits(3, 1 << 20, 1 << 15));
        fill("lobby", 5);
        Peer ann = world.two("ann");
        ann.say(from("r", "lobby", epochOf("lobby"), position));
        List<JsonNode> frames = ann.got();
        assertThat(frames.get(0).path("data").path("recovered").asBoolean()).isEqualTo(recovered);
        if (!recovered) {
            assertThat(frames.get(1).path("code").asText()).isEqualTo("channel.gap");
            assertThat(frames.get(1).path("channel").asText()).isEqualTo("lobby");
            assertThat(frames.get(1).path("offset").asText()).isEqualTo(gapAt);
            assertThat(frames.get(1).path("epoch").asText()).isEqualTo(epochOf("lobby"));
        }
        assertThat(frames.stream()
                        .filter(frame -> frame.path("code").asText().equals("channel.event"))
                        .map(frame -> frame.path("offset").asLong()))
                .containsExactlyElementsOf(
                        recovered ? (position == 2 ? List.of(3L, 4L, 5L) : List.of(4L, 5L)) : List.of(3L, 4L, 5L));
    }

    @ParameterizedTest
    @CsvSource({"other,2", "other,0", "other,900", "same,4"})
    void w31_anotherEpochOrAPositionFromTheFutureIsAGapAndThenAllThatIsKept(String epoch, long offset) {
        fill("lobby", 3);
        Peer ann = world.two("ann");
        String real = epochOf("lobby");
        ann.say(from("r", "lobby", epoch.equals("same") ? real : epoch, offset));
        List<JsonNode> frames = ann.got();
        assertThat(frames.get(0).path("data").path("recovered").asBoolean(true)).isFalse();
        assertThat(frames.get(1).path("code").asText()).isEqualTo("channel.gap");
        assertThat(frames.get(1).path("offset").asLong()).isZero();
        assertThat(frames.get(1).path("epoch").asText()).isEqualTo(real);
        assertThat(frames).hasSize(5);
        world.two("bob").say(say("lobby", 4));
        assertThat(ann.events("lobby")).containsExactly("m4");
    }

    @Test
    void w31_anotherEpochOfAnEmptyLogIsAGapToo() {
        Peer ann = world.two("ann");
        ann.say(from("r", "lobby", "other", 7));
        assertThat(ann.got())
                .extracting(frame -> frame.path("code").asText())
                .containsExactly("reply.ok", "channel.gap");
        world.two("bob").say(say("lobby", 1));
        assertThat(ann.events("lobby")).containsExactly("m1");
    }

    @Test
    void w31_whatIsTrimmedUnderAStalledReaderIsAGapInTheMiddle() {
        world.close();
        world = new World(MirrorOptions.defaults(), new MemoryBroker.Limits(300, 64 << 20, 1 << 15));
        fill("lobby", 300);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        ann.stall(900);
        ann.say(from("r", "lobby", epoch, 0));
        Peer bob = world.two("bob");
        for (int i = 301; i <= 900; i++) {
            if (i % 40 == 0) {
                world.seconds(1);
            }
            bob.say(say("lobby", i));
        }
        ann.resume();
        ann.resume();
        ann.resume();
        ann.resume();
        List<JsonNode> frames = ann.got();
        assertThat(ann.connection.isEnded()).isFalse();
        long last = 0;
        int gaps = 0;
        for (JsonNode frame : frames) {
            long offset = frame.path("offset").asLong();
            if (frame.path("code").asText().equals("channel.gap")) {
                assertThat(offset).isGreaterThan(last);
                last = offset;
                gaps++;
            } else if (frame.path("code").asText().equals("channel.event")) {
                assertThat(offset).as("no hole that nobody spoke of").isEqualTo(last + 1);
                last = offset;
            }
        }
        assertThat(last).isEqualTo(900);
        assertThat(gaps).isEqualTo(1);
    }

    /** A broker that trims while it reads may not say so. */
    @Test
    void w31_anEmptyPageBelowTheEndOfTheLogIsReadAgain() {
        fill("lobby", 250);
        Peer ann = world.two("ann");
        String epoch = epochOf("lobby");
        world.broker.loseOnce(page -> List.of());
        ann.say(from("r", "lobby", epoch, 0));
        world.seconds(5);

        assertThat(ann.events("lobby")).isEqualTo(numbers(1, 250));
    }

    @Test
    void w31_aPageThatBeginsLaterThanItShouldIsAGap() {
        fill("lobby", 250);
        Peer ann = world.two("ann");
        String epoch = epochOf("lobby");
        world.broker.loseOnce(page -> page.subList(30, page.size()));
        ann.say(from("r", "lobby", epoch, 100));

        List<JsonNode> frames = ann.got();
        assertThat(frames.get(1).path("code").asText()).isEqualTo("channel.gap");
        assertThat(frames.get(1).path("offset").asLong()).isEqualTo(130);
        assertThat(frames.stream().skip(2).map(frame -> frame.path("data").asText()))
                .containsExactlyElementsOf(numbers(131, 250));
    }

    @Test
    void w10_w31_aStalledPeerCatchesUpAtItsOwnPaceAndIsNotDisconnectedForIt() {
        fill("lobby", 999);
        Peer ann = world.two("ann");
        ann.stall(900);
        ann.say(from("r", "lobby", epochOf("lobby"), 0));
        assertThat(ann.connection.isEnded()).isFalse();
        List<String> events = new ArrayList<>();
        for (int rounds = 0; events.size() < 999 && rounds < 30; rounds++) {
            ann.resume();
            ann.stall(900);
            events.addAll(ann.events("lobby"));
        }
        assertThat(events).isEqualTo(numbers(1, 999));
    }

    @Test
    void w10_w31_largeEventsDoNotOverrunTheOutboxWhileCatchingUp() {
        Peer bob = world.two("bob");
        for (int i = 0; i < 60; i++) {
            bob.say("{'code':'channel.publish','channel':'lobby','data':'" + "x".repeat(32_000) + "'}");
            world.seconds(1);
        }
        Peer ann = world.two("ann");
        ann.stall(10_000);
        ann.say(from("r", "lobby", epochOf("lobby"), 0));
        assertThat(ann.connection.queuedBytes()).isLessThan(512 * 1024);
        ann.resume();
        assertThat(ann.events("lobby")).hasSize(60);
    }

    @Test
    void w10_w31_manyChannelsThatCatchUpAtOnceShareTheOutbox() {
        String epoch = epochOf("room0");
        StringBuilder wanted = new StringBuilder();
        for (int room = 0; room < 20; room++) {
            fill("room" + room, 90);
            world.seconds(2);
            wanted.append(room == 0 ? "" : ",")
                    .append("{'channel':'room" + room + "','epoch':'" + epoch + "','offset':0}");
        }
        Peer ann = world.two("ann");
        ann.stall(1_000);
        ann.say("{'code':'channel.subscribe','id':'r','data':{'channels':[" + wanted + "]}}");
        assertThat(ann.closeCode()).as("1,800 frames for an outbox of 1,000").isZero();
        for (int rounds = 0; rounds < 20; rounds++) {
            ann.resume();
        }
        assertThat(ann.got("channel.event")).hasSize(1_800);
    }

    @Test
    void w31_aLogThatCannotBeReadEndsTheSessionSoThatItComesBack() {
        fill("lobby", 3);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        world.broker.histories.shut();
        ann.say(from("r", "lobby", epoch, 0));
        world.broker.histories.letOneThrough();
        world.run();
        world.failing.failWith(ErrorCode.BUSY);
        world.broker.histories.open();
        world.seconds(30);
        assertThat(ann.closeCode()).isEqualTo(4101);
    }

    @Test
    void w32_movingASubscriptionYieldsEverythingAgainFromThere() {
        fill("lobby", 4);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        ann.say(from("a", "lobby", epoch, 2));
        assertThat(ann.events("lobby")).containsExactly("m3", "m4");
        ann.say(from("b", "lobby", epoch, 1));
        assertThat(ann.events("lobby")).containsExactly("m2", "m3", "m4");
        ann.say("{'code':'channel.subscribe','id':'c','channel':'lobby'}");
        world.two("bob").say(say("lobby", 5));
        assertThat(ann.events("lobby"))
                .as("once, though subscribed three times")
                .containsExactly("m5");
    }

    @Test
    void w32_eventsBeforeTheAnswerBelongToTheOldSubscription() {
        fill("lobby", 2);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        ann.say(from("a", "lobby", epoch, 2));
        ann.take();
        bob.later(say("lobby", 3)); // on its way to the old subscription
        ann.later(from("b", "lobby", epoch, 0));
        bob.later(say("lobby", 4));
        world.run();
        List<JsonNode> frames = ann.got();
        int answer = 0;
        while (!frames.get(answer).path("re").asText().equals("b")) {
            answer++;
        }
        assertThat(frames.stream()
                        .skip(answer + 1L)
                        .map(frame -> frame.path("data").asText()))
                .containsExactly("m1", "m2", "m3", "m4");
    }

    @Test
    void w32_theSameChannelTwiceInOneRequestIsTheLastOne() {
        fill("ann.bob", 0);
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.publish("bob.ann", "m1");
        bob.publish("bob.ann", "m2");
        ann.take();
        String epoch = epochOf("lobby");
        ann.say("{'code':'channel.subscribe','id':'r','data':{'channels':[{'channel':'ann.bob','epoch':'" + epoch
                + "','offset':0},{'channel':'bob.ann','epoch':'" + epoch + "','offset':1}]}}");
        List<JsonNode> frames = ann.got();
        assertThat(frames.get(0).path("data").path("channels")).hasSize(2);
        assertThat(frames.stream()
                        .skip(1)
                        .map(frame -> frame.path("channel").asText()
                                + frame.path("data").asText()))
                .containsExactly("bob.annm2");
    }

    @Test
    void w32_aSecondMoveBeforeTheFirstAnswerWins() {
        fill("lobby", 3);
        String epoch = epochOf("lobby");
        Peer ann = world.two("ann");
        world.broker.histories.shut();
        ann.say(from("a", "lobby", epoch, 0));
        ann.say(from("b", "lobby", epoch, 2));
        world.broker.histories.open();
        world.run();
        List<JsonNode> frames = ann.got();
        assertThat(frames.stream()
                        .filter(frame -> frame.has("re"))
                        .map(frame -> frame.path("re").asText()))
                .containsExactly("a", "b");
        assertThat(frames.stream()
                        .filter(frame -> frame.path("code").asText().equals("channel.event"))
                        .map(frame -> frame.path("data").asText()))
                .containsExactly("m3");
        world.two("bob").say(say("lobby", 4));
        assertThat(ann.events("lobby")).containsExactly("m4");
    }

    @Test
    void sessionIdsAreUnique() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(new SessionId(world.two("ann" + i).id()));
        }
        assertThat(ids).doesNotHaveDuplicates();
    }
}
