package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String publish(String id, String channel, String data) {
        return "{'code':'channel.publish','id':'" + id + "','channel':'" + channel + "','data':" + data + "}";
    }

    private static String subscribe(String id, String channel) {
        return "{'code':'channel.subscribe','id':'" + id + "','channel':'" + channel + "'}";
    }

    @Test
    void w29_theAnswerForOneSaysWhereTheLogEnded() {
        Peer ann = world.two("ann");
        ann.publish("lobby", "1");
        ann.publish("lobby", "2");
        JsonNode answer = ann.ask(subscribe("r", "lobby"));
        assertThat(answer.path("channel").asText()).isEqualTo("lobby");
        assertThat(answer.path("offset").asLong()).isEqualTo(2);
        assertThat(answer.path("epoch").asText()).isNotEmpty();
        assertThat(answer.path("data")).isEqualTo(json("{'recovered':true}"));
        assertThat(answer.size()).isEqualTo(6);
    }

    @Test
    void w29_theAnswerForSeveralHasThemInOrder() {
        Peer ann = world.two("ann");
        ann.publish("lobby", "1");
        String epoch = ann.ask(subscribe("e", "lobby")).path("epoch").asText();
        JsonNode answer = ann.ask(
                "{'code':'channel.subscribe','id':'r','data':{'channels':[{'channel':'empty'},{'channel':'x.y'},"
                        + "{'channel':'lobby','epoch':'" + epoch
                        + "','offset':0},{'channel':'lobby','epoch':'other','offset':0}]}}");
        JsonNode channels = answer.path("data").path("channels");
        assertThat(channels).hasSize(4);
        assertThat(channels.get(0))
                .isEqualTo(json("{'channel':'empty','epoch':'" + epoch + "','offset':0,'recovered':true}"));
        assertThat(channels.get(1).path("channel").asText()).isEqualTo("x.y");
        assertThat(channels.get(1).path("error").path("name").asText()).isEqualTo("not.allowed");
        assertThat(channels.get(1).path("error").path("retry").asText()).isEqualTo("never");
        assertThat(channels.get(1).size()).isEqualTo(2);
        assertThat(channels.get(2).path("recovered").asBoolean()).isTrue();
        assertThat(channels.get(3).path("recovered").asBoolean(true)).isFalse();
        assertThat(answer.has("channel")).isFalse();
    }

    @Test
    void w29_aListOfOneIsAnsweredLikeOne() {
        Peer ann = world.two("ann");
        JsonNode answer = ann.ask("{'code':'channel.subscribe','id':'r','data':{'channels':[{'channel':'lobby'}]}}");
        assertThat(answer.path("channel").asText()).isEqualTo("lobby");
        assertThat(answer.path("data")).isEqualTo(json("{'recovered':true}"));
    }

    @Test
    void w30_withoutAPositionOnlyWhatComesNextIsYielded() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.publish("lobby", "before");
        ann.ask(subscribe("r", "lobby"));
        bob.publish("lobby", "after");
        assertThat(ann.events("lobby")).containsExactly("after");
    }

    @Test
    void w33_anEventSaysWhoWhereAndWhen() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.ask(subscribe("r", "lobby"));
        bob.take();
        JsonNode stored = ann.ask(publish("p-1", "lobby", "{'a':[1.50,null]}"));
        JsonNode event = bob.only();
        assertThat(event)
                .isEqualTo(json("{'code':'channel.event','userId':'ann','channel':'lobby','id':'p-1','epoch':'"
                        + stored.path("epoch").asText() + "','offset':1,'ts':" + world.now()
                        + ",'data':{'a':[1.50,null]}}"));
        ann.say("{'code':'channel.publish','channel':'lobby','data':1}");
        assertThat(bob.only().path("id").asText())
                .as("the server names what has no name")
                .isNotEmpty();
    }

    @Test
    void w33_offsetsIncreaseForEverybodyAlike() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        List<Peer> listeners = List.of(world.two("carl"), world.two("dora"), ann);
        listeners.forEach(each -> each.ask(subscribe("r", "lobby")));
        for (int i = 0; i < 20; i++) {
            ann.later(publish("a" + i, "lobby", "'a" + i + "'"));
            bob.later(publish("b" + i, "lobby", "'b" + i + "'"));
        }
        world.run();
        List<String> seen = null;
        for (Peer listener : listeners) {
            List<JsonNode> events = listener.got("channel.event");
            assertThat(events)
                    .extracting(event -> event.path("offset").asLong())
                    .isSorted()
                    .hasSize(40);
            List<String> texts = events.stream().map(JsonNode::toString).toList();
            assertThat(seen == null ? texts : seen).isEqualTo(texts);
            seen = texts;
        }
    }

    @Test
    void w34_anInboxEventNamesTheEntryThatItAnnounces() {
        Peer ann = world.two("ann");
        Peer zoe = world.two("zoe");
        JsonNode stored = zoe.ask(publish("p-1", "zoe.ann", "{'value':'hi'}"));
        JsonNode event = ann.only();
        assertThat(event.path("channel").asText()).isEqualTo("@ann");
        assertThat(event.path("userId").asText()).isEqualTo("zoe");
        assertThat(event.path("id").asText()).isEqualTo("p-1");
        assertThat(event.path("offset").asLong()).isEqualTo(1);
        JsonNode data = event.path("data");
        assertThat(data.path("channel").asText()).as("the ids sorted").isEqualTo("ann.zoe");
        assertThat(data.path("epoch")).isEqualTo(stored.path("epoch"));
        assertThat(data.path("offset")).isEqualTo(stored.path("offset"));
        assertThat(data.path("data").path("value").asText()).isEqualTo("hi");
        assertThat(data.size()).isEqualTo(4);
    }

    @Test
    void w35_theAnswerComesAfterThePublicationIsStored() {
        Peer ann = world.two("ann");
        world.broker.publishes.shut();
        ann.say(publish("r", "lobby", "1"));
        assertThat(ann.take()).isEmpty();
        world.broker.publishes.open();
        world.run();
        JsonNode answer = ann.only();
        assertThat(answer.path("re").asText()).isEqualTo("r");
        assertThat(answer.path("channel").asText()).isEqualTo("lobby");
        assertThat(answer.path("offset").asLong()).isEqualTo(1);
        assertThat(answer.path("data")).isEqualTo(json("{'duplicate':false,'ts':" + world.now() + "}"));
    }

    @Test
    void w35_aMessageIsPublishedAsAValue() {
        Peer ann = world.two("ann");
        ann.ask(subscribe("r", "lobby"));
        ann.take();
        ann.say("{'code':'channel.publish','channel':'lobby','message':'say \\'hi\\''}".replace("\\'", "\\u0022"));
        assertThat(ann.only().path("data"))
                .isEqualTo(
                        json("{'value':'say \\u0022hi\\u0022','userId':'ann','username':'ann','channel':'ann-room'}"));
        assertThat(ann.errorOf("{'code':'channel.publish','id':'x','channel':'lobby'}"))
                .isEqualTo("bad.frame");
    }

    @Test
    void w36_aRepetitionIsAnsweredLikeTheFirstAndPublishesNothing() {
        Peer ann = world.two("ann");
        ann.ask(subscribe("s", "lobby"));
        JsonNode first = ann.ask(publish("r", "lobby", "{'value':1}"));
        world.seconds(5);
        Peer elsewhere = world.two("ann");
        JsonNode again = elsewhere.ask(publish("r", "lobby", "{'value':1}"));
        assertThat(again.path("data").path("duplicate").asBoolean()).isTrue();
        assertThat(again.path("offset")).isEqualTo(first.path("offset"));
        assertThat(again.path("epoch")).isEqualTo(first.path("epoch"));
        assertThat(again.path("data").path("ts")).isEqualTo(first.path("data").path("ts"));
        assertThat(ann.got("channel.event")).hasSize(1);
    }

    @Test
    void w36_theSameIdWithOtherContentIsAConflict() {
        Peer ann = world.two("ann");
        ann.ask(publish("r", "lobby", "1"));
        assertThat(ann.errorOf(publish("r", "lobby", "2"))).isEqualTo("conflict");
        assertThat(ann.errorOf(publish("r", "elsewhere", "1"))).isEqualTo("conflict");
        assertThat(world.two("bob")
                        .ask(publish("r", "lobby", "2"))
                        .path("offset")
                        .asLong())
                .as("another publisher's ids are their own")
                .isEqualTo(2);
    }

    @Test
    void w36_whoNeverGotTheAnswerAsksAgain() {
        Peer ann = world.two("ann");
        world.failing.loseAnswers(1);
        assertThat(ann.errorOf(publish("r", "lobby", "1"))).isEqualTo("busy");
        JsonNode again = ann.ask(publish("r", "lobby", "1"));
        assertThat(again.path("data").path("duplicate").asBoolean()).isTrue();
        assertThat(again.path("offset").asLong()).isEqualTo(1);
    }

    @Test
    void o44_w37_nobodySpeaksInAnothersName() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.ask(subscribe("r", "lobby"));
        bob.take();
        ann.ask(publish("1", "lobby", "{'value':'x','userId':'bob','username':'Bob','channel':'bob-room'}"));
        ann.ask(publish("2", "lobby", "{'userId':'bob'}"));
        ann.ask(publish("3", "lobby", "{'value':'x'}"));
        ann.ask(publish("4", "lobby", "'bob says hi'"));
        ann.ask("{'code':'message.direct','id':'5','channel':'ann.bob','data':{'value':'x','userId':'carl'}}");
        List<JsonNode> events = bob.got("channel.event");
        JsonNode known = json("{'value':'x','userId':'ann','username':'ann','channel':'ann-room'}");
        assertThat(events.get(0).path("data")).isEqualTo(known);
        assertThat(events.get(1).path("data")).isEqualTo(json("{'userId':'ann'}"));
        assertThat(events.get(2).path("data")).isEqualTo(known);
        assertThat(events.get(3).path("data").asText()).isEqualTo("bob says hi");
        assertThat(events.get(4).path("data").path("data")).isEqualTo(known);
    }

    @Test
    void w38_dataHasAtMost32768Bytes() {
        Peer ann = world.two("ann");
        String fits = "'" + "x".repeat(32_766) + "'";
        assertThat(ann.ask(publish("1", "lobby", fits)).path("offset").asLong()).isEqualTo(1);
        assertThat(ann.errorOf(publish("2", "lobby", "'" + "x".repeat(32_767) + "'")))
                .isEqualTo("too.large");
        assertThat(ann.errorOf(publish("3", "lobby", "'" + "é".repeat(16_384) + "'")))
                .as("bytes, not characters")
                .isEqualTo("too.large");
        assertThat(ann.errorOf("{'code':'signal.send','id':'4','channel':'lobby','data':'" + "x".repeat(32_767) + "'}"))
                .isEqualTo("too.large");
    }

    @Test
    void w38_whatIsTooLargeDoesNotOpenAConversationEither() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        assertThat(ann.errorOf(
                        "{'code':'message.direct','id':'1','channel':'ann.bob','data':'" + "x".repeat(32_767) + "'}"))
                .isEqualTo("too.large");
        assertThat(bob.take()).isEmpty();
    }

    @Test
    void w38_fasterThanTheRateIsTooManyAndSaysWhenToGoOn() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 100; i++) {
            assertThat(ann.ask(publish("p" + i, "lobby", "1")).path("code").asText())
                    .isEqualTo("reply.ok");
        }
        JsonNode refused = ann.ask(publish("q", "lobby", "1"));
        assertThat(refused.path("error").path("name").asText()).isEqualTo("too.many");
        long wait = refused.path("error").path("afterMs").asLong();
        assertThat(wait).isEqualTo(20);
        world.advance(Duration.ofMillis(wait));
        assertThat(ann.ask(publish("q", "lobby", "1")).path("code").asText()).isEqualTo("reply.ok");
        world.seconds(1);
        for (int i = 0; i < 50; i++) {
            ann.ask("{'code':'message.direct','id':'d" + i + "','channel':'ann.ann','data':1}");
        }
        assertThat(ann.errorOf("{'code':'message.direct','id':'d','channel':'ann.ann','data':1}"))
                .isEqualTo("too.many");
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void w38_aSessionHasAtMost128Subscriptions() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 126; i++) {
            assertThat(ann.ask(subscribe("r", "room" + i)).path("code").asText())
                    .isEqualTo("reply.ok");
        }
        assertThat(ann.errorOf(subscribe("r", "one-more"))).isEqualTo("too.many");
        assertThat(ann.ask(subscribe("r", "room7")).path("code").asText())
                .as("moving one is no more")
                .isEqualTo("reply.ok");
        ann.ask("{'code':'channel.unsubscribe','id':'u','channel':'room3'}");
        assertThat(ann.ask(subscribe("r", "one-more")).path("code").asText()).isEqualTo("reply.ok");
    }

    @Test
    void w38_aListLongerThanTheLimitIsTooMany() {
        World small = new World(MirrorOptions.builder().channelsPerSession(4).build());
        Peer ann = small.two("ann");
        List<String> five = List.of("a", "b", "c", "d", "e").stream()
                .map(name -> "{'channel':'" + name + "'}")
                .toList();
        assertThat(ann.errorOf("{'code':'channel.subscribe','id':'r','data':{'channels':" + five + "}}"))
                .isEqualTo("too.many");
        JsonNode answer =
                ann.ask("{'code':'channel.subscribe','id':'r','data':{'channels':" + five.subList(0, 3) + "}}");
        JsonNode third = answer.path("data").path("channels").get(2);
        assertThat(third.path("error").path("name").asText()).isEqualTo("too.many");
        assertThat(third.path("error").path("afterMs").isNumber()).isTrue();
        small.close();
    }

    @Test
    void w38_theServersOwnLimitIsBusy() {
        World small = new World(MirrorOptions.builder().publishesInFlight(2).build());
        Peer ann = small.two("ann");
        small.broker.publishes.shut();
        ann.say(publish("1", "lobby", "1"));
        ann.say(publish("2", "lobby", "1"));
        assertThat(ann.errorOf(publish("3", "lobby", "1"))).isEqualTo("busy");
        small.broker.publishes.open();
        small.run();
        assertThat(ann.got("reply.ok")).hasSize(2);
        assertThat(ann.ask(publish("3", "lobby", "1")).path("offset").asLong()).isEqualTo(3);
        small.close();
    }

    private static List<Long> offsets(JsonNode answer) {
        List<Long> offsets = new ArrayList<>();
        answer.path("data")
                .path("events")
                .forEach(event -> offsets.add(event.path("offset").asLong()));
        return offsets;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|21-70",
                "{'limit':3}|68-70",
                "{'limit':300}|1-70",
                "{'limit':5000}|1-70",
                "{'backward':false}|1-50",
                "{'backward':false,'limit':2}|1-2"
            })
    void w39_aPageHasItsEventsInOffsetOrder(String data, String range) {
        Peer ann = world.two("ann");
        for (int i = 1; i <= 70; i++) {
            ann.publish("lobby", "m" + i);
        }
        JsonNode answer = ann.ask("{'code':'channel.history','id':'h','channel':'lobby','data':" + data + "}");
        List<Long> offsets = offsets(answer);
        assertThat(offsets.get(0) + "-" + offsets.get(offsets.size() - 1)).isEqualTo(range);
        assertThat(offsets).isSorted().doesNotHaveDuplicates();
        assertThat(answer.path("offset").asLong()).isEqualTo(70);
        assertThat(answer.path("data").path("first").asLong()).isEqualTo(1);
        assertThat(answer.path("data").path("recovered").asBoolean()).isTrue();
        JsonNode event = answer.path("data").path("events").get(0);
        assertThat(event.path("code").asText()).isEqualTo("channel.event");
        assertThat(event.path("channel").asText()).isEqualTo("lobby");
        assertThat(event.path("data").asText())
                .isEqualTo("m" + event.path("offset").asLong());
    }

    @Test
    void w39_thePositionToBeginAtIsExclusive() {
        Peer ann = world.two("ann");
        for (int i = 1; i <= 9; i++) {
            ann.publish("lobby", "m" + i);
        }
        String epoch = ann.ask(subscribe("r", "lobby")).path("epoch").asText();
        String from = "{'code':'channel.history','id':'h','channel':'lobby','epoch':'" + epoch + "','offset':";
        assertThat(offsets(ann.ask(from + "5,'data':{'limit':2}}"))).containsExactly(3L, 4L);
        assertThat(offsets(ann.ask(from + "5,'data':{'limit':2,'backward':false}}")))
                .containsExactly(6L, 7L);
        assertThat(offsets(ann.ask(from + "9,'data':{'backward':false}}"))).isEmpty();
        assertThat(offsets(ann.ask(from + "1}"))).isEmpty();
        JsonNode future = ann.ask(from + "10,'data':{'backward':false}}");
        assertThat(future.path("data").path("recovered").asBoolean(true)).isFalse();
        JsonNode other = ann.ask("{'code':'channel.history','id':'h','channel':'lobby','epoch':'other','offset':5}");
        assertThat(other.path("data").path("recovered").asBoolean(true)).isFalse();
    }

    @Test
    void w39_aPageSaysWhatTheLogNoLongerHas() {
        World small = new World(MirrorOptions.defaults(), new MemoryBroker.Limits(3, 1 << 20, 1 << 15));
        Peer ann = small.two("ann");
        for (int i = 1; i <= 5; i++) {
            ann.publish("lobby", "m" + i);
        }
        JsonNode answer = ann.ask("{'code':'channel.history','id':'h','channel':'lobby'}");
        assertThat(offsets(answer)).containsExactly(3L, 4L, 5L);
        assertThat(answer.path("data").path("first").asLong()).isEqualTo(3);
        JsonNode gap = ann.ask("{'code':'channel.history','id':'h','channel':'lobby','epoch':'"
                + answer.path("epoch").asText() + "','offset':1,'data':{'backward':false}}");
        assertThat(gap.path("data").path("recovered").asBoolean(true)).isFalse();
        assertThat(offsets(gap)).containsExactly(3L, 4L, 5L);
        small.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void w39_aPageIsNeverMoreThanAnOutboxHolds(boolean backward) {
        Peer ann = world.two("ann");
        for (int i = 1; i <= 60; i++) {
            ann.publish("lobby", "x".repeat(32_000));
            world.seconds(1);
        }
        String epoch = ann.ask(subscribe("r", "lobby")).path("epoch").asText();
        List<Long> all = new ArrayList<>();
        String from = "";
        for (int pages = 0; all.size() < 60 && pages < 60; pages++) {
            String request = "{'code':'channel.history','id':'h','channel':'lobby'" + from
                    + ",'data':{'limit':300,'backward':" + backward + "}}";
            ann.take();
            ann.say(request);
            String text = ann.take().get(0);
            assertThat(Frame.of(text).size()).isLessThan(300 * 1024);
            List<Long> page = offsets(json(text));
            assertThat(page).isNotEmpty();
            all.addAll(backward ? 0 : all.size(), page);
            from = ",'epoch':'" + epoch + "','offset':" + page.get(backward ? 0 : page.size() - 1);
        }
        assertThat(all).hasSize(60).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void w40_afterTheAnswerNoEventFollows() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        ann.ask(subscribe("r", "lobby"));
        ann.take();
        // Deliveries that are already on their way when the request is read.
        bob.later(publish("1", "lobby", "1"));
        ann.later("{'code':'channel.unsubscribe','id':'u','channel':'lobby'}");
        bob.later(publish("2", "lobby", "2"));
        world.run();
        List<JsonNode> frames = ann.got();
        JsonNode last = frames.get(frames.size() - 1);
        assertThat(last).isEqualTo(json("{'code':'reply.ok','channel':'lobby','re':'u'}"));
        assertThat(world.mirror.stats().now().channels())
                .as("inboxes and own rooms of two")
                .isEqualTo(4);
    }

    @Test
    void w40_toEndWhatNeverBeganIsFine() {
        Peer ann = world.two("ann");
        for (String channel : List.of("lobby", "x.y", "@bob", "pubnub:x")) {
            assertThat(ann.ask("{'code':'channel.unsubscribe','id':'u','channel':'" + channel + "'}")
                            .path("code")
                            .asText())
                    .isEqualTo("reply.ok");
        }
    }

    @Test
    void w40_unsubscribingBeforeTheAnswerOfTheSubscribeLeavesNothing() {
        Peer ann = world.two("ann");
        world.broker.histories.shut();
        ann.say(subscribe("s", "lobby"));
        ann.say("{'code':'channel.unsubscribe','id':'u','channel':'lobby'}");
        world.broker.histories.open();
        world.run();
        ann.take();
        ann.publish("lobby", "1");
        assertThat(ann.events("lobby")).isEmpty();
        assertThat(world.mirror.stats().now().channels()).isEqualTo(2);
        world.advance(MemoryPresence.STANDARD_GRACE);
        assertThat(Await.value(world.presence.members(ChannelName.room("lobby")))
                        .members())
                .isEmpty();
    }

    @Test
    void w45_aSubscriptionThatFailsToMoveLeavesTheRoom() {
        Peer ann = world.two("ann");
        ann.ask(subscribe("s", "lobby"));
        world.failing.failWith(ErrorCode.BUSY);
        assertThat(ann.errorOf(subscribe("s", "lobby"))).isEqualTo("busy");
        world.failing.failWith(null);
        world.advance(MemoryPresence.STANDARD_GRACE);
        assertThat(Await.value(world.presence.members(ChannelName.room("lobby")))
                        .members())
                .isEmpty();
        ann.publish("lobby", "1");
        assertThat(ann.events("lobby")).isEmpty();
        assertThat(ann.ask(subscribe("s", "lobby")).path("code").asText()).isEqualTo("reply.ok");
    }

    @Test
    void w8_externalChannelsAreForWhoeverOwnsTheirSpace() {
        AccessPolicy policy = (principal, action, channel) ->
                channel.toString().startsWith("demo:") || AccessPolicy.byKind().allows(principal, action, channel);
        World open = new World(MirrorOptions.defaults(), MemoryBroker.Limits.STANDARD, policy);
        Peer ann = open.two("ann");
        ann.ask(subscribe("r", "demo:any.name"));
        ann.publish("demo:any.name", "1");
        assertThat(ann.events("demo:any.name")).containsExactly("1");
        assertThat(ann.errorOf(subscribe("r", "other:x"))).isEqualTo("not.allowed");
        open.close();
    }

    @Test
    void oneSubscriptionOfTheBrokerServesEverybody() {
        List<Peer> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Peer peer = world.two("user" + i);
            peer.ask(subscribe("r", "lobby"));
            peer.take();
            crowd.add(peer);
        }
        assertThat(world.mirror.stats().now().channels()).isEqualTo(41);
        crowd.get(0).publish("lobby", "hi");
        assertThat(crowd).allSatisfy(peer -> assertThat(peer.events("lobby")).containsExactly("hi"));
        crowd.forEach(Peer::vanish);
        assertThat(world.mirror.stats().now().channels()).isZero();
        assertThat(world.mirror.stats().now().backlog()).isZero();
    }
}
