package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.hub.MirrorOptions;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the hub tells of a message: every decision where it is wanted, and what failed in any case. */
class TraceTest {
    private World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String say(String id, String channel) {
        return "{'code':'channel.publish','id':'" + id + "','channel':'" + channel + "','data':'x'}";
    }

    private static String follow(String channel) {
        return "{'code':'channel.subscribe','id':'s','channel':'" + channel + "'}";
    }

    private static String from(String channel, String epoch, long offset) {
        return "{'code':'channel.subscribe','id':'s','channel':'" + channel + "','epoch':'" + epoch + "','offset':"
                + offset + "}";
    }

    private String epochOf(String channel) {
        return world.two("epoch")
                .ask("{'code':'channel.history','id':'h','channel':'" + channel + "'}")
                .path("epoch")
                .asText();
    }

    @Test
    void aWantedMessageIsToldFromItsAcceptanceToItsAcknowledgement() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.say(follow("lobby"));
        assertThat(world.trace.take()).isEmpty();
        ann.say(say("traced-1", "lobby"));
        assertThat(world.trace.take())
                .containsExactlyInAnyOrder(
                        "accepted traced-1 of ann in lobby",
                        "written traced-1 to bob in lobby 1",
                        "acknowledged traced-1 of ann in lobby");
    }

    @Test
    void anUnwantedMessageIsNotTold() {
        Peer ann = world.two("ann");
        world.two("bob").say(follow("lobby"));
        ann.say(say("plain-1", "lobby"));
        world.two("cid").say(from("lobby", epochOf("lobby"), 0));
        assertThat(world.trace.take()).isEmpty();
    }

    @Test
    void aDirectMessageIsToldForEachInboxThatGetsACopy() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        ann.say(say("traced-1", "ann.bob"));
        assertThat(world.trace.take())
                .contains("written traced-1 to ann in @ann 1", "written traced-1 to bob in @bob 1");
        assertThat(bob.got("channel.event")).hasSize(1);
    }

    @Test
    void whoComesBackIsToldWhatWasReplayed() {
        Peer ann = world.two("ann");
        ann.say(say("traced-1", "lobby"));
        ann.say(say("plain-2", "lobby"));
        world.trace.take();
        Peer bob = world.two("bob");
        bob.say(from("lobby", epochOf("lobby"), 0));
        assertThat(world.trace.take()).containsExactly("replayed traced-1 to bob in lobby 1");
    }

    @Test
    void whatIsPublishedWhileASubscriberCatchesUpIsDeferredAndThenReplayed() {
        Peer ann = world.two("ann");
        ann.say(say("plain-1", "lobby"));
        String epoch = epochOf("lobby");
        Peer bob = world.two("bob");
        world.broker.histories.shut();
        bob.say(from("lobby", epoch, 0));
        world.broker.histories.letOneThrough(); // where the log stands; the page waits
        world.run();
        ann.say(say("traced-2", "lobby"));
        assertThat(world.trace.take()).contains("deferred traced-2 to bob in lobby 2");
        world.broker.histories.open();
        world.run();
        assertThat(world.trace.take()).containsExactly("replayed traced-2 to bob in lobby 2");
    }

    @Test
    void aRefusalIsToldWhateverTheId() {
        Peer ann = world.two("ann");
        assertThat(ann.errorOf(say("plain-1", "@bob"))).isEqualTo("not.allowed");
        assertThat(ann.errorOf("{'code':'no.such','id':'plain-2'}")).isEqualTo("unknown.code");
        assertThat(world.trace.take())
                .containsExactly("refused plain-1 of ann not.allowed", "refused plain-2 of ann unknown.code");
    }

    @Test
    void whatTheStoreRefusedIsTold() {
        Peer ann = world.two("ann");
        world.broker.publishes.shut();
        ann.say(say("plain-1", "lobby"));
        world.seconds(6);
        assertThat(world.trace.take()).containsExactly("refused plain-1 of ann " + ErrorCode.STORE_UNAVAILABLE.wire());
    }

    @Test
    void whatAConnectionDidNotTakeIsToldWhateverTheId() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        bob.say(follow("lobby"));
        bob.stall(1);
        for (int i = 1; i <= 3; i++) {
            ann.say(say("plain-" + i, "lobby"));
        }
        assertThat(bob.closeCode()).isNotZero();
        assertThat(world.trace.take()).containsExactly("lost plain-2 to bob in lobby 2");
    }

    @Test
    void whatIsMissingIsToldWithItsRange() {
        world.close();
        world = new World(
                MirrorOptions.defaults(), new MemoryBroker.Limits(2, 1L << 30, 32 << 10)); // keeps two of a channel
        Peer ann = world.two("ann");
        String epoch = epochOf("lobby");
        for (int i = 1; i <= 5; i++) {
            ann.say(say("plain-" + i, "lobby"));
        }
        world.two("bob").say(from("lobby", epoch, 1));
        assertThat(world.trace.take()).containsExactly("missing to bob in lobby 1 to 3");
    }
}
