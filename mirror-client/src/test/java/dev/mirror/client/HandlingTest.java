package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.MemoryCheckpoint;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an event counts as handled, and what becomes of one that cannot be. */
final class HandlingTest {
    private final VirtualHub hub = new VirtualHub();
    private final MemoryCheckpoint checkpoint = new MemoryCheckpoint();
    private final List<String> heard = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();
    private int failing; // how many calls fail before one succeeds

    private void handle(ChannelEvent message, Chat chat) throws IOException {
        heard.add(message.text());
        if (message.text().startsWith("bad") && failing-- > 0) {
            throw new IOException("as the test wants");
        }
    }

    private MirrorClient bot(UnaryOperator<ClientBuilder> with) {
        return hub.client(
                "bot", client -> with.apply(client.checkpoint(checkpoint).onDirect(this::handle)));
    }

    private static ClientBuilder burying(ClientBuilder with, List<String> dead) {
        return with.onDeadLetter((letter, chat) -> dead.add(letter.event().text() + " " + letter.attempts() + " "
                + letter.failure().getMessage()));
    }

    /** What the handler and the handler of dead letters get to hear, by how often the first fails. */
    @ParameterizedTest
    @CsvSource({
        // failures, attempts, buried?, calls, letters
        "0, 3, true, 1, 0",
        "1, 3, true, 2, 0",
        "2, 3, true, 3, 0",
        "3, 3, true, 3, 1",
        "9, 3, true, 3, 1",
        "9, 1, true, 1, 1",
        "3, 3, false, 3, 0",
        "9, 3, false, 3, 0",
        "1, 2, false, 2, 0"
    })
    void handlerThatFailsGetsTheEventAgainAndThenItIsBuried(
            int failures, int attempts, boolean buries, int calls, int letters) {
        failing = failures;
        bot(with -> {
            ClientBuilder bounded = with.redelivery(attempts, Duration.ofSeconds(1), Duration.ofSeconds(30));
            return buries ? burying(bounded, dead) : bounded;
        });
        MirrorClient ann = hub.client("ann", with -> with);

        hub.now(ann.direct(VirtualHub.user("bot"), "bad"));
        hub.now(ann.direct(VirtualHub.user("bot"), "good"));
        hub.pass(Duration.ofMinutes(5));

        assertThat(heard).hasSize(calls + 1).endsWith("good");
        assertThat(heard.subList(0, calls)).containsOnly("bad");
        assertThat(dead).hasSize(letters).allMatch(letter -> letter.equals("bad " + attempts + " as the test wants"));
    }

