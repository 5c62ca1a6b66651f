package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignalsAndPresenceTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String signal(String channel) {
        return "{'code':'signal.send','channel':'" + channel + "','data':{'typing':true}}";
    }

    private Peer in(String room, String user) {
        Peer peer = world.two(user);
        peer.say("{'code':'channel.subscribe','channel':'" + room + "'}");
        peer.take();
        return peer;
    }

    private static List<JsonNode> members(Peer peer, String room) {
        JsonNode answer = peer.ask("{'code':'presence.watch','id':'w','channel':'" + room + "'}");
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("reply.ok");
        List<JsonNode> members = new ArrayList<>();
        answer.path("data").path("members").forEach(members::add);
        return members;
    }

    @Test
    void w44_whoIsInTheRoomHearsItAndNobodyElse() {
        Peer ann = in("lobby", "ann");
        Peer bob = in("lobby", "bob");
        Peer annsPhone = in("lobby", "ann");
        Peer outside = world.two("carl");
        Peer old = world.one("bob");
        ann.say(signal("lobby"));
        JsonNode event = json("{'code':'signal.event','userId':'ann','channel':'lobby','data':{'typing':true}}");
        assertThat(bob.only()).isEqualTo(event);
        assertThat(annsPhone.only()).isEqualTo(event);
        assertThat(ann.take()).isEmpty();
        assertThat(outside.take()).isEmpty();
        assertThat(old.take()).isEmpty();
    }

    @Test
    void w44_inAConversationEveryOtherDeviceOfBothHearsIt() {
        Peer ann = world.two("ann");
        Peer annsPhone = world.two("ann");
        Peer bob = world.two("bob");
        Peer bobsPhone = world.two("bob");
        Peer carl = world.two("carl");
        Peer old = world.one("bob");
        ann.say(signal("ann.bob"));
        for (Peer device : List.of(annsPhone, bob, bobsPhone)) {
            assertThat(device.only().path("channel").asText()).isEqualTo("ann.bob");
        }
        assertThat(ann.take()).isEmpty();
        assertThat(carl.take()).isEmpty();
        assertThat(old.take()).isEmpty();
        ann.say(signal("ann.ann"));
        assertThat(annsPhone.take()).hasSize(1);
        assertThat(ann.take()).isEmpty();
    }

    @Test
    void w44_itIsNeverStored() {
        Peer ann = in("lobby", "ann");
        ann.say(signal("lobby"));
        ann.say(signal("ann.bob"));
        for (String channel : List.of("lobby", "ann.bob", "@ann")) {
            assertThat(ann.ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                            .path("offset")
                            .asLong())
                    .isZero();
        }
    }

    @Test
    void w44_twentyASecondAndNoMore() {
        Peer ann = in("lobby", "ann");
        Peer bob = in("lobby", "bob");
        for (int i = 0; i < 25; i++) {
            ann.say(signal("lobby"));
        }
        assertThat(bob.take()).hasSize(20);
        JsonNode refused = ann.ask("{'code':'signal.send','id':'r','channel':'lobby','data':1}");
        assertThat(refused.path("error").path("name").asText()).isEqualTo("too.many");
        assertThat(refused.path("error").path("afterMs").asLong()).isEqualTo(50);
        world.seconds(1);
        ann.say(signal("lobby"));
        assertThat(bob.take()).hasSize(1);
    }

    @Test
    void w44_aPeerWithAQuarterOfAnOutboxGetsNone() {
        Peer ann = in("lobby", "ann");
        Peer bob = in("lobby", "bob");
        bob.stall(1_000);
        for (int i = 0; i < 9; i++) {
            ann.say("{'code':'channel.publish','channel':'lobby','data':'" + "x".repeat(32_000) + "'}");
        }
        ann.say(signal("lobby"));
        assertThat(bob.connection.isEnded()).isFalse();
        bob.resume();
        assertThat(bob.got())
                .extracting(frame -> frame.path("code").asText())
                .containsOnly("channel.event")
                .hasSize(9);
        ann.say(signal("lobby"));
        assertThat(bob.take()).hasSize(1);
    }

    @Test
    void w44_aRequestWithAnIdIsConfirmed() {
        Peer ann = world.two("ann");
        assertThat(ann.ask("{'code':'signal.send','id':'r','channel':'lobby','data':1}"))
                .isEqualTo(json("{'code':'reply.ok','channel':'lobby','re':'r'}"));
        assertThat(ann.errorOf("{'code':'signal.send','id':'s','channel':'lobby'}"))
                .isEqualTo("bad.frame");
    }

    @Test
    void w45_theAnswerNamesEachUserOnceSorted() {
        in("lobby", "zoe");
        in("lobby", "ann");
        in("lobby", "ann");
        Peer carl = world.two("carl");
        assertThat(members(carl, "lobby"))
                .containsExactly(json("{'userId':'ann','name':'ann'}"), json("{'userId':'zoe','name':'zoe'}"));
        assertThat(members(carl, "empty")).isEmpty();
    }

    @Test
    void w45_afterTheAnswerEveryJoinAndLeaveIsToldOnce() {
        Peer carl = world.two("carl");
        members(carl, "lobby");
        carl.take();
        Peer ann = in("lobby", "ann");
        assertThat(carl.only())
                .isEqualTo(
                        json(
                                "{'code':'presence.event','userId':'ann','channel':'lobby','data':{'name':'ann','joined':true,'version':1}}"));
        Peer annsPhone = in("lobby", "ann");
        ann.vanish();
        world.seconds(60);
        assertThat(carl.take()).as("there is still the phone").isEmpty();
        annsPhone.say("{'code':'channel.unsubscribe','channel':'lobby'}");
        world.seconds(10);
        assertThat(carl.only().path("data")).isEqualTo(json("{'name':'ann','joined':false,'version':2}"));
    }

    @Test
    void w45_whoComesBackWithinTenSecondsNeverLeft() {
        Peer carl = world.two("carl");
        Peer ann = in("lobby", "ann");
        members(carl, "lobby");
        carl.take();
        ann.vanish();
        world.advance(Duration.ofMillis(9_999));
        in("lobby", "ann");
        world.seconds(60);
        assertThat(carl.take()).isEmpty();
    }

    @Test
    void w45_theVersionsOfTheAnswerAndOfTheEventsChain() {
        Peer carl = world.two("carl");
        in("lobby", "zoe");
        JsonNode answer = carl.ask("{'code':'presence.watch','id':'w','channel':'lobby'}");
        long version = answer.path("data").path("version").asLong();
        assertThat(version).isEqualTo(1);
        in("lobby", "ann").vanish();
        in("lobby", "bob");
        world.seconds(20);
        for (JsonNode event : carl.got("presence.event")) {
            assertThat(event.path("data").path("version").asLong()).isEqualTo(++version);
        }
        assertThat(version).isEqualTo(4);
        JsonNode again = carl.ask("{'code':'presence.watch','id':'w','channel':'lobby'}");
        assertThat(again.path("data").path("version").asLong()).isEqualTo(version);
    }

    @Test
    void w45_movingASubscriptionIsNeitherALeaveNorAJoin() {
        Peer carl = world.two("carl");
        Peer ann = in("lobby", "ann");
        members(carl, "lobby");
        carl.take();
        ann.say("{'code':'channel.subscribe','channel':'lobby'}");
        assertThat(carl.take()).isEmpty();
    }

    @Test
    void w45_everybodyIsInTheOwnRoomFromTheHelloOn() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        assertThat(members(bob, "ann-room")).containsExactly(json("{'userId':'ann','name':'ann'}"));
        ann.vanish();
        world.seconds(10);
        assertThat(bob.got("presence.event")).hasSize(1);
    }

    @Test
    void w45_unwatchEndsIt() {
        Peer carl = world.two("carl");
        members(carl, "lobby");
        assertThat(carl.ask("{'code':'presence.unwatch','id':'u','channel':'lobby'}"))
                .isEqualTo(json("{'code':'reply.ok','channel':'lobby','re':'u'}"));
        carl.take();
        in("lobby", "ann");
        assertThat(carl.take()).isEmpty();
        assertThat(carl.ask("{'code':'presence.unwatch','id':'u','channel':'nowhere'}")
                        .path("code")
                        .asText())
                .isEqualTo("reply.ok");
    }

    @Test
    void w45_onlyRoomsHavePresence() {
        Peer ann = world.two("ann");
        for (String channel : List.of("ann.bob", "@ann", "pubnub:x")) {
            assertThat(ann.errorOf("{'code':'presence.watch','id':'w','channel':'" + channel + "'}"))
                    .isEqualTo("not.allowed");
        }
    }

    @Test
    void w45_watchingIsLimitedButWatchingAgainIsNot() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 128; i++) {
            members(ann, "room" + i);
        }
        assertThat(ann.errorOf("{'code':'presence.watch','id':'w','channel':'one-more'}"))
                .isEqualTo("too.many");
        assertThat(members(ann, "room5")).isEmpty();
    }

    @Test
    void w45_watchingAgainAnswersAgainAndTellsOnce() {
        Peer carl = world.two("carl");
        members(carl, "lobby");
        members(carl, "lobby");
        carl.take();
        in("lobby", "ann");
        assertThat(carl.take()).hasSize(1);
    }
}
