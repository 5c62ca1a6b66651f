package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.hub.Mirror;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.fake.FailingBroker;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and a real hub in virtual time, over a network that breaks. */
final class HubTest {
    private final VirtualTime time = new VirtualTime();
    private final VirtualClient clients = new VirtualClient(time, 1);
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private MemoryBroker broker;
    private HubNetwork network;
    private Mirror mirror;
    private FailingBroker failing;

    @BeforeEach
    void start() {
        serve(MemoryBroker.Limits.STANDARD);
    }

    private void serve(MemoryBroker.Limits limits) {
        broker = new MemoryBroker(time, SeededRandom.of(2), limits);
        failing = new FailingBroker(broker);
        mirror = Mirror.builder()
                .broker(failing)
                .authenticator(users)
                .conversations(broker.conversations())
                .presence(new MemoryPresence(time))
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(SeededRandom.of(3))
                .scheduler(time)
                .build();
        network = new HubNetwork(mirror, time.lane());
    }

    private MirrorClient client(String user, UnaryOperator<ClientBuilder> with) {
        MirrorClient client = clients.make(network, users.token(user), with);
        client.connect();
        time.runAll();
        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
        return client;
    }

    private <T> T now(CompletableFuture<T> future) {
        time.runAll();
        assertThat(future).isDone();
        return Await.value(future);
    }

    private ErrorCode refusal(CompletableFuture<?> future) {
        time.runAll();
        return Await.failure(future).code();
    }

    private static UserId user(String id) {
        return new UserId(id);
    }

    @Test
    void w41_directMessageIsAnsweredByABot() {
        List<String> heard = new ArrayList<>();
        MirrorClient ann = client("ann", with -> with.onDirect((message, chat) -> heard.add(message.text())));
        client("bot", with -> with.onDirect((message, chat) -> chat.reply("You said: " + message.text())));

        Receipt receipt = now(ann.direct(user("bot"), "hello"));

        assertThat(receipt.duplicate()).isFalse();
        assertThat(receipt.channel()).hasToString("ann.bot");
        assertThat(heard).containsExactly("You said: hello");
    }

    @Test
    void w34_directMessageNamesItsConversationFromTheReadersSide() {
        List<ChannelEvent> heard = new ArrayList<>();
        client("zoe", with -> with.onDirect((message, chat) -> heard.add(message)));
        MirrorClient ann = client("ann", with -> with);

        Receipt receipt = now(ann.direct(user("zoe"), "hi"));

        ChannelEvent message = heard.get(0);
        assertThat(message.channel()).hasToString("zoe.ann");
        assertThat(message.position()).isEqualTo(receipt.position());
        assertThat(message.publisher()).isEqualTo(user("ann"));
        assertThat(message.name()).isEqualTo("ann");
        assertThat(message.json().path("channel").asText()).isEqualTo("ann-room");
    }

    @Test
    void w42_ownMessagesReachTheOwnHandlerAndNoOther() {
        List<String> direct = new ArrayList<>();
        List<String> own = new ArrayList<>();
        client("bob", with -> with);
        MirrorClient ann = client(
                "ann",
                with -> with.onDirect((message, chat) -> direct.add(message.text()))
                        .onChannel("lobby", (message, chat) -> direct.add(message.text()))
                        .onOwn((message, chat) -> own.add(message.channel() + " " + message.text())));

        now(ann.direct(user("bob"), "one"));
        now(ann.publish("lobby", "two"));

        assertThat(own).containsExactly("ann.bob one", "lobby two");
        assertThat(direct).isEmpty();
    }

