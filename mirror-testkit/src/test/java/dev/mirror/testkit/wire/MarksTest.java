package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Marks and the list of conversations, W46 to W48, and history from a time, W39. */
class MarksTest {
    private static final UserId ANN = new UserId("ann");

    private final World world = new World();
    private final Peer ann = world.two("ann");
    private final Peer bob = world.two("bob");

    @AfterEach
    void close() {
        world.close();
    }

    private String epoch() {
        return ann.ask("{'code':'channel.history','id':'e','channel':'ann.bob'}")
                .path("epoch")
                .asText();
    }

    private JsonNode mark(Peer peer, String channel, String data) {
        return peer.ask("{'code':'direct.mark','id':'m','channel':'" + channel + "','epoch':'" + epoch() + "','data':"
                + data + "}");
    }

    private static List<JsonNode> conversations(Peer peer) {
        JsonNode data = peer.ask("{'code':'direct.list','id':'l'}").path("data");
        List<JsonNode> all = new ArrayList<>();
        data.path("conversations").forEach(all::add);
        assertThat(data.path("count").asInt()).isEqualTo(all.size());
        return all;
    }

    private static JsonNode only(Peer peer) {
        List<JsonNode> all = conversations(peer);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void w46_marksOnlyGrowAndEndWithTheLog() {
        for (int i = 0; i < 5; i++) {
            ann.publish("ann.bob", "hi");
        }
        assertThat(mark(bob, "bob.ann", "{'received':3,'read':2}").path("data"))
                .isEqualTo(json("{'received':3,'read':2}"));
        assertThat(mark(bob, "ann.bob", "{'received':1,'read':1}").path("data"))
                .isEqualTo(json("{'received':3,'read':2}"));
        assertThat(mark(bob, "bob.ann", "{'read':4}").path("data")).isEqualTo(json("{'received':4,'read':4}"));
        JsonNode last = mark(bob, "bob.ann", "{'received':1000000}");
        assertThat(last.path("data")).isEqualTo(json("{'received':5,'read':4}"));
        assertThat(last.path("offset").asLong()).isEqualTo(5);
    }

    @Test
    void w46_whatAUserSaysThatUserHasRead() {
        ann.publish("ann.bob", "one");
        bob.publish("bob.ann", "two");
        ann.publish("ann.bob", "three");
        assertThat(only(bob).path("unread").asInt()).isEqualTo(1);
        assertThat(only(ann).path("unread").asInt()).isZero();
        assertThat(only(ann).path("peer").path("read").asInt()).isEqualTo(2);
    }

    @Test
    void w46_onlyTheTwoMayMark() {
        Peer eve = world.two("eve");
        ann.publish("ann.bob", "hi");
        String said = "{'code':'direct.mark','id':'m','channel':'CHANNEL','epoch':'" + epoch() + "','data':{'read':1}}";
        assertThat(eve.errorOf(said.replace("CHANNEL", "ann.bob"))).isEqualTo("not.allowed");
        assertThat(eve.errorOf(said.replace("CHANNEL", "ann.nobody"))).isEqualTo("not.allowed");
        assertThat(ann.errorOf(said.replace("CHANNEL", "ann.carl"))).isEqualTo("not.found");
        assertThat(ann.errorOf(said.replace("CHANNEL", "lobby"))).isEqualTo("bad.channel");
        assertThat(ann.errorOf(said.replace("CHANNEL", "@ann"))).isEqualTo("bad.channel");
        assertThat(conversations(eve)).isEmpty();
        bob.take();
        assertThat(only(bob).path("read").asInt()).isZero();
    }

    @Test
    void w46_moreThanFiftyASecondIsTooMany() {
        ann.publish("ann.bob", "hi");
        for (int i = 0; i < 50; i++) {
            mark(bob, "ann.bob", "{'read':1}");
            conversations(bob);
        }
        JsonNode refused = bob.ask("{'code':'direct.list','id':'l'}");
        assertThat(refused.path("error").path("name").asText()).isEqualTo("too.many");
        assertThat(refused.path("error").path("afterMs").asLong()).isEqualTo(20);
        assertThat(bob.publish("bob.ann", "not hindered")).isEqualTo(2);
        world.seconds(1);
        assertThat(only(bob).path("read").asInt()).isEqualTo(2);
    }

    @Test
    void w47_everyOtherDeviceOfBothIsToldAndNobodyElse() {
        Peer annsPhone = world.two("ann");
        Peer bobsPhone = world.two("bob");
        Peer old = world.one("ann");
        Peer eve = world.two("eve");
        ann.publish("ann.bob", "hi");
        List.of(ann, bob, annsPhone, bobsPhone, old, eve).forEach(Peer::take);
        bob.say("{'code':'direct.mark','channel':'bob.ann','epoch':'" + epoch() + "','data':{'read':1}}");
        ann.got("reply.ok");
        JsonNode told = json("{'code':'direct.marked','userId':'bob','channel':'ann.bob','epoch':'" + epoch()
                + "','data':{'received':1,'read':1}}");
        assertThat(annsPhone.only()).isEqualTo(told);
        assertThat(bobsPhone.only()).isEqualTo(told);
        assertThat(bob.take()).isEmpty();
        assertThat(old.take()).isEmpty();
        assertThat(eve.take()).isEmpty();
    }

    @Test
    void w47_aMarkIsNoEvent() {
        ann.publish("ann.bob", "hi");
        mark(bob, "ann.bob", "{'read':1}");
        for (String channel : List.of("ann.bob", "@ann")) {
            assertThat(ann.ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                            .path("offset")
                            .asLong())
                    .isEqualTo(1);
        }
        Peer later = world.two("ann");
        assertThat(later.take()).isEmpty();
        assertThat(only(later).path("peer").path("read").asInt()).isEqualTo(1);
    }

    @Test
    void w48_theNewestConversationComesFirst() {
        world.two("carl");
        ann.publish("ann.bob", "1");
        world.seconds(1);
        ann.publish("ann.carl", "2");
        assertThat(conversations(ann))
                .extracting(each -> each.path("channel").asText())
                .containsExactly("ann.carl", "ann.bob");
        world.seconds(1);
        bob.publish("bob.ann", "3");
        assertThat(conversations(ann))
                .extracting(each -> each.path("channel").asText() + " "
                        + each.path("unread").asInt())
                .containsExactly("ann.bob 1", "ann.carl 0");
        assertThat(conversations(ann).get(0).path("ts").asLong()).isEqualTo(world.now());
    }

    /** The newest thousand are listed; who has more of them hears that. */
    @Test
    void w48_aListThatIsNotAllOfThemSaysSo() {
        for (int i = 1; i <= 1_001; i++) {
            ChannelName channel = ChannelName.direct(ANN, new UserId("peer-" + i));
            Await.value(world.memory.publish(
                    new Draft(channel, List.of(), new Publication.Entry(ANN, "m-" + i, "\"hi\""))));
            if (i == 1_000) {
                assertThat(list().path("more")).isEqualTo(json("false"));
                assertThat(list().path("count").asInt()).isEqualTo(1_000);
            }
        }
        assertThat(list().path("more")).isEqualTo(json("true"));
        assertThat(list().path("count").asInt()).isEqualTo(1_000);
        assertThat(list().path("conversations").get(999).path("channel").asText())
                .as("the oldest is the one that is left out")
                .isEqualTo("ann.peer-2");
    }

    private JsonNode list() {
        return ann.ask("{'code':'direct.list','id':'l'}").path("data");
    }

    @Test
    void w48_unreadIsWhatLiesBehindTheMark() {
        for (int i = 0; i < 7; i++) {
            ann.publish("ann.bob", "hi");
        }
        assertThat(only(bob).path("unread").asInt()).isEqualTo(7);
        mark(bob, "ann.bob", "{'received':7,'read':3}");
        assertThat(only(bob).path("unread").asInt()).isEqualTo(4);
        assertThat(only(bob).path("received").asInt()).isEqualTo(7);
    }

    @Test
    void w48_seenIsWhenTheOtherOneWasLastConnected() {
        ann.publish("ann.bob", "hi");
        long hello = only(ann).path("peer").path("seen").asLong();
        assertThat(Instant.ofEpochMilli(hello)).isEqualTo(VirtualTime.START);
        world.seconds(100);
        bob.vanish();
        long left = world.now();
        world.seconds(100);
        assertThat(only(ann).path("peer").path("seen").asLong()).isEqualTo(left);
    }

    @Test
    void w39_historyCanBeginAtATime() {
        List<Long> times = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            times.add(world.now());
            ann.publish("lobby", "" + i);
            world.seconds(1);
        }
        assertThat(texts("'ts':" + times.get(2) + ",'backward':false")).containsExactly("3", "4", "5");
        assertThat(texts("'ts':" + (times.get(2) + 1) + ",'backward':false,'limit':1"))
                .containsExactly("4");
        assertThat(texts("'ts':" + times.get(2))).containsExactly("1", "2");
        assertThat(texts("'ts':" + (times.get(2) + 1) + ",'limit':2")).containsExactly("2", "3");
        assertThat(texts("'ts':0,'limit':1")).containsExactly("5");
        assertThat(ann.errorOf("{'code':'channel.history','id':'h','channel':'lobby','data':{'ts':-1}}"))
                .isEqualTo("bad.frame");
        assertThat(ann.errorOf(
                        "{'code':'channel.history','id':'h','channel':'lobby','data':{'ts':9223372036854775807}}"))
                .isEqualTo("bad.frame");
    }

    private List<String> texts(String data) {
        JsonNode answer = ann.ask("{'code':'channel.history','id':'h','channel':'lobby','data':{" + data + "}}");
        List<String> texts = new ArrayList<>();
        answer.path("data")
                .path("events")
                .forEach(event -> texts.add(event.path("data").asText()));
        return texts;
    }
}
