package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.message.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionOneTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String hello(Peer peer) {
        return Peer.quoted("{'code':'registered.success','message':'Registered','websocketId':'" + peer.id()
                + "','userId':'','channel':''}");
    }

    private static String relay(String channel) {
        return Peer.quoted(
                "{'code':'subscribe.direct','message':'','websocketId':'','userId':'','channel':'" + channel + "'}");
    }

    private static String direct(String channel) {
        return "{'code':'message.direct','message':'','websocketId':'','userId':'','channel':'" + channel + "'}";
    }

    private void refuse(Peer peer, int times) {
        for (int i = 0; i < times; i++) {
            peer.say("{'code':'nonsense'}");
        }
    }

    @Test
    void w12_everyFrameHasTheFiveKeysInOrderAndNothingElse() {
        Peer ann = world.one("ann");
        Peer bob = world.open(Protocol.V1, world.tokenOf("bob"));
        ann.say(direct("ann.bob"));
        world.two("ann").publish("ann.bob", "said in version 2");
        assertThat(bob.take())
                .hasSize(2)
                .allMatch(
                        frame -> frame.matches(
                                "\\{\"code\":\"[a-z.]+\",\"message\":\"\\w*\",\"websocketId\":\"[\\w-]*\",\"userId\":\"\",\"channel\":\"[\\w.-]*\"}"));
    }

    @Test
    void w13_theHelloNamesThisConnection() {
        Peer first = world.open(Protocol.V1, world.tokenOf("ann"));
        Peer second = world.open(Protocol.V1, Credentials.none());
        assertThat(first.take()).containsExactly(hello(first));
        assertThat(second.take()).containsExactly(hello(second));
        assertThat(first.id()).isNotEqualTo(second.id()).hasSizeGreaterThanOrEqualTo(22);
    }

    @Test
    void w14_toRegisterAsOneselfDoesNothing() {
        Peer ann = world.one("ann");
        for (int i = 0; i < 30; i++) {
            ann.say("{'code':'register.userId','message':'','websocketId':'" + ann.id()
                    + "','userId':'ann','channel':''}");
        }
        assertThat(ann.take()).isEmpty();
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void o27_w14_toRegisterAsSomebodyElseEndsTheConnection() {
        Peer mallory = world.one("mallory");
        Peer bob = world.one("bob");
        mallory.say("{'code':'register.userId','websocketId':'" + mallory.id() + "','userId':'bob'}");
        assertThat(mallory.closeCode()).isEqualTo(4003);
        world.one("ann").say(direct("ann.bob"));
        assertThat(bob.take()).containsExactly(relay("ann.bob"));
        assertThat(mallory.take()).isEmpty();
    }

    @Test
    void o28_w14_toRegisterAnotherConnectionEndsTheOwn() {
        Peer mallory = world.one("mallory");
        Peer bob = world.one("bob");
        mallory.say("{'code':'register.userId','websocketId':'" + bob.id() + "','userId':'mallory'}");
        assertThat(mallory.closeCode()).isEqualTo(4003);
        assertThat(bob.connection.isEnded()).isFalse();
        world.one("ann").say(direct("ann.bob"));
        assertThat(bob.take()).containsExactly(relay("ann.bob"));
    }

    @Test
    void o27_w14_aPeerThatProvedNothingCannotRegisterAsAnybody() {
        world.users.user("bob");
        Peer mallory = world.open(Protocol.V1, Credentials.none());
        mallory.say("{'code':'register.userId','websocketId':'" + mallory.id() + "','userId':'bob'}");
        assertThat(mallory.closeCode()).isEqualTo(4003);
    }

    @Test
    void o26_w15_aPeerThatProvedNothingGetsTheHelloAndTenSeconds() {
        Peer nobody = world.open(Protocol.V1, Credentials.none());
        assertThat(nobody.take()).containsExactly(hello(nobody));
        world.advance(Duration.ofMillis(9_999));
        assertThat(nobody.connection.isEnded()).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThat(nobody.closeCode()).isEqualTo(4300);
        assertThat(nobody.take()).as("no farewell in version 1").isEmpty();
    }

    @Test
    void o31_w15_aPeerThatProvedNothingSendsAndReceivesNothing() {
        Peer nobody = world.open(Protocol.V1, Credentials.none());
        nobody.take();
        Peer bob = world.one("bob");
        Peer ann = world.one("ann");
        nobody.say(direct("ann.bob"));
        nobody.say(direct(".bob"));
        ann.say(direct("ann."));
        ann.say(direct("ann.bob"));
        assertThat(nobody.take()).isEmpty();
        assertThat(bob.take()).containsExactly(relay("ann.bob"));
    }

    @Test
    void w15_aTokenThatIsNoneCountsAsNoProof() {
        Peer forger = world.open(Protocol.V1, new Credentials.Token("forged"));
        assertThat(forger.take()).containsExactly(hello(forger));
        world.seconds(10);
        assertThat(forger.closeCode()).isEqualTo(4300);
    }

    @Test
    void w16_everyConnectionOfTheReceiverHearsOfItAndNobodyElse() {
        Peer ann = world.one("ann");
        Peer annAgain = world.one("ann");
        Peer bob = world.one("bob");
        Peer bobTwo = world.two("bob");
        Peer carl = world.one("carl");
        ann.say(direct("ann.bob"));
        ann.say(direct("ann.bob"));
        assertThat(bob.take()).as("once for each request").containsExactly(relay("ann.bob"), relay("ann.bob"));
        assertThat(bobTwo.take()).containsExactly(relay("ann.bob"), relay("ann.bob"));
        assertThat(ann.take()).isEmpty();
        assertThat(annAgain.take()).isEmpty();
        assertThat(carl.take()).isEmpty();
    }

    @Test
    void w16_aRequestToOneselfReachesAllOwnConnections() {
        Peer ann = world.one("ann");
        Peer second = world.one("ann");
        ann.say(direct("ann.ann"));
        assertThat(ann.take()).containsExactly(relay("ann.ann"));
        assertThat(second.take()).containsExactly(relay("ann.ann"));
    }

    @Test
    void o43_w16_theChannelIsRelayedAsTheSenderSpelledIt() {
        Peer zoe = world.one("zoe");
        Peer ann = world.one("ann");
        zoe.say(direct("zoe.ann"));
        ann.say(direct("ann.zoe"));
        assertThat(ann.take()).containsExactly(relay("zoe.ann"));
        assertThat(zoe.take()).containsExactly(relay("ann.zoe"));
    }

    @Test
    void o33_w16_aDeadConnectionOfTheReceiverCostsNobodyElse() {
        Peer ann = world.one("ann");
        Peer dead = world.one("bob");
        Peer alive = world.one("bob");
        dead.stall(0);
        ann.say(direct("ann.bob"));
        assertThat(dead.closeCode()).isEqualTo(4200);
        assertThat(alive.take()).containsExactly(relay("ann.bob"));
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void o38_aReceiverWhoDoesNotReadDoesNotHoldTheSenderUp() {
        Peer ann = world.one("ann");
        Peer stalled = world.one("bob");
        Peer carl = world.one("carl");
        stalled.stall(1_000);
        ann.say(direct("ann.bob"));
        ann.say(direct("ann.carl"));
        assertThat(carl.take()).containsExactly(relay("ann.carl"));
        assertThat(stalled.connection.isEnded()).isFalse();
    }

    @Test
    void o40_aRequestCostsWhatItsReceiverCosts() {
        Peer ann = world.one("ann");
        for (int i = 0; i < 300; i++) {
            world.one("user" + i);
        }
        ann.later(direct("ann.user7"));
        assertThat(world.time.tasks()).isEqualTo(1);
        world.run();
        assertThat(world.mirror.stats().relays())
                .as("connections that were looked at")
                .isEqualTo(1);
    }

    @Test
    void o34_w17_aRequestWaitsForAReceiverWhoIsAway() {
        world.users.user("bob");
        Peer ann = world.one("ann");
        ann.say(direct("ann.bob"));
        ann.say(direct("ann.bob"));
        Peer bob = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(bob.take()).as("after the hello, once").containsExactly(hello(bob), relay("ann.bob"));
        assertThat(world.one("bob").take()).as("only the next connection").isEmpty();
    }

    @Test
    void w17_aReceiverWhoComesByVersionTwoGetsItToo() {
        world.users.user("bob");
        world.one("ann").say(direct("ann.bob"));
        Peer bob = world.open(Protocol.V2, world.tokenOf("bob"));
        List<String> frames = bob.take();
        assertThat(frames).hasSize(2);
        assertThat(frames.get(1)).isEqualTo(relay("ann.bob"));
    }

    @Test
    void w17_whatWaitsComesInTheOrderInWhichItWasAsked() {
        world.users.user("bob");
        for (String sender : List.of("zoe", "ann", "mia")) {
            world.one(sender).say(direct(sender + ".bob"));
        }
        Peer bob = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(bob.take()).containsExactly(hello(bob), relay("zoe.bob"), relay("ann.bob"), relay("mia.bob"));
    }

    @Test
    void w17_aReceiverWhoComesWhileTheRequestIsBeingKeptStillGetsIt() {
        world.users.user("bob");
        Peer ann = world.one("ann");
        world.keeps.shut();
        ann.say(direct("ann.bob"));
        Peer bob = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(bob.take()).containsExactly(hello(bob));
        world.keeps.open();
        world.run();
        assertThat(bob.take()).containsExactly(relay("ann.bob"));
        assertThat(world.one("bob").take()).isEmpty();
    }

    @Test
    void w17_aReceiverWhoLeavesWhileTheRequestsAreTakenGetsThemNextTime() {
        world.users.user("bob");
        Peer ann = world.one("ann");
        ann.say(direct("ann.bob"));
        world.takes.shut();
        Peer bob = world.open(Protocol.V1, world.tokenOf("bob"));
        bob.vanish();
        world.takes.open();
        world.run();
        Peer back = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(back.take()).containsExactly(hello(back), relay("ann.bob"));
    }

    @Test
    void w17_aReceiverWhoseOnlyConnectionEndsInBetweenGetsItNextTime() {
        Peer ann = world.one("ann");
        Peer bob = world.one("bob");
        bob.stall(0);
        ann.say(direct("ann.bob"));
        assertThat(bob.closeCode()).isEqualTo(4200);
        Peer back = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(back.take()).containsExactly(hello(back), relay("ann.bob"));
        // The same when the connection vanishes while the relay waits on its lane.
        ann.later(direct("ann.bob"));
        back.lane.execute(back.connection::vanish);
        world.run();
        Peer again = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(again.take()).containsExactly(hello(again), relay("ann.bob"));
    }

    /** A lane that can end: it takes nothing more, and nobody tells the sessions on it. */
    private final class EndingLane implements Executor {
        private final Executor lane = world.time.lane();
        boolean ended;

        @Override
        public void execute(Runnable task) {
            if (ended) {
                throw new RejectedExecutionException("ended");
            }
            lane.execute(task);
        }
    }

    @Test
    void w17_whatWasTakenForALaneThatHasEndedWaitsAgain() {
        world.users.user("bob");
        world.one("ann").say(direct("ann.bob"));
        EndingLane lane = new EndingLane();
        world.takes.shut();
        world.open(Protocol.V1, world.tokenOf("bob"), lane);
        lane.ended = true;
        world.takes.open();
        world.run();
        Peer back = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(back.take()).containsExactly(hello(back), relay("ann.bob"));
    }

    @Test
    void w17_aRequestForALaneThatHasEndedWaits() {
        EndingLane lane = new EndingLane();
        world.open(Protocol.V1, world.tokenOf("bob"), lane);
        lane.ended = true;
        world.one("ann").say(direct("ann.bob"));
        Peer back = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(back.take()).containsExactly(hello(back), relay("ann.bob"));
        world.one("mia").say(direct("mia.bob"));
        assertThat(back.take()).as("a lane that goes on").containsExactly(relay("mia.bob"));
    }

    @Test
    void w17_ofTwoConnectionsThatComeTogetherOneGetsIt() {
        world.users.user("bob");
        world.one("ann").say(direct("ann.bob"));
        Peer first = world.openLater(Protocol.V1, world.tokenOf("bob"), world.time.lane());
        Peer second = world.openLater(Protocol.V1, world.tokenOf("bob"), world.time.lane());
        world.run();
        assertThat(List.of(first.take().size(), second.take().size())).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void w17_aThousandWaitAndFurtherOnesAreRefused() {
        world.users.user("bob");
        UserId bob = new UserId("bob");
        for (int i = 0; i < 1_000; i++) {
            world.relays.keep(bob, "user" + i + ".bob");
        }
        Peer ann = world.one("ann");
        refuse(ann, 18);
        ann.say(direct("ann.bob"));
        assertThat(ann.connection.isEnded()).as("19 refusals").isFalse();
        ann.say(direct("ann.bob"));
        assertThat(ann.closeCode()).isEqualTo(4029);
        Peer back = world.open(Protocol.V1, world.tokenOf("bob"));
        assertThat(back.take()).hasSize(1_001).doesNotContain(relay("ann.bob"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'code':'message.direct','channel':'x'}",
                "{'code':'message.direct','channel':'ann.'}",
                "{'code':'message.direct','channel':'.bob'}",
                "{'code':'message.direct','channel':'ann.bob.carl'}",
                "{'code':'message.direct','channel':'carl.bob'}",
                "{'code':'message.direct','channel':'bob.ann'}",
                "{'code':'message.direct','channel':'ann.bob','userId':'carl'}",
                "{'code':'message.direct','channel':'carl.bob','userId':'carl'}",
                "{'code':'message.direct','channel':'ann.bob','websocketId':'other'}",
                "{'code':'message.direct','channel':'ann.nobody'}",
                "{'code':'message.direct','channel':'@bob'}",
                "{'code':'message.direct','channel':'ann.bob,carl'}",
                "{'code':'message.direct','channel':'ann.bob<script>'}",
                "{'code':'message.direct','channel':'ann.*'}",
                "{'code':'message.direct'}",
                "{'code':'channel.publish','channel':'lobby','data':1}",
                "{'code':'session.ping'}",
                "{'code':'registered.success'}",
                "{'code':'register.userId'}",
                "{}",
                "[]",
                "",
                "{",
                "hello",
                "{'code':['message.direct']}"
            })
    void o29_o30_o32_w18_anyOtherRequestIsIgnoredAndCounted(String request) {
        Peer ann = world.one("ann");
        Peer bob = world.one("bob");
        for (int i = 0; i < 19; i++) {
            ann.say(request);
        }
        assertThat(ann.connection.isEnded()).isFalse();
        ann.say(direct("ann.bob"));
        assertThat(bob.take()).as("the connection stays, and works").containsExactly(relay("ann.bob"));
        ann.say(request);
        assertThat(ann.closeCode()).isEqualTo(4029);
        assertThat(ann.take()).as("no answer").isEmpty();
        assertThat(bob.take()).isEmpty();
    }

    @Test
    void w18_theTwentiethWithinAMinuteEndsItAtBothEdgesOfTheWindow() {
        Peer inside = world.one("ann");
        Peer outside = world.one("bob");
        refuse(inside, 1);
        refuse(outside, 1);
        world.advance(Duration.ofSeconds(30));
        refuse(inside, 18);
        refuse(outside, 18);
        world.advance(Duration.ofMillis(29_999));
        refuse(inside, 1);
        assertThat(inside.closeCode()).isEqualTo(4029);
        world.advance(Duration.ofMillis(1));
        refuse(outside, 1);
        assertThat(outside.connection.isEnded())
                .as("the first was a minute ago")
                .isFalse();
        refuse(outside, 1);
        assertThat(outside.closeCode()).isEqualTo(4029);
    }

    @Test
    void o38_w18_requestsFasterThanTheLimitAreRefused() {
        Peer ann = world.one("ann");
        Peer bob = world.one("bob");
        for (int i = 0; i < 119; i++) {
            ann.say(direct("ann.bob"));
        }
        assertThat(bob.take()).hasSize(100);
        assertThat(ann.connection.isEnded()).isFalse();
        world.advance(Duration.ofMillis(20));
        ann.say(direct("ann.bob"));
        assertThat(bob.take()).hasSize(1);
        ann.say(direct("ann.bob"));
        assertThat(ann.closeCode()).isEqualTo(4029);
    }

    @Test
    void w18_theOwnNamesMayBeStated() {
        Peer ann = world.one("ann");
        Peer bob = world.one("bob");
        ann.say("{'code':'message.direct','message':'ignored','websocketId':'" + ann.id()
                + "','userId':'ann','channel':'ann.bob'}");
        assertThat(bob.take()).containsExactly(relay("ann.bob"));
    }
}
