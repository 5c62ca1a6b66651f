package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommonRulesTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void w3_theHelloIsTheFirstFrame(Protocol protocol) {
        Peer ann = world.open(protocol, world.tokenOf("ann"));
        assertThat(ann.only().path("code").asText()).isEqualTo("registered.success");
    }

    @Test
    void w3_nothingOvertakesTheHelloWhileTheInboxIsLookedUp() {
        Peer bob = world.two("bob");
        Peer bobOne = world.one("bob");
        world.broker.histories.shut();
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        bob.say("{'code':'message.direct','channel':'bob.ann','data':'early'}");
        bob.say("{'code':'signal.send','channel':'bob.ann','data':1}");
        bob.say("{'code':'signal.send','channel':'ann-room','data':1}");
        bob.say("{'code':'channel.publish','channel':'ann-room','data':1}");
        bobOne.say("{'code':'message.direct','channel':'bob.ann'}");
        assertThat(ann.take()).isEmpty();
        world.broker.histories.open();
        world.run();
        List<String> codes =
                ann.got().stream().map(frame -> frame.path("code").asText()).toList();
        assertThat(codes).startsWith("registered.success").contains("subscribe.direct");
        assertThat(codes.stream().filter("subscribe.direct"::equals))
                .as("one request from each of bob's devices, and the same spelling waits once")
                .hasSizeBetween(1, 2);
    }

    @Test
    void w3_aTokenThatEndsSoonIsAnnouncedAfterTheHello() {
        world.broker.histories.shut();
        String token = world.users.token("ann", java.time.Duration.ofSeconds(30));
        Peer ann = world.open(Protocol.V2, new Credentials.Token(token));
        world.seconds(1);
        assertThat(ann.take()).isEmpty();
        world.broker.histories.open();
        world.seconds(1);
        assertThat(ann.got().stream().map(frame -> frame.path("code").asText()))
                .containsExactly("registered.success", "auth.expiring");
    }

    @Test
    void w4_nothingThatIsSaidMakesAPeerSomebodyElse() {
        Peer ann = world.two("ann");
        Peer carl = world.two("carl");
        carl.say("{'code':'channel.subscribe','channel':'lobby'}");
        ann.say("{'code':'channel.publish','channel':'lobby','userId':'bob','websocketId':'x','data':"
                + "{'value':'hi','userId':'bob','username':'Bob','channel':'bob-room'}}");
        var event = carl.only();
        assertThat(event.path("userId").asText()).isEqualTo("ann");
        assertThat(event.path("data"))
                .isEqualTo(json("{'value':'hi','userId':'ann','username':'ann','channel':'ann-room'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "nonsense",
                "{'code':'session.ping','code':'session.ping'}",
                "{'code':'session.ping','x':1,'x':2}",
                "{'code':'session.ping'} {}",
                "{'code':5}",
                "{'code':'session.ping','data':'\\ud800'}",
                "{'code':'session.ping','\\ud800':1,'\\ud800':2}"
            })
    void f18_w5_aBadFrameIsAnsweredAndTheConnectionStays(String frame) {
        Peer ann = world.two("ann");
        ann.say(frame);
        assertThat(ann.only().path("error").path("name").asText()).isEqualTo("bad.frame");
        assertThat(ann.ask("{'code':'session.ping','id':'r'}").path("code").asText())
                .isEqualTo("reply.ok");
    }

    @Test
    void f18_bombsCostTheSenderNothingButARefusal() {
        Peer ann = world.two("ann");
        for (String bomb : List.of(
                "[".repeat(65_000),
                "{'x':".repeat(13_000),
                "{'code':'channel.publish','channel':'lobby','data':" + "9".repeat(65_000) + "}",
                "{'code':'channel.publish','channel':'lobby','data':{'value':{'n':1" + "e9".repeat(1) + "9999999999}}}",
                "{'" + "k".repeat(60_000) + "':1}")) {
            ann.say(bomb);
        }
        assertThat(ann.closeCode()).isZero();
        assertThat(ann.ask("{'code':'session.ping','id':'r'}").path("code").asText())
                .isEqualTo("reply.ok");
    }

    @Test
    void w5_missingKeysReadAsEmptyAndUnknownKeysAreIgnored() {
        Peer ann = world.one("ann");
        Peer bob = world.one("bob");
        ann.say("{'channel':'ann.bob','code':'message.direct','sent':1514764800,'by':{'a':[1]}}");
        assertThat(bob.only().path("channel").asText()).isEqualTo("ann.bob");
        Peer annTwo = world.two("ann");
        assertThat(annTwo.ask("{'id':'r','x':[{}],'code':'session.ping'}")
                        .path("code")
                        .asText())
                .isEqualTo("reply.ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a.b.c", "a..b", ".b", "@", "a:", "a*", "a,b", "x-pnpres", ""})
    void o32_w7_aNameOutsideTheGrammarIsBadChannel(String name) {
        Peer ann = world.two("ann");
        for (String code : List.of(
                "channel.subscribe",
                "channel.publish",
                "channel.history",
                "channel.unsubscribe",
                "signal.send",
                "presence.watch",
                "message.direct")) {
            String request = "{'code':'" + code + "','id':'r" + code.length() + "','channel':'" + name + "','data':{}}";
            if (!(name.isEmpty() && code.equals("channel.subscribe"))) {
                assertThat(ann.errorOf(request)).as(code).isEqualTo("bad.channel");
            }
        }
    }

    @Test
    void o43_w7_aPeerSeesTheSpellingItUsed() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        assertThat(ann.ask("{'code':'channel.subscribe','id':'r','channel':'ann.bob'}")
                        .path("channel")
                        .asText())
                .isEqualTo("ann.bob");
        assertThat(bob.ask("{'code':'channel.subscribe','id':'r','channel':'bob.ann'}")
                        .path("channel")
                        .asText())
                .isEqualTo("bob.ann");
        ann.publish("ann.bob", "1");
        bob.publish("bob.ann", "2");
        assertThat(ann.events("ann.bob")).containsExactly("1", "2");
        assertThat(bob.events("bob.ann")).containsExactly("1", "2");
        assertThat(ann.ask("{'code':'channel.history','id':'h','channel':'bob.ann'}")
                        .path("data")
                        .path("events"))
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.path("channel").asText()).isEqualTo("bob.ann"));
    }

    @Test
    void w8_everyRoomIsEverybodys() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.ask("{'code':'channel.subscribe','id':'r','channel':'ann-room'}");
        ann.publish("ann-room", "hi");
        assertThat(bob.events("ann-room")).containsExactly("hi");
        assertThat(bob.publish("ann-room", "back")).isEqualTo(2);
    }

    @Test
    void o42_w8_aStrangerHearsTheSameWhetherOrNotThereIsAnything() {
        world.users.user("dora");
        Peer ann = world.two("ann");
        world.two("bob");
        Peer carl = world.two("carl");
        ann.publish("ann.bob", "secret");
        for (String channel :
                List.of("ann.bob", "bob.ann", "ann.dora", "nobody.noone", "@ann", "@nobody", "pubnub:lobby")) {
            for (String code : List.of(
                    "channel.subscribe", "channel.history", "channel.publish", "signal.send", "presence.watch")) {
                var answer = carl.ask("{'code':'" + code + "','id':'r','channel':'" + channel + "','data':{}}");
                assertThat(answer.path("error").path("name").asText())
                        .as("%s on %s", code, channel)
                        .isEqualTo("not.allowed");
                assertThat(answer.path("error").path("detail").asText()).doesNotContain("bob", "dora", "exist");
            }
        }
        var several = carl.ask(
                "{'code':'channel.subscribe','id':'s','data':{'channels':[{'channel':'ann.bob'},{'channel':'x.y'}]}}");
        assertThat(several.path("data").path("channels").get(0).path("error"))
                .isEqualTo(several.path("data").path("channels").get(1).path("error"));
        assertThat(carl.take()).noneMatch(frame -> frame.contains("secret"));
        assertThat(world.mirror.stats().now().channels())
                .as("nothing was opened for the asking")
                .isEqualTo(6);
    }

    @Test
    void w8_nobodyPublishesOnAnInbox() {
        Peer ann = world.two("ann");
        assertThat(ann.errorOf("{'code':'channel.publish','id':'r','channel':'@ann','data':1}"))
                .isEqualTo("not.allowed");
        assertThat(ann.errorOf("{'code':'signal.send','id':'r','channel':'@ann','data':1}"))
                .isEqualTo("not.allowed");
    }

    @Test
    void w10_aPeerWhoseOutboxIsFullIsClosedAndTheOthersAreNot() {
        Peer ann = world.two("ann");
        Peer slow = world.two("bob");
        Peer quick = world.two("carl");
        slow.ask("{'code':'channel.subscribe','id':'r','channel':'lobby'}");
        quick.ask("{'code':'channel.subscribe','id':'r','channel':'lobby'}");
        slow.take();
        slow.stall(3);
        for (int i = 1; i <= 4; i++) {
            ann.publish("lobby", "m" + i);
        }
        assertThat(slow.connection.closeReason()).contains(CloseReason.SLOW_CONSUMER);
        assertThat(quick.events("lobby")).containsExactly("m1", "m2", "m3", "m4");
        assertThat(ann.closeCode()).isZero();
    }

    @Test
    void w11_theServerSaysWhenToComeBack() {
        Peer ann = world.two("ann");
        world.mirror.close();
        world.run();
        var bye = ann.only();
        assertThat(bye.path("data").path("code").asInt()).isEqualTo(1012);
        assertThat(bye.path("data").path("afterMs").asLong()).isBetween(500L, 5_000L);
    }
}