    @ParameterizedTest
    @CsvSource({
        "HANDLE, true, BURY",
        "HANDLE, false, PASS",
        "BURY, true, PASS",
        "BURY, false, PASS",
        "PASS, true, PASS",
        "PASS, false, PASS"
    })
    void phaseThatFailedTooOftenIsFollowedBy(Handling.Phase phase, boolean buries, Handling.Phase next) {
        assertThat(phase.next(buries)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 8", "5, 10", "60, 10", "2000000000, 10"})
    void waitsDoubleUpToTheirBound(int failures, int seconds) {
        Redelivery redelivery = new Redelivery(100, Duration.ofSeconds(1), Duration.ofSeconds(10));

        assertThat(redelivery.delay(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void handlerOfDeadLettersThatFailsIsCalledAgainAndThenTheClientGoesOn() {
        failing = Integer.MAX_VALUE;
        bot(with -> with.redelivery(2, Duration.ofSeconds(1), Duration.ofSeconds(1))
                .onDeadLetter((letter, chat) -> {
                    dead.add(letter.event().text());
                    throw new IOException("full");
                }));
        MirrorClient ann = hub.client("ann", with -> with);

        hub.now(ann.direct(VirtualHub.user("bot"), "bad"));
        hub.now(ann.direct(VirtualHub.user("bot"), "good"));
        hub.pass(Duration.ofMinutes(1));

        assertThat(heard).containsExactly("bad", "bad", "good");
        assertThat(dead).containsExactly("bad", "bad");
    }

    @Test
    void i3_conversationWaitsInOrderWhileOthersGoOn() {
        failing = 2;
        bot(with -> with);
        MirrorClient ann = hub.client("ann", with -> with);
        MirrorClient bob = hub.client("bob", with -> with);

        hub.now(ann.direct(VirtualHub.user("bot"), "bad"));
        hub.now(ann.direct(VirtualHub.user("bot"), "ann 2"));
        hub.now(bob.direct(VirtualHub.user("bot"), "bob 1"));
        hub.now(bob.direct(VirtualHub.user("bot"), "bob 2"));
        assertThat(heard).containsExactly("bad", "bob 1", "bob 2");
        hub.pass(Duration.ofSeconds(3));

        assertThat(heard).containsExactly("bad", "bob 1", "bob 2", "bad", "bad", "ann 2");
    }

    @Test
    void eventsThatWereQueuedAndNotHandledComeAgainAfterARestart() {
        List<Runnable> held = new ArrayList<>();
        MirrorClient first =
                hub.client("bot", held::add, with -> with.checkpoint(checkpoint).onDirect(this::handle));
        while (!held.isEmpty()) {
            runOnce(held);
        }
        assertThat(first.state()).isEqualTo(ClientState.CONNECTED);
        MirrorClient ann = hub.client("ann", with -> with);
        for (int i = 1; i <= 5; i++) {
            hub.now(ann.direct(VirtualHub.user("bot"), "m" + i));
        }
        while (heard.size() < 2) {
            runOnce(held);
        }
        assertThat(heard).containsExactly("m1", "m2");
        first.close();
        hub.time.runAll();
        while (!held.isEmpty()) {
            runOnce(held);
        }

        bot(with -> with);

        assertThat(heard).containsExactly("m1", "m2", "m3", "m4", "m5");
    }

    private void runOnce(List<Runnable> held) {
        held.remove(0).run();
        hub.time.runAll();
    }

    @Test
    void whatWasHandledBeyondAWaitingEventDoesNotComeAgainAfterARestart() {
        failing = 1;
        MirrorClient first = bot(with -> with.redelivery(5, Duration.ofHours(1), Duration.ofHours(1)));
        MirrorClient ann = hub.client("ann", with -> with);
        MirrorClient bob = hub.client("bob", with -> with);
        hub.now(ann.direct(VirtualHub.user("bot"), "bad"));
        hub.now(bob.direct(VirtualHub.user("bot"), "bob 1"));
        hub.now(ann.direct(VirtualHub.user("bot"), "ann 2"));
        hub.now(bob.direct(VirtualHub.user("bot"), "bob 2"));
        assertThat(heard).containsExactly("bad", "bob 1", "bob 2");

        hub.close(first);
        heard.clear();
        bot(with -> with);

        assertThat(heard).containsExactly("bad", "ann 2");
    }

    @Test
    void everythingSaidWhileTheBotWasDownIsHandledOnceAfterwards() {
        MirrorClient ann = hub.client("ann", with -> with);
        List<String> said = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            MirrorClient bot = bot(with -> with.onChannel("lobby", this::handle));
            for (int i = 0; i < 5; i++) {
                said.add(round + "." + i);
                if (i == 3) {
                    hub.close(bot);
                }
                hub.now(
                        i % 2 == 0
                                ? ann.direct(VirtualHub.user("bot"), round + "." + i)
                                : ann.publish("lobby", round + "." + i));
            }
        }
        bot(with -> with.onChannel("lobby", this::handle));

        assertThat(heard).containsExactlyInAnyOrderElementsOf(said);
    }

    @Test
    void firstStartThatHandledNothingIsRememberedToo() {
        hub.close(bot(with -> with.onChannel("lobby", this::handle)));
        MirrorClient ann = hub.client("ann", with -> with);
        hub.now(ann.publish("lobby", "while away"));
        hub.now(ann.direct(VirtualHub.user("bot"), "while away too"));

        bot(with -> with.onChannel("lobby", this::handle));

        assertThat(heard).containsExactlyInAnyOrder("while away", "while away too");
    }

    @Test
    void firstStartBeginsWhereTheBuilderSays() {
        MirrorClient ann = hub.client("ann", with -> with);
        hub.users.token("bot");
        for (int i = 1; i <= 3; i++) {
            hub.now(ann.direct(VirtualHub.user("bot"), "d" + i));
            hub.now(ann.publish("lobby", "l" + i));
            hub.now(ann.publish("attic", "a" + i));
            hub.now(ann.publish("cellar", "c" + i));
        }
        Position second = hub.now(ann.history("attic", 2)).events().get(0).position();
        UnaryOperator<ClientBuilder> all = with -> with.startAt(Start.EARLIEST)
                .startAt("attic", Start.after(second))
                .startAt("cellar", Start.LATEST)
                .onChannel("lobby", this::handle)
                .onChannel("attic", this::handle)
                .onChannel("cellar", this::handle);

        hub.close(bot(all));
        assertThat(heard).containsExactlyInAnyOrder("d1", "d2", "d3", "l1", "l2", "l3", "a3");
        heard.clear();
        hub.close(bot(all));
        assertThat(heard).as("a second start continues").isEmpty();

        hub.client("bot", with -> all.apply(with.onDirect(this::handle)));
        assertThat(heard)
                .as("without a checkpoint each start is a first one")
                .containsExactlyInAnyOrder("d1", "d2", "d3", "l1", "l2", "l3", "a3");
    }

    @Test
    void eventsThatNobodyWantsMoveThePositionToo() {
        MirrorClient ann = hub.client("ann", with -> with);
        MirrorClient bot = bot(with -> with.onChannel("lobby", this::handle));
        for (int i = 0; i < 20; i++) {
            hub.now(bot.publish("lobby", "own " + i));
        }
        hub.now(ann.publish("lobby", "one"));
        for (int i = 0; i < 20; i++) {
            hub.now(bot.publish("lobby", "own " + i));
        }
        hub.close(bot);

        assertThat(checkpoint.open().get(ChannelName.room("lobby")).position().offset())
                .isEqualTo(41);
    }

    @Test
    void gapMovesThePositionAndIsToldOnce() {
        VirtualHub small = new VirtualHub(new dev.mirror.memory.MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        MirrorClient ann = small.client("ann", with -> with);
        UnaryOperator<ClientBuilder> all = with -> with.checkpoint(checkpoint)
                .onGap((gap, chat) -> {
                    heard.add("gap after " + gap.position().offset());
                    if (failing-- > 0) {
                        throw new IOException("as the test wants");
                    }
                })
                .onChannel("lobby", this::handle);
        small.close(small.client("bot", all));
        for (int i = 1; i <= 10; i++) {
            small.now(ann.publish("lobby", "m" + i));
        }
        failing = 1;

        MirrorClient second = small.client("bot", all);
        small.pass(Duration.ofSeconds(2));
        small.close(second);
        assertThat(heard).containsExactly("gap after 5", "gap after 5", "m6", "m7", "m8", "m9", "m10");

        small.client("bot", all);
        assertThat(heard).as("nothing comes again").hasSize(7);
    }

    @Test
    void gapOfTheInboxWaitsForWhatIsStillBeingHandled() {
        VirtualHub small = new VirtualHub(new dev.mirror.memory.MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        failing = 3;
        small.client(
                "bot",
                with -> with.checkpoint(checkpoint)
                        .redelivery(5, Duration.ofHours(1), Duration.ofHours(1))
                        .onDirect(this::handle)
                        .onChannel("busy", this::handle));
        HubNetwork bots = small.network;
        small.network = new HubNetwork(small.mirror, small.time.lane());
        MirrorClient ann = small.client("ann", with -> with);
        small.now(ann.direct(VirtualHub.user("bot"), "bad"));
        small.pass(Duration.ofMinutes(10));
        // In the room more waits than is taken; when that is handled, everything is asked for again.
        small.now(ann.publish("busy", "bad and busy"));
        for (int i = 0; i < 1_200; i++) {
            ann.publish("busy", "more");
            small.pass(Duration.ofMillis(100));
        }
        bots.unreachable = true;
        bots.cutAll();
        for (int i = 0; i < 10; i++) {
            small.now(ann.direct(VirtualHub.user("bot"), "missed"));
        }
        bots.unreachable = false;
        small.pass(Duration.ofHours(3));

        assertThat(heard.stream().filter("bad"::equals)).as("it failed twice").hasSize(3);
    }

    @Test
    void clientThatCouldNotOpenACheckpointLeavesItToWhoeverHasIt() {
        List<String> calls = new ArrayList<>();
        Checkpoint<Checkpoint.None> taken = new FailingCheckpoint() {
            @Override
            public Map<ChannelName, Progress> open() {
                throw new CheckpointException("another client has it");
            }

            @Override
            public void close() {
                calls.add("close");
            }
        };
        MirrorClient second = hub.clients.make(
                hub.network,
                hub.users.token("bot"),
                with -> with.checkpoint(taken).onDirect(this::handle));
        CompletableFuture<?> connect = second.connect();
        hub.time.runAll();

        assertThat(Await.failure(connect)).hasMessage("another client has it");
        assertThat(calls).isEmpty();
    }

    @Test
    void applicationMaySetThePositionBack() {
        MirrorClient ann = hub.client("ann", with -> with);
        Position first = hub.now(ann.publish("lobby", "m1")).position();
        MirrorClient bot = bot(with -> with.startAt(Start.EARLIEST).onChannel("lobby", this::handle));
        hub.now(ann.publish("lobby", "m2"));
        hub.now(ann.publish("lobby", "m3"));

        hub.now(bot.subscribe("lobby", first));
        hub.now(ann.publish("lobby", "m4"));

        assertThat(heard).containsExactly("m1", "m2", "m3", "m2", "m3", "m4");
    }

    @Test
    void checkpointThatFailsIsAskedAgainAndTheHandlerIsNotBlamed() {
        List<Throwable> reported = new ArrayList<>();
        FailingCheckpoint failingOne = new FailingCheckpoint();
        hub.client(
                "bot",
                with -> burying(with, dead)
                        .checkpoint(failingOne)
                        .onFailure(reported::add)
                        .redelivery(2, Duration.ofMillis(1), Duration.ofMillis(1))
                        .onDirect(this::handle));
        MirrorClient ann = hub.client("ann", with -> with);
        failingOne.failures = 10;

        hub.now(ann.direct(VirtualHub.user("bot"), "hello"));
        hub.pass(Duration.ofMinutes(10));

        assertThat(heard).containsExactly("hello");
        assertThat(dead).isEmpty();
        assertThat(reported).hasSize(10).allMatch(CheckpointException.class::isInstance);
    }

    /** A database that is away for a while. */
    private static class FailingCheckpoint implements Checkpoint<Checkpoint.None> {
        private final MemoryCheckpoint kept = new MemoryCheckpoint();
        private int failures;

        @Override
        public Map<ChannelName, Progress> open() {
            return kept.open();
        }

        @Override
        public boolean handle(Step step, Work<None> work) throws Exception {
            if (failures-- > 0) {
                throw new CheckpointException("away");
            }
            return kept.handle(step, work);
        }

        @Override
        public void move(ChannelName channel, Position position) {
            kept.move(channel, position);
        }

        @Override
        public void close() {
            kept.close();
        }
    }

    @Test
    void connectFailsWhereTheCheckpointCannotBeOpened() {
        bot(with -> with);
        MirrorClient second = hub.clients.make(
                hub.network,
                hub.users.token("bot"),
                with -> with.checkpoint(checkpoint).onDirect(this::handle));
        CompletableFuture<MirrorClient> connect = second.connect();
        hub.time.runAll();

        MirrorException failure = Await.failure(connect);
        assertThat(failure).isInstanceOf(CheckpointException.class).hasMessageContaining("another client");
        assertThat(second.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void checkpointOfAnotherUserIsRefused() {
        hub.close(bot(with -> with));
        MirrorClient eve = hub.clients.make(
                hub.network,
                hub.users.token("eve"),
                with -> with.checkpoint(checkpoint).onDirect(this::handle));
        CompletableFuture<MirrorClient> connect = eve.connect();
        hub.time.runAll();

        assertThat(Await.failure(connect)).hasMessage("the checkpoint is another user's");
        assertThat(eve.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void anotherUsersInboxIsRefusedAndDoesNotSpoilTheCheckpoint() {
        MirrorClient bot = bot(with -> with);
        CompletableFuture<Position> inbox = bot.subscribe("@ann", new Position("e", 3));
        hub.time.runAll();
        assertThat(Await.failure(inbox).code()).isEqualTo(ErrorCode.NOT_ALLOWED);
        hub.close(bot);

        assertThat(bot(with -> with).state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void botHasOneCheckpoint() {
        ClientBuilder builder = MirrorClient.builder(java.net.URI.create("ws://unused.invalid"))
                .checkpoint(checkpoint)
                .checkpoint(checkpoint);

        assertThatThrownBy(() -> builder.checkpoint(new MemoryCheckpoint()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a bot has one checkpoint");
    }

    @Test
    void i1_i2_i3_botThatRestartsWhileConnectionsBreakHandlesEverythingOnce() {
        MirrorClient ann = hub.client("ann", with -> with);
        List<String> said = IntStream.range(0, 200).mapToObj(i -> "m" + i).toList();
        int[] frames = {0};
        hub.network.cutsDown = frame -> ++frames[0] % 37 == 0;
        hub.network.cutsUp = frame -> ++frames[0] % 53 == 0;
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        MirrorClient bot = start();
        for (int i = 0; i < said.size(); i++) {
            receipts.add(ann.direct(VirtualHub.user("bot"), said.get(i)));
            hub.pass(Duration.ofMillis(200));
            if (i % 20 == 19) {
                bot.close();
                hub.pass(Duration.ofSeconds(10));
                bot = start();
            }
        }
        hub.network.cutsDown = frame -> false;
        hub.network.cutsUp = frame -> false;
        hub.pass(Duration.ofMinutes(3));

        assertThat(receipts).allSatisfy(receipt -> assertThat(receipt).isCompleted());
        assertThat(heard).containsExactlyElementsOf(said);
    }

    private MirrorClient start() {
        MirrorClient bot = hub.clients.make(
                hub.network,
                hub.users.token("bot"),
                with -> with.checkpoint(checkpoint).startAt(Start.EARLIEST).onDirect(this::handle));
        bot.connect();
        hub.time.runAll();
        return bot;
    }
}