    @Test
    void w31_reconnectInTheMiddleLosesAndDoublesNothing() {
        List<String> heard = new ArrayList<>();
        MirrorClient reader = client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text()))
                        .onDirect((message, chat) -> heard.add("direct " + message.text())));
        HubNetwork readers = network;
        MirrorClient writer = client("writer", with -> with);

        now(writer.publish("lobby", "1"));
        readers.cutAll();
        time.runAll();
        writer.publish("lobby", "2");
        writer.direct(user("reader"), "3");
        time.advance(Duration.ofSeconds(40));
        now(writer.publish("lobby", "4"));

        assertThat(reader.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(heard).containsExactlyInAnyOrder("1", "2", "direct 3", "4");
        assertThat(heard.stream().filter(text -> !text.startsWith("direct"))).containsExactly("1", "2", "4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 34, 55})
    void i1_i2_i3_connectionsThatBreakAtAnyFrameLoseAndDoubleNothing(int every) {
        List<String> heard = new ArrayList<>();
        client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = client("writer", with -> with);
        network.cutsUp = every(7 * every + 1);
        network.cutsDown = every(3 * every + 4);

        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            receipts.add(writer.publish("lobby", "m" + i));
            said.add("m" + i);
            time.advance(Duration.ofMillis(100));
        }
        time.advance(Duration.ofMinutes(10));
        network.cutsUp = frame -> false;
        network.cutsDown = frame -> false;
        time.advance(Duration.ofMinutes(2));

        assertThat(receipts).allSatisfy(receipt -> assertThat(receipt).isCompleted());
        assertThat(heard).containsExactlyElementsOf(said);
    }

    private static Predicate<String> every(int count) {
        int[] seen = {0};
        return frame -> ++seen[0] % count == 0;
    }

    @Test
    void w36_retryAfterALostAnswerIsOnePublication() {
        List<String> heard = new ArrayList<>();
        client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = client("writer", with -> with);
        boolean[] lost = {false};
        network.cutsDown = frame -> !lost[0] && frame.contains("\"duplicate\"") && (lost[0] = true);

        CompletableFuture<Receipt> receipt = writer.publish("lobby", "once");
        time.advance(Duration.ofSeconds(40));

        assertThat(lost[0]).isTrue();
        assertThat(now(receipt).duplicate()).isTrue();
        assertThat(heard).containsExactly("once");
        assertThat(now(writer.history("lobby", 10)).events()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 25, 49, 50})
    void w36_answerLostInTheMiddleLeavesOrderAndDoublesNothing(int lostAnswer) {
        MirrorClient writer = client("writer", with -> with);
        int[] answers = {0};
        network.cutsDown = frame -> frame.contains("\"duplicate\"") && ++answers[0] == lostAnswer;
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            said.add("m" + i);
            receipts.add(writer.publish("lobby", "m" + i));
        }
        time.advance(Duration.ofMinutes(1));

        assertThat(network.opened()).isEqualTo(2);
        assertThat(now(writer.history("lobby", 300)).events())
                .extracting(ChannelEvent::text)
                .containsExactlyElementsOf(said);
        for (int i = 0; i < 50; i++) {
            assertThat(now(receipts.get(i)).position().offset()).isEqualTo(i + 1);
        }
        assertThat(now(receipts.get(lostAnswer - 1)).duplicate()).isTrue();
    }

    @Test
    void outageQueuesUpToTheBoundThenSaysSoAndWhatWasTakenGoesOutInOrder() {
        MirrorClient writer = client("writer", with -> with.outbox(20, 1 << 20));
        network.unreachable = true;
        network.cutAll();
        time.advance(Duration.ofSeconds(1));
        List<CompletableFuture<Receipt>> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            taken.add(writer.publish("lobby", "m" + i));
        }
        CompletableFuture<Receipt> refused = writer.publish("lobby", "one too many");
        time.advance(Duration.ofMinutes(1));
        assertThat(taken).noneMatch(CompletableFuture::isDone);
        assertThat(Await.failure(refused)).isInstanceOf(OutboxFullException.class);

        network.unreachable = false;
        time.advance(Duration.ofMinutes(1));

        assertThat(now(writer.history("lobby", 300)).events())
                .extracting(ChannelEvent::text)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
        assertThat(taken).allMatch(CompletableFuture::isDone);
    }

    @Test
    void publicationsMadeWhileAwayGoOutInOrder() {
        List<String> heard = new ArrayList<>();
        client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = client("writer", with -> with);
        network.unreachable = true;
        network.cutAll();
        time.runAll();
        for (int i = 0; i < 200; i++) {
            writer.publish("lobby", String.valueOf(i));
        }
        time.advance(Duration.ofMinutes(1));
        assertThat(heard).isEmpty();

        network.unreachable = false;
        time.advance(Duration.ofMinutes(1));

        assertThat(heard)
                .hasSize(200)
                .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
    }

    @Test
    void w38_publicationsStayBelowTheRateThatTheServerStates() {
        MirrorClient writer = client("writer", with -> with);

        for (int i = 0; i < 500; i++) {
            writer.publish("lobby", String.valueOf(i));
        }
        time.advance(Duration.ofSeconds(20));

        assertThat(now(writer.history("lobby", 300)).end().offset()).isEqualTo(500);
        assertThat(network.down).noneMatch(frame -> frame.contains("too.many"));
    }

    @Test
    void w31_whatTheServerNoLongerHasIsToldAsAGap() {
        serve(new MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        List<String> heard = new ArrayList<>();
        client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text()))
                        .onGap((gap, chat) ->
                                heard.add("gap after " + gap.position().offset())));
        HubNetwork readers = network;
        network = new HubNetwork(mirror, time.lane());
        MirrorClient writer = client("writer", with -> with);
        now(writer.publish("lobby", "1"));
        readers.unreachable = true;
        readers.cutAll();
        time.runAll();
        for (int i = 2; i <= 10; i++) {
            now(writer.publish("lobby", String.valueOf(i)));
        }
        readers.unreachable = false;
        time.advance(Duration.ofMinutes(1));

        assertThat(heard).containsExactly("1", "gap after 5", "6", "7", "8", "9", "10");
    }

    @Test
    void w53_whatTheStoreDidNotAnswerIsAskedAgain() {
        MirrorClient bot = client("bot", with -> with);
        failing.failWith(ErrorCode.STORE_UNAVAILABLE);
        CompletableFuture<?> subscribed = bot.subscribe("attic");
        CompletableFuture<Receipt> published = bot.publish("lobby", "1");
        time.advance(Duration.ofSeconds(3));
        assertThat(subscribed).isNotDone();
        assertThat(published).isNotDone();

        failing.failWith(null);
        time.advance(Duration.ofSeconds(10));

        assertThat(subscribed).isCompleted();
        assertThat(now(published).position().offset()).isEqualTo(1);
    }

    @Test
    void w31_aPositionOfBeforeIsAGapWhenTheLogHasForgottenIt() {
        serve(new MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        MirrorClient writer = client("writer", with -> with);
        Receipt first = now(writer.publish("lobby", "1"));
        for (int i = 2; i <= 10; i++) {
            now(writer.publish("lobby", String.valueOf(i)));
        }
        List<String> heard = new ArrayList<>();
        MirrorClient reader = client(
                "reader",
                with -> with.onAnyChannel((message, chat) -> heard.add(message.text()))
                        .onGap((gap, chat) ->
                                heard.add("gap after " + gap.position().offset())));

        now(reader.subscribe("lobby", first.position()));

        assertThat(heard).containsExactly("gap after 5", "6", "7", "8", "9", "10");
    }

    @Test
    void slowHandlersAreGivenWhatTheyMissedWithoutALimitInTheClient() {
        serve(new MemoryBroker.Limits(10_000, 64 << 20, 32 << 10));
        List<String> heard = new ArrayList<>();
        List<Runnable> held = new ArrayList<>();
        ClientBuilder builder = MirrorClient.builder(URI.create("ws://unused.invalid"))
                .onChannel("lobby", (message, chat) -> heard.add(message.text()));
        MirrorClient slow = builder.build(
                clients.environment(held::add), TokenSource.fixed(users.token("slow")), network, Core.Ending.none());
        slow.connect();
        time.runAll();
        MirrorClient writer = client("writer", with -> with);
        for (int i = 0; i < 2_500; i++) {
            now(writer.publish("lobby", String.valueOf(i)));
            time.advance(Duration.ofMillis(20));
        }
        assertThat(heard).isEmpty();

        while (!held.isEmpty()) {
            held.remove(0).run();
            time.runAll();
        }

        assertThat(heard).hasSize(2_500).doesNotHaveDuplicates();
        assertThat(heard.get(2_499)).isEqualTo("2499");
    }

    @Test
    void w44_signalReachesThoseWhoAreThere() {
        List<String> heard = new ArrayList<>();
        client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> {})
                        .onSignal((signal, chat) -> heard.add(signal.userId() + " " + signal.data())));
        MirrorClient writer = client("writer", with -> with);

        now(writer.signal("lobby", java.util.Map.of("typing", true)));

        assertThat(heard).containsExactly("writer {\"typing\":true}");
    }

    @Test
    void signalIsNotKeptForLater() {
        MirrorClient writer = client("writer", with -> with);
        network.unreachable = true;
        network.cutAll();
        time.runAll();

        assertThat(refusal(writer.signal("lobby", "x"))).isEqualTo(ErrorCode.BUSY);
    }

    @Test
    void w45_presenceTellsWhoIsThereAndWhoComesAndGoes() {
        List<String> heard = new ArrayList<>();
        client("ann", with -> with.onChannel("lobby", (message, chat) -> {}));
        MirrorClient watcher = client(
                "watcher",
                with -> with.onPresence((change, chat) -> heard.add(change.userId() + (change.joined() ? "+" : "-"))));

        assertThat(now(watcher.presence("lobby")).keySet()).containsExactly(user("ann"));
        MirrorClient bob = client("bob", with -> with.onChannel("lobby", (message, chat) -> {}));
        bob.close();
        time.advance(MemoryPresence.STANDARD_GRACE);

        assertThat(heard).containsExactly("bob+", "bob-");
    }

    @Test
    void w45_whatChangedWhileAwayIsToldAfterTheReconnect() {
        List<String> heard = new ArrayList<>();
        MirrorClient ann = client("ann", with -> with.onChannel("lobby", (message, chat) -> {}));
        HubNetwork others = network;
        MirrorClient watcher = client(
                "watcher",
                with -> with.onPresence((change, chat) -> heard.add(change.userId() + (change.joined() ? "+" : "-"))));
        now(watcher.presence("lobby"));

        ann.close();
        others.unreachable = true;
        others.cutAll();
        time.advance(Duration.ofSeconds(5));
        heard.clear();
        others.unreachable = false;
        time.advance(Duration.ofMinutes(1));
        client("bob", with -> with.onChannel("lobby", (message, chat) -> {}));

        assertThat(heard).endsWith("bob+").doesNotHaveDuplicates();
        assertThat(now(watcher.presence("lobby")).keySet()).containsExactly(user("bob"));
    }

    @Test
    void w39_historyIsReadBothWays() {
        MirrorClient writer = client("writer", with -> with);
        for (int i = 1; i <= 10; i++) {
            now(writer.publish("lobby", String.valueOf(i)));
        }

        HistoryPage last = now(writer.history("lobby", 3));
        HistoryPage before =
                now(writer.historyBefore("lobby", last.events().get(0).position(), 3));
        HistoryPage after = now(writer.history("lobby", before.events().get(0).position(), 3));

        assertThat(last.events()).extracting(ChannelEvent::text).containsExactly("8", "9", "10");
        assertThat(before.events()).extracting(ChannelEvent::text).containsExactly("5", "6", "7");
        assertThat(after.events()).extracting(ChannelEvent::text).containsExactly("6", "7", "8");
        assertThat(last.end().offset()).isEqualTo(10);
        assertThat(last.first()).isEqualTo(1);
    }

    @Test
    void w43_refusalsComeOutAsTheyAre() {
        MirrorClient ann = client("ann", with -> with);

        assertThat(refusal(ann.direct(user("nobody"), "hi"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(ann.publish("bob.zoe", "hi"))).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(refusal(ann.publish("no such name", "hi"))).isEqualTo(ErrorCode.BAD_CHANNEL);
        assertThat(refusal(ann.publish("lobby", "x".repeat(40_000)))).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refusal(ann.publish("lobby", "x".repeat(70_000)))).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refusal(ann.subscribe("bob.zoe"))).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(ann.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void connectFailsWhereAChannelOfTheBuilderIsRefused() {
        MirrorClient ann =
                clients.make(network, users.token("ann"), with -> with.onChannel("bob.zoe", (message, chat) -> {}));

        assertThat(refusal(ann.connect())).isEqualTo(ErrorCode.NOT_ALLOWED);
    }

    @Test
    void outboxThatIsFullFailsTheNextRequest() {
        MirrorClient writer = clients.make(network, users.token("writer"), with -> with.outbox(2, 1 << 20));
        writer.publish("lobby", "1");
        writer.publish("lobby", "2");

        assertThat(Await.failure(writer.publish("lobby", "3"))).isInstanceOf(OutboxFullException.class);
        writer.connect();
        time.runAll();
        assertThat(now(writer.publish("lobby", "4")).position().offset()).isEqualTo(3);
    }

    @Test
    void outboxIsBoundedInBytesToo() {
        MirrorClient writer = clients.make(network, users.token("writer"), with -> with.outbox(100, 2_000));

        writer.publish("lobby", "x".repeat(1_500));

        assertThat(Await.failure(writer.publish("lobby", "x".repeat(1_500)))).isInstanceOf(OutboxFullException.class);
    }

    @Test
    void handlerThatThrowsSpoilsNothing() {
        List<String> heard = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        client(
                "reader",
                with -> with.onFailure(failures::add)
                        .redelivery(1, Duration.ZERO, Duration.ZERO)
                        .onChannel("lobby", (message, chat) -> {
                            heard.add(message.text());
                            if (message.text().equals("bad")) {
                                throw new java.io.IOException("as the test wants");
                            }
                        }));
        MirrorClient writer = client("writer", with -> with);

        now(writer.publish("lobby", "bad"));
        now(writer.publish("lobby", "good"));
        time.advance(Duration.ofSeconds(1));

        assertThat(heard).containsExactly("bad", "good");
        assertThat(failures).singleElement().isInstanceOf(java.io.IOException.class);
    }

    @Test
    void w40_unsubscribedChannelIsHeardNoMore() {
        List<String> heard = new ArrayList<>();
        MirrorClient reader = client("reader", with -> with.onAnyChannel((message, chat) -> heard.add(message.text())));
        now(reader.subscribe("lobby"));
        MirrorClient writer = client("writer", with -> with);
        now(writer.publish("lobby", "1"));
        now(reader.unsubscribe("lobby"));
        now(writer.publish("lobby", "2"));

        assertThat(heard).containsExactly("1");
    }

    @Test
    void w26_tokenIsRefreshedBeforeItEnds() {
        int[] given = {0};
        List<StateChange> changes = new ArrayList<>();
        MirrorClient ann = clients.make(
                network,
                () -> {
                    given[0]++;
                    return CompletableFuture.completedFuture(users.token("ann", Duration.ofMinutes(5)));
                },
                with -> with.onState(changes::add));
        ann.connect();
        time.advance(Duration.ofMinutes(18));

        assertThat(given[0]).isGreaterThanOrEqualTo(4);
        assertThat(changes).extracting(StateChange::to).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
        assertThat(network.opened()).isEqualTo(1);
    }

    @Test
    void w26_withoutANewTokenTheClientEndsWhenTheTokenEnds() {
        List<StateChange> changes = new ArrayList<>();
        MirrorClient ann = clients.make(
                network,
                TokenSource.fixed(users.token("ann", Duration.ofMinutes(5))),
                with -> with.onState(changes::add));
        ann.connect();
        time.advance(Duration.ofMinutes(6));

        assertThat(ann.state()).isEqualTo(ClientState.CLOSED);
        assertThat(changes.get(changes.size() - 1).reason().name()).isEqualTo("auth.expired");
    }

    @Test
    void closeWaitsForAnswersAndThenFailsWhatIsLeft() {
        MirrorClient writer = client("writer", with -> with);
        CompletableFuture<Receipt> last = writer.publish("lobby", "last");
        writer.close();
        assertThat(now(last).position().offset()).isEqualTo(1);
        assertThat(writer.state()).isEqualTo(ClientState.CLOSED);
        assertThat(refusal(writer.publish("lobby", "late"))).isEqualTo(ErrorCode.BUSY);

        MirrorClient other = client("other", with -> with);
        network.unreachable = true;
        network.cutAll();
        time.runAll();
        CompletableFuture<Receipt> never = other.publish("lobby", "never");
        other.close();
        time.advance(Duration.ofSeconds(4));
        assertThat(never).isNotDone();
        time.advance(Duration.ofSeconds(2));
        assertThat(Await.failure(never)).isInstanceOf(MirrorException.class);
        assertThat(other.state()).isEqualTo(ClientState.CLOSED);
        time.advance(MemoryPresence.STANDARD_GRACE); // the hub's
        assertThat(time.timers()).as("timers left").isZero();
    }
}
