package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What peers see of a store that is full, away, silent or damaged, and of a server that goes down: W53 to W55. */
class StoreFaultsTest {
    private final World world = new World();
    private final Peer ann = world.two("ann");
    private final Peer bob = world.two("bob");

    @AfterEach
    void close() {
        world.close();
    }

    private static String publish(String id, String channel) {
        return "{'code':'channel.publish','id':'" + id + "','channel':'" + channel + "','data':'" + id + "'}";
    }

    private static List<String> ids(Peer peer, String channel) {
        return peer.got("channel.event").stream()
                .filter(event -> event.path("channel").asText().equals(channel))
                .map(event -> event.path("id").asText())
                .toList();
    }

    private static List<String> numbered(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> "m-" + i).toList();
    }

    private String fill(String channel, int first, int last) {
        String epoch = "";
        for (int i = first; i <= last; i++) {
            epoch = ann.ask(publish("m-" + i, channel)).path("epoch").asText();
            world.advance(Duration.ofMillis(50));
        }
        ann.take();
        return epoch;
    }

    private static String from(String channel, String epoch, long offset) {
        return "{'code':'channel.subscribe','id':'s','channel':'" + channel + "','epoch':'" + epoch + "','offset':"
                + offset + "}";
    }

    @ParameterizedTest
    @CsvSource({"STORE_FULL, store.full, after", "STORE_UNAVAILABLE, store.unavailable, after", "BUSY, busy, after"})
    void i10_w53_aPublishThatTheStoreRefusesIsAnsweredWithItsName(ErrorCode code, String name, String retry) {
        world.failing.failWith(code);
        JsonNode error = ann.ask(publish("m-1", "lobby")).path("error");
        assertThat(error.path("name").asText()).isEqualTo(name);
        assertThat(error.path("retry").asText()).isEqualTo(retry);
        assertThat(error.path("afterMs").asLong()).isBetween(1L, 5_000L);
        assertThat(ann.connection.isEnded()).isFalse();
        world.failing.failWith(null);
        assertThat(ann.ask(publish("m-1", "lobby")).path("offset").asLong()).isEqualTo(1);
    }

    /** Neither silence nor a false acknowledgement; and the same id asked again finds out what became of it. */
    @Test
    void i10_w53_aPublishThatIsNeverAnsweredFailsWithinFiveSeconds() {
        bob.say("{'code':'channel.subscribe','channel':'lobby'}");
        bob.take();
        world.broker.publishes.shut();
        ann.say(publish("m-1", "lobby"));
        world.advance(Duration.ofMillis(3_999));
        assertThat(ann.take()).isEmpty();
        world.advance(Duration.ofMillis(1_001));
        JsonNode answer = ann.only();
        assertThat(answer.path("re").asText()).isEqualTo("m-1");
        assertThat(answer.path("error").path("name").asText()).isEqualTo("store.unavailable");
        world.broker.publishes.open();
        world.run();
        assertThat(ann.take()).as("a second answer").isEmpty();
        assertThat(ids(bob, "lobby")).containsExactly("m-1");
        JsonNode again = ann.ask(publish("m-1", "lobby"));
        assertThat(again.path("offset").asLong()).isEqualTo(1);
        assertThat(again.path("data").path("duplicate").asBoolean()).isTrue();
        assertThat(world.mirror.stats().now().publishing()).isZero();
    }

    /** What the store holds without an answer counts against the limit of the whole hub, so memory stays bounded. */
    @Test
    void i6_w53_aSilentStoreFillsTheLimitAndNothingElse() {
        try (World small =
                new World(MirrorOptions.builder().publishesInFlight(10).build())) {
            Peer cat = small.two("cat");
            small.broker.publishes.shut();
            for (int i = 1; i <= 15; i++) {
                cat.say(publish("m-" + i, "lobby"));
            }
            assertThat(cat.got("reply.error"))
                    .hasSize(5)
                    .allMatch(each -> each.path("error").path("name").asText().equals("busy"));
            small.seconds(5);
            assertThat(cat.got("reply.error")).hasSize(10);
            assertThat(cat.ask(publish("m-16", "lobby"))
                            .path("error")
                            .path("name")
                            .asText())
                    .isEqualTo("busy");
            small.broker.publishes.open();
            small.run();
            assertThat(cat.ask(publish("m-1", "lobby")).path("offset").asLong()).isEqualTo(1);
        }
    }

    @Test
    void i10_w53_anAccountStoreThatIsSilentHoldsNobodyUp() {
        world.users.user("zoe");
        world.existence.shut();
        ann.say(publish("m-1", "ann.zoe"));
        ann.say(publish("m-2", "lobby"));
        assertThat(ann.take()).isEmpty();
        bob.say(publish("m-3", "lobby"));
        assertThat(bob.only().path("offset").asLong()).isEqualTo(1);
        world.seconds(5);
        assertThat(ann.got()).extracting(each -> each.path("re").asText()).containsExactlyInAnyOrder("m-1", "m-2");
        world.existence.open();
        world.run();
        assertThat(ann.ask(publish("m-4", "ann.zoe")).path("offset").asLong()).isEqualTo(1);
    }

    @Test
    void i10_w53_readsGoOnWhileTheStoreIsFull() {
        String epoch = fill("lobby", 1, 3);
        world.broker.publishes.shut();
        bob.ask(from("lobby", epoch, 0));
        assertThat(ids(bob, "lobby")).isEqualTo(numbered(1, 3));
        world.broker.publishes.open();
    }

    /** What waits for somebody cannot be removed then, so it waits on; who is there reads. */
    @Test
    void i10_w53_whoHasOpeningsWaitingStaysWhileTheStoreIsFull() {
        world.users.user("zoe");
        ann.say("{'code':'message.direct','id':'d','channel':'ann.zoe'}");
        world.relaysFailWith = ErrorCode.STORE_FULL;
        Peer zoe = world.two("zoe");
        assertThat(zoe.connection.isEnded()).isFalse();
        zoe.ask("{'code':'channel.history','id':'h','channel':'lobby'}");
        world.relaysFailWith = null;
        Peer again = world.open(dev.mirror.message.Protocol.V2, world.tokenOf("zoe"));
        assertThat(again.got("subscribe.direct")).hasSize(1);
    }

    @Test
    void i10_w53_aQuestionThatIsNeverAnsweredFailsWithinFiveSeconds() {
        world.broker.histories.shut();
        ann.say("{'code':'channel.history','id':'h','channel':'lobby'}");
        bob.say("{'code':'channel.subscribe','id':'s','channel':'lobby'}");
        world.seconds(5);
        for (Peer peer : List.of(ann, bob)) {
            assertThat(peer.only().path("error").path("name").asText()).isEqualTo("store.unavailable");
        }
        world.broker.histories.open();
        world.run();
        assertThat(bob.ask("{'code':'channel.subscribe','id':'s','channel':'lobby'}")
                        .path("code")
                        .asText())
                .isEqualTo("reply.ok");
        ann.say(publish("m-1", "lobby"));
        assertThat(ids(bob, "lobby")).containsExactly("m-1");
    }

    /** The log fails while a reader catches up and more is said: in the end the reader has everything, once. */
    @ParameterizedTest
    @CsvSource({"STORE_UNAVAILABLE, 1", "STORE_UNAVAILABLE, 8", "BUSY, 4", "STORE_FULL, 4"})
    void i1_w54_aLogThatFailsForAWhileLosesNothing(ErrorCode code, int seconds) {
        String epoch = fill("lobby", 1, 150);
        world.broker.histories.shut();
        bob.say(from("lobby", epoch, 0));
        world.broker.histories.letOneThrough();
        world.run();
        world.broker.histories.letOneThrough();
        world.run();
        assertThat(ids(bob, "lobby")).hasSize(100);
        world.failing.failWith(code);
        world.broker.histories.open();
        world.seconds(seconds);
        assertThat(bob.take()).isEmpty();
        world.failing.failWith(null);
        fill("lobby", 151, 160);
        world.seconds(20);
        assertThat(bob.connection.isEnded()).isFalse();
        assertThat(ids(bob, "lobby")).isEqualTo(numbered(101, 160));
        fill("lobby", 161, 161);
        assertThat(ids(bob, "lobby")).isEqualTo(numbered(161, 161));
    }

    @Test
    void i1_w54_aReadThatIsNeverAnsweredIsMadeAgain() {
        String epoch = fill("lobby", 1, 20);
        world.broker.histories.shut();
        bob.say(from("lobby", epoch, 0));
        world.broker.histories.letOneThrough();
        world.seconds(7);
        assertThat(ids(bob, "lobby")).isEmpty();
        world.broker.histories.open();
        world.seconds(20);
        assertThat(ids(bob, "lobby")).isEqualTo(numbered(1, 20));
    }

    @Test
    void i1_w54_aLogThatStaysAwaySendsTheReaderBackLater() {
        String epoch = fill("lobby", 1, 20);
        world.broker.histories.shut();
        bob.say(from("lobby", epoch, 0));
        world.broker.histories.letOneThrough();
        world.run();
        world.failing.failWith(ErrorCode.STORE_UNAVAILABLE);
        world.broker.histories.open();
        bob.take();
        world.seconds(60);
        assertThat(bob.closeCode()).isEqualTo(4101);
        assertThat(bob.got("session.bye").get(0).path("data").path("afterMs").asLong())
                .isPositive();
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void i10_w54_withoutItsLogNobodyIsGreetedButToldToComeBack() {
        world.failing.failWith(ErrorCode.STORE_UNAVAILABLE);
        Peer late = world.open(Protocol.V2, world.tokenOf("late"));
        assertThat(late.closeCode()).isEqualTo(4101);
        world.failing.failWith(null);
        world.two("late");
    }

    /** Nothing damaged is served, and nothing else is kept back for it. */
    @Test
    void i1_w54_whatIsDamagedIsAGapAndNothingMore() {
        String epoch = fill("lobby", 1, 150);
        world.broker.damage(offset -> offset == 70 || offset == 71 || offset == 120);
        bob.ask(from("lobby", epoch, 0));
        world.seconds(1);
        List<JsonNode> got = bob.got();
        List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= 150; i++) {
            if (i != 70 && i != 71 && i != 120) {
                expected.add(i);
            }
        }
        assertThat(got.stream()
                        .filter(frame -> frame.path("code").asText().equals("channel.event"))
                        .map(frame -> frame.path("offset").asLong()))
                .isEqualTo(expected);
        assertThat(got.stream()
                        .filter(frame -> frame.path("code").asText().equals("channel.gap"))
                        .map(frame -> frame.path("offset").asLong()))
                .containsExactly(70L, 71L, 120L);
        fill("lobby", 151, 151);
        assertThat(ids(bob, "lobby")).containsExactly("m-151");
        assertThat(ann.errorOf("{'code':'channel.history','id':'h','channel':'lobby','data':{'limit':300}}"))
                .isEqualTo("store.damaged");
    }

    @Test
    void i8_w55_whatWasReadBeforeTheServerGoesDownIsAnswered() {
        world.users.user("zoe");
        world.existence.shut();
        world.broker.publishes.shut();
        ann.say(publish("m-1", "lobby"));
        ann.say(publish("m-2", "ann.zoe"));
        bob.say("{'code':'message.direct','id':'m-3','channel':'bob.ann','data':'hi'}");
        ann.take();
        bob.take();
        CompletableFuture<Boolean> drained = world.mirror.drain().toCompletableFuture();
        assertThat(ann.errorOf(publish("m-9", "lobby"))).isEqualTo("busy");
        Peer late = world.open(Protocol.V2, world.tokenOf("late"));
        assertThat(late.closeCode()).isEqualTo(1012);
        world.existence.open();
        world.run();
        assertThat(drained).isNotDone();
        assertThat(ann.connection.isEnded()).isFalse();
        world.broker.publishes.open();
        world.run();
        assertThat(drained).isCompletedWithValue(true);
        assertThat(ann.closeCode()).isEqualTo(1012);
        assertThat(bob.closeCode()).isEqualTo(1012);
        List<JsonNode> answers = ann.got();
        assertThat(answers.stream()
                        .filter(each -> each.path("code").asText().equals("reply.ok"))
                        .map(each -> each.path("re").asText()))
                .containsExactlyInAnyOrder("m-1", "m-2");
        assertThat(answers.get(answers.size() - 1).path("code").asText()).isEqualTo("session.bye");
        assertThat(bob.got("reply.ok")).hasSize(1);
    }

    @Test
    void i8_w55_aStoreThatIsSilentDoesNotHoldTheEndUp() {
        world.broker.publishes.shut();
        ann.say(publish("m-1", "lobby"));
        CompletableFuture<Boolean> drained = world.mirror.drain().toCompletableFuture();
        world.advance(Duration.ofMillis(3_999));
        assertThat(drained).isNotDone();
        world.advance(Duration.ofMillis(1_001));
        assertThat(drained).isDone();
        assertThat(ann.closeCode()).isEqualTo(1012);
        assertThat(ann.got("reply.error")).hasSize(1);
        world.broker.publishes.open();
        world.run();
    }

    @Test
    void i8_w55_notAllComeBackAtTheSameMoment() {
        List<Peer> crowd = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            crowd.add(world.two("u" + i));
        }
        world.mirror.drain();
        world.run();
        TreeSet<Long> waits = new TreeSet<>();
        for (Peer peer : crowd) {
            JsonNode data = peer.only().path("data");
            assertThat(data.path("code").asInt()).isEqualTo(1012);
            waits.add(data.path("afterMs").asLong());
        }
        assertThat(waits).hasSizeGreaterThan(40);
        assertThat(waits.first()).isPositive();
        assertThat(waits.last() - waits.first()).isGreaterThan(2_000);
    }

    /** A subscription that failed leaves nothing behind that the next one would fall over. */
    @Test
    void i11_aSubscriptionThatFailedSpoilsNoLaterOne() {
        world.broker.subscribes.shut();
        ann.say("{'code':'channel.subscribe','id':'s','channel':'lobby'}");
        world.failing.failWith(ErrorCode.STORE_UNAVAILABLE);
        world.broker.subscribes.open();
        world.failing.failWith(null);
        bob.say("{'code':'channel.subscribe','id':'s','channel':'lobby'}");
        world.run();
        assertThat(ann.only().path("error").path("name").asText()).isEqualTo("store.unavailable");
        assertThat(bob.only().path("code").asText()).isEqualTo("reply.ok");
        ann.say(publish("m-1", "lobby"));
        assertThat(ids(bob, "lobby")).containsExactly("m-1");
    }
}
