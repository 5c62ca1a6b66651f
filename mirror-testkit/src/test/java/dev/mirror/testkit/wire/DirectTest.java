package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DirectTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static List<String> inbox(Peer peer) {
        return peer.got("channel.event").stream()
                .filter(event -> event.path("channel").asText().startsWith("@"))
                .map(event -> event.path("data").path("data").asText())
                .toList();
    }

    @Test
    void w41_openedOnlyItIsRelayedAndConfirmed() {
        Peer ann = world.two("ann");
        Peer one = world.one("bob");
        Peer two = world.two("bob");
        JsonNode answer = ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob'}");
        assertThat(answer).isEqualTo(json("{'code':'reply.ok','channel':'ann.bob','re':'r'}"));
        String relay = Peer.quoted(
                "{'code':'subscribe.direct','message':'','websocketId':'','userId':'','channel':'ann.bob'}");
        assertThat(one.take()).containsExactly(relay);
        assertThat(two.take()).containsExactly(relay);
        assertThat(ann.take()).hasSize(1);
    }

    @Test
    void w41_withDataItOpensAndSaysInOne() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        JsonNode answer = ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob','data':{'value':'hi'}}");
        assertThat(answer.path("channel").asText()).isEqualTo("ann.bob");
        assertThat(answer.path("offset").asLong()).isEqualTo(1);
        assertThat(answer.path("data")).isEqualTo(json("{'duplicate':false,'ts':" + world.now() + "}"));
        List<JsonNode> frames = bob.got();
        assertThat(frames)
                .extracting(frame -> frame.path("code").asText())
                .containsExactly("channel.event", "subscribe.direct");
        assertThat(frames.get(0).path("data").path("data").path("value").asText())
                .isEqualTo("hi");
    }

    @Test
    void w41_aMessageWillDo() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        ann.say("{'code':'message.direct','channel':'ann.bob','message':'hi'}");
        assertThat(bob.got("channel.event")
                        .get(0)
                        .path("data")
                        .path("data")
                        .path("value")
                        .asText())
                .isEqualTo("hi");
    }

    @Test
    void w41_aRepetitionIsRecognised() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        String request = "{'code':'message.direct','id':'r','channel':'ann.bob','data':1}";
        ann.ask(request);
        assertThat(ann.ask(request).path("data").path("duplicate").asBoolean()).isTrue();
        assertThat(bob.got())
                .extracting(frame -> frame.path("code").asText())
                .containsExactly("channel.event", "subscribe.direct");
    }

    @Test
    void w53_whatIsNotStoredIsNotTold() {
        Peer ann = world.two("ann");
        Peer bob = world.one("bob");
        world.failing.failWith(ErrorCode.STORE_FULL);
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'ann.bob','data':1}"))
                .isEqualTo("store.full");
        assertThat(bob.take()).isEmpty();
        world.failing.failWith(null);
        ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob','data':1}");
        assertThat(bob.take()).hasSize(1);
    }

    /** Nobody hears "nothing was stored" of what is stored, or says it twice. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_FULL", "STORE_UNAVAILABLE", "BUSY", "TOO_MANY"})
    void w53_whatIsStoredIsAnsweredAsSuchWhateverBecomesOfTheOpening(ErrorCode code) {
        world.users.user("bob");
        Peer ann = world.two("ann");
        world.relaysFailWith = code;
        assertThat(ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob','data':1}")
                        .path("offset")
                        .asLong())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "bob.ann,'',not.allowed",
        "bob.carl,'',not.allowed",
        "lobby,'',bad.channel",
        "@bob,'',bad.channel",
        "ann.bob,carl,not.allowed",
        "ann.nobody,'',not.found",
        "pubnub:x,'',bad.channel"
    })
    void o30_w41_whatIsNotFromOneselfToSomebodyIsRefused(String channel, String userId, String error) {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        Peer carl = world.two("carl");
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'" + channel + "','userId':'" + userId
                        + "','data':1}"))
                .isEqualTo(error);
        assertThat(bob.take()).isEmpty();
        assertThat(carl.take()).isEmpty();
    }

    @Test
    void w41_aStoreThatCannotKeepTheRequestIsTheAnswer() {
        world.users.user("bob");
        UserId bob = new UserId("bob");
        for (int i = 0; i < 1_000; i++) {
            world.relays.keep(bob, "user" + i + ".bob");
        }
        Peer ann = world.two("ann");
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'ann.bob'}"))
                .isEqualTo("too.many");
    }

    @Test
    void w41_whatIsSaidIsStoredEvenIfNoMoreOpeningsCanWait() {
        world.users.user("bob");
        UserId bob = new UserId("bob");
        for (int i = 0; i < 1_000; i++) {
            world.relays.keep(bob, "user" + i + ".bob");
        }
        Peer ann = world.two("ann");
        assertThat(ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob','data':1}")
                        .path("offset")
                        .asLong())
                .isEqualTo(1);
    }

    @Test
    void w43_aPublicationForNobodyIsNotFoundEither() {
        Peer ann = world.two("ann");
        assertThat(ann.errorOf("{'code':'channel.publish','id':'r','channel':'ann.ghost','data':1}"))
                .isEqualTo("not.found");
        assertThat(ann.events("@ann")).isEmpty();
    }

    @Test
    void w42_whatWaitsToKnowItsReceiverIsNotOvertaken() {
        world.users.user("bob");
        Peer ann = world.two("ann");
        ann.take();
        world.existence.shut();
        ann.say("{'code':'message.direct','channel':'ann.bob','data':'first'}");
        ann.say("{'code':'channel.publish','channel':'ann.bob','data':'second'}");
        ann.say("{'code':'channel.publish','channel':'lobby','data':'elsewhere'}");
        world.existence.open();
        world.time.runAll();
        JsonNode page = ann.ask("{'code':'channel.history','id':'h','channel':'ann.bob'}");
        assertThat(page.path("data").path("events"))
                .extracting(event -> event.path("data").asText())
                .containsExactly("first", "second");
    }

    @Test
    void o34_w41_toSomebodyWhoIsAwayItIsStoredAndAnnounced() {
        world.users.user("bob");
        Peer ann = world.two("ann");
        JsonNode answer =
                ann.ask("{'code':'message.direct','id':'r','channel':'ann.bob','data':'while you were away'}");
        assertThat(answer.path("offset").asLong()).isEqualTo(1);
        Peer bob = world.open(dev.mirror.message.Protocol.V2, world.tokenOf("bob"));
        List<JsonNode> frames = bob.got();
        assertThat(frames.get(0).path("data").path("inbox").path("offset").asLong())
                .isEqualTo(1);
        assertThat(frames.get(1).path("code").asText()).isEqualTo("subscribe.direct");
        JsonNode kept = bob.ask("{'code':'channel.history','id':'h','channel':'@bob'}")
                .path("data")
                .path("events")
                .get(0);
        assertThat(kept.path("data").path("data").asText()).isEqualTo("while you were away");
    }

    @Test
    void o33_w42_everyDeviceOfBothUsersGetsItThroughItsInbox() {
        Peer sending = world.two("ann");
        Peer annsPhone = world.two("ann");
        Peer bobsDesk = world.two("bob");
        Peer bobsPhone = world.two("bob");
        Peer carl = world.two("carl");
        sending.publish("ann.bob", "to you");
        bobsDesk.publish("bob.ann", "and back");
        for (Peer device : List.of(sending, annsPhone, bobsDesk, bobsPhone)) {
            assertThat(inbox(device)).containsExactly("to you", "and back");
        }
        assertThat(carl.take()).isEmpty();
    }

    @Test
    void w42_aDeadDeviceTakesNothingFromTheOthers() {
        Peer ann = world.two("ann");
        Peer dead = world.two("bob");
        Peer alive = world.two("bob");
        dead.stall(0);
        ann.say("{'code':'message.direct','channel':'ann.bob','data':'hi'}");
        assertThat(dead.closeCode()).isEqualTo(4200);
        assertThat(inbox(alive)).containsExactly("hi");
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void w42_conversationAndInboxesGetItInOneStepOrNotAtAll() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        world.failing.failWith(ErrorCode.BUSY);
        assertThat(ann.errorOf("{'code':'channel.publish','id':'r','channel':'ann.bob','data':1}"))
                .isEqualTo("busy");
        world.failing.failWith(null);
        bob.take();
        for (String channel : List.of("ann.bob", "@bob")) {
            assertThat(bob.ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                            .path("offset")
                            .asLong())
                    .isZero();
        }
        ann.publish("ann.bob", "1");
        for (String channel : List.of("ann.bob", "@bob")) {
            assertThat(bob.ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                            .path("offset")
                            .asLong())
                    .isEqualTo(1);
        }
    }

    @Test
    void w42_aMessageToOneselfComesOnceToEachDevice() {
        Peer desk = world.two("ann");
        Peer phone = world.two("ann");
        desk.say("{'code':'message.direct','channel':'ann.ann','data':'note'}");
        List<JsonNode> onDesk = desk.got();
        assertThat(onDesk)
                .extracting(frame -> frame.path("code").asText())
                .containsExactlyInAnyOrder("subscribe.direct", "channel.event");
        assertThat(inbox(phone)).containsExactly("note");
    }

    @Test
    void w42_whatOnePeerSaysInOneBreathStaysInOrder() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        ann.later("{'code':'message.direct','channel':'ann.bob','data':'1'}".replace("'1'", "'one'"));
        ann.later("{'code':'channel.publish','channel':'ann.bob','data':'two'}");
        ann.later("{'code':'message.direct','channel':'ann.bob','data':'three'}");
        ann.later("{'code':'channel.publish','channel':'ann.bob','data':'four'}");
        world.run();
        assertThat(inbox(bob)).containsExactly("one", "two", "three", "four");
    }

    @Test
    void o43_w42_bothDirectionsAreOneLog() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        assertThat(ann.publish("ann.bob", "1")).isEqualTo(1);
        assertThat(bob.publish("bob.ann", "2")).isEqualTo(2);
        assertThat(bob.publish("ann.bob", "3")).isEqualTo(3);
    }

    @Test
    void w43_aReceiverWhoDoesNotExistIsNotFound() {
        Peer ann = world.two("ann");
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'ann.ghost','data':1}"))
                .isEqualTo("not.found");
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'ann.ghost'}"))
                .isEqualTo("not.found");
        assertThat(ann.connection.isEnded()).isFalse();
        world.users.setAvailable(false);
        assertThat(ann.errorOf("{'code':'message.direct','id':'r','channel':'ann.ghost'}"))
                .isEqualTo("busy");
    }

    @Test
    void o42_aStrangerGetsNothingOfAConversation() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        Peer eve = world.two("eve");
        for (String channel : List.of("ann.bob", "bob.ann", "@bob", "@ann")) {
            eve.say("{'code':'channel.subscribe','channel':'" + channel + "'}");
            eve.say("{'code':'channel.subscribe','channel':'" + channel + "','epoch':'e','offset':0}");
            eve.say("{'code':'channel.history','channel':'" + channel + "'}");
            eve.say("{'code':'presence.watch','channel':'" + channel + "'}");
        }
        ann.say("{'code':'message.direct','channel':'ann.bob','data':'secret'}");
        bob.say("{'code':'signal.send','channel':'bob.ann','data':'secret'}");
        assertThat(eve.take()).isEmpty();
    }
}
