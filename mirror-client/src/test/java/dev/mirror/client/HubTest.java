package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and a real hub in virtual time, over a network that breaks. */
final class HubTest {
    private VirtualHub hub = new VirtualHub();

    private ErrorCode refusal(CompletableFuture<?> future) {
        hub.time.runAll();
        return Await.failure(future).code();
    }

    @Test
    void w41_directMessageIsAnsweredByABot() {
        List<String> heard = new ArrayList<>();
        MirrorClient ann = hub.client("ann", with -> with.onDirect((message, chat) -> heard.add(message.text())));
        hub.client("bot", with -> with.onDirect((message, chat) -> chat.reply("You said: " + message.text())));

        Receipt receipt = hub.now(ann.direct(VirtualHub.user("bot"), "hello"));

        assertThat(receipt.duplicate()).isFalse();
        assertThat(receipt.channel()).hasToString("ann.bot");
        assertThat(heard).containsExactly("You said: hello");
    }

    @Test
    void w34_directMessageNamesItsConversationFromTheReadersSide() {
        List<ChannelEvent> heard = new ArrayList<>();
        hub.client("zoe", with -> with.onDirect((message, chat) -> heard.add(message)));
        MirrorClient ann = hub.client("ann", with -> with);

        Receipt receipt = hub.now(ann.direct(VirtualHub.user("zoe"), "hi"));

        ChannelEvent message = heard.get(0);
        assertThat(message.channel()).hasToString("zoe.ann");
        assertThat(message.position()).isEqualTo(receipt.position());
        assertThat(message.publisher()).isEqualTo(VirtualHub.user("ann"));
        assertThat(message.name()).isEqualTo("ann");
        assertThat(message.json().path("channel").asText()).isEqualTo("ann-room");
    }

    @Test
    void w42_ownMessagesReachTheOwnHandlerAndNoOther() {
        List<String> direct = new ArrayList<>();
        List<String> own = new ArrayList<>();
        hub.client("bob", with -> with);
        MirrorClient ann = hub.client(
                "ann",
                with -> with.onDirect((message, chat) -> direct.add(message.text()))
                        .onChannel("lobby", (message, chat) -> direct.add(message.text()))
                        .onOwn((message, chat) -> own.add(message.channel() + " " + message.text())));

        hub.now(ann.direct(VirtualHub.user("bob"), "one"));
        hub.now(ann.publish("lobby", "two"));

        assertThat(own).containsExactly("ann.bob one", "lobby two");
        assertThat(direct).isEmpty();
    }

    @Test
    void w31_reconnectInTheMiddleLosesAndDoublesNothing() {
        List<String> heard = new ArrayList<>();
        MirrorClient reader = hub.client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text()))
                        .onDirect((message, chat) -> heard.add("direct " + message.text())));
        HubNetwork readers = hub.network;
        MirrorClient writer = hub.client("writer", with -> with);

        hub.now(writer.publish("lobby", "1"));
        readers.cutAll();
        hub.time.runAll();
        writer.publish("lobby", "2");
        writer.direct(VirtualHub.user("reader"), "3");
        hub.time.advance(Duration.ofSeconds(40));
        hub.now(writer.publish("lobby", "4"));

        assertThat(reader.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(heard).containsExactlyInAnyOrder("1", "2", "direct 3", "4");
        assertThat(heard.stream().filter(text -> !text.startsWith("direct"))).containsExactly("1", "2", "4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 34, 55})
    void i1_i2_i3_connectionsThatBreakAtAnyFrameLoseAndDoubleNothing(int every) {
        List<String> heard = new ArrayList<>();
        hub.client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = hub.client("writer", with -> with);
        hub.network.cutsUp = every(7 * every + 1);
        hub.network.cutsDown = every(3 * every + 4);

        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            receipts.add(writer.publish("lobby", "m" + i));
            said.add("m" + i);
            hub.time.advance(Duration.ofMillis(100));
        }
        hub.time.advance(Duration.ofMinutes(10));
        hub.network.cutsUp = frame -> false;
        hub.network.cutsDown = frame -> false;
        hub.time.advance(Duration.ofMinutes(2));

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
        hub.client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = hub.client("writer", with -> with);
        boolean[] lost = {false};
        hub.network.cutsDown = frame -> !lost[0] && frame.contains("\"duplicate\"") && (lost[0] = true);

        CompletableFuture<Receipt> receipt = writer.publish("lobby", "once");
        hub.time.advance(Duration.ofSeconds(40));

        assertThat(lost[0]).isTrue();
        assertThat(hub.now(receipt).duplicate()).isTrue();
        assertThat(heard).containsExactly("once");
        assertThat(hub.now(writer.history("lobby", 10)).events()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 25, 49, 50})
    void w36_answerLostInTheMiddleLeavesOrderAndDoublesNothing(int lostAnswer) {
        MirrorClient writer = hub.client("writer", with -> with);
        int[] answers = {0};
        hub.network.cutsDown = frame -> frame.contains("\"duplicate\"") && ++answers[0] == lostAnswer;
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            said.add("m" + i);
            receipts.add(writer.publish("lobby", "m" + i));
        }
        hub.time.advance(Duration.ofMinutes(1));

        assertThat(hub.network.opened()).isEqualTo(2);
        assertThat(hub.now(writer.history("lobby", 300)).events())
                .extracting(ChannelEvent::text)
                .containsExactlyElementsOf(said);
        for (int i = 0; i < 50; i++) {
            assertThat(hub.now(receipts.get(i)).position().offset()).isEqualTo(i + 1);
        }
        assertThat(hub.now(receipts.get(lostAnswer - 1)).duplicate()).isTrue();
    }

    @Test
    void outageQueuesUpToTheBoundThenSaysSoAndWhatWasTakenGoesOutInOrder() {
        MirrorClient writer = hub.client("writer", with -> with.outbox(20, 1 << 20));
        hub.network.unreachable = true;
        hub.network.cutAll();
        hub.time.advance(Duration.ofSeconds(1));
        List<CompletableFuture<Receipt>> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            taken.add(writer.publish("lobby", "m" + i));
        }
        CompletableFuture<Receipt> refused = writer.publish("lobby", "one too many");
        hub.time.advance(Duration.ofMinutes(1));
        assertThat(taken).noneMatch(CompletableFuture::isDone);
        assertThat(Await.failure(refused)).isInstanceOf(OutboxFullException.class);

        hub.network.unreachable = false;
        hub.time.advance(Duration.ofMinutes(1));

        assertThat(hub.now(writer.history("lobby", 300)).events())
                .extracting(ChannelEvent::text)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
        assertThat(taken).allMatch(CompletableFuture::isDone);
    }

    @Test
    void publicationsMadeWhileAwayGoOutInOrder() {
        List<String> heard = new ArrayList<>();
        hub.client("reader", with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text())));
        MirrorClient writer = hub.client("writer", with -> with);
        hub.network.unreachable = true;
        hub.network.cutAll();
        hub.time.runAll();
        for (int i = 0; i < 200; i++) {
            writer.publish("lobby", String.valueOf(i));
        }
        hub.time.advance(Duration.ofMinutes(1));
        assertThat(heard).isEmpty();

        hub.network.unreachable = false;
        hub.time.advance(Duration.ofMinutes(1));

        assertThat(heard)
                .hasSize(200)
                .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
    }

    @Test
    void w38_publicationsStayBelowTheRateThatTheServerStates() {
        MirrorClient writer = hub.client("writer", with -> with);

        for (int i = 0; i < 500; i++) {
            writer.publish("lobby", String.valueOf(i));
        }
        hub.time.advance(Duration.ofSeconds(20));

        assertThat(hub.now(writer.history("lobby", 300)).end().offset()).isEqualTo(500);
        assertThat(hub.network.down).noneMatch(frame -> frame.contains("too.many"));
    }

    @Test
    void w31_whatTheServerNoLongerHasIsToldAsAGap() {
        hub = new VirtualHub(new MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        List<String> heard = new ArrayList<>();
        hub.client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> heard.add(message.text()))
                        .onGap((gap, chat) ->
                                heard.add("gap after " + gap.position().offset())));
        HubNetwork readers = hub.network;
        hub.network = new HubNetwork(hub.mirror, hub.time.lane());
        MirrorClient writer = hub.client("writer", with -> with);
        hub.now(writer.publish("lobby", "1"));
        readers.unreachable = true;
        readers.cutAll();
        hub.time.runAll();
        for (int i = 2; i <= 10; i++) {
            hub.now(writer.publish("lobby", String.valueOf(i)));
        }
        readers.unreachable = false;
        hub.time.advance(Duration.ofMinutes(1));

        assertThat(heard).containsExactly("1", "gap after 5", "6", "7", "8", "9", "10");
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "STORE_FULL", "STORE_UNAVAILABLE"})
    void w53_whatTheStoreCouldNotDoIsAskedAgain(ErrorCode passing) {
        MirrorClient bot = hub.client("bot", with -> with);
        hub.broker.failWith(passing);
        CompletableFuture<?> subscribed = bot.subscribe("attic");
        CompletableFuture<Receipt> published = bot.publish("lobby", "1");
        hub.time.advance(Duration.ofSeconds(3));
        assertThat(subscribed).isNotDone();
        assertThat(published).isNotDone();

        hub.broker.failWith(null);
        hub.time.advance(Duration.ofSeconds(10));

        assertThat(subscribed).isCompleted();
        assertThat(hub.now(published).position().offset()).isEqualTo(1);
    }

    @Test
    void w53_storeThatStaysFullFailsThePublicationAfterABoundedTime() {
        MirrorClient bot = hub.client("bot", with -> with);
        hub.broker.failWith(ErrorCode.STORE_FULL);
        CompletableFuture<Receipt> published = bot.publish("lobby", "1");
        hub.time.advance(Duration.ofSeconds(15));
        assertThat(published).isNotDone();

        hub.time.advance(Duration.ofSeconds(15));

        assertThat(Await.failure(published).code()).isEqualTo(ErrorCode.STORE_FULL);
        assertThat(hub.network.up.stream().filter(frame -> frame.contains("channel.publish")))
                .hasSize(20);
    }

    @Test
    void w31_aPositionOfBeforeIsAGapWhenTheLogHasForgottenIt() {
        hub = new VirtualHub(new MemoryBroker.Limits(5, 1 << 20, 32 << 10));
        MirrorClient writer = hub.client("writer", with -> with);
        Receipt first = hub.now(writer.publish("lobby", "1"));
        for (int i = 2; i <= 10; i++) {
            hub.now(writer.publish("lobby", String.valueOf(i)));
        }
        List<String> heard = new ArrayList<>();
        MirrorClient reader = hub.client(
                "reader",
                with -> with.onAnyChannel((message, chat) -> heard.add(message.text()))
                        .onGap((gap, chat) ->
                                heard.add("gap after " + gap.position().offset())));

        hub.now(reader.subscribe("lobby", first.position()));

        assertThat(heard).containsExactly("gap after 5", "6", "7", "8", "9", "10");
    }

    @Test
    void slowHandlersAreGivenWhatTheyMissedWithoutALimitInTheClient() {
        hub = new VirtualHub(new MemoryBroker.Limits(10_000, 64 << 20, 32 << 10));
        List<String> heard = new ArrayList<>();
        List<Runnable> held = new ArrayList<>();
        ClientBuilder builder = MirrorClient.builder(URI.create("ws://unused.invalid"))
                .onChannel("lobby", (message, chat) -> heard.add(message.text()));
        MirrorClient slow = builder.build(
                hub.clients.environment(held::add),
                TokenSource.fixed(hub.users.token("slow")),
                hub.network,
                Plan.Ending.none());
        slow.connect();
        hub.time.runAll();
        MirrorClient writer = hub.client("writer", with -> with);
        for (int i = 0; i < 2_500; i++) {
            hub.now(writer.publish("lobby", String.valueOf(i)));
            hub.time.advance(Duration.ofMillis(20));
        }
        assertThat(heard).isEmpty();

        while (!held.isEmpty()) {
            held.remove(0).run();
            hub.time.runAll();
        }

        assertThat(heard).hasSize(2_500).doesNotHaveDuplicates();
        assertThat(heard.get(2_499)).isEqualTo("2499");
    }

    @Test
    void w44_signalReachesThoseWhoAreThere() {
        List<String> heard = new ArrayList<>();
        hub.client(
                "reader",
                with -> with.onChannel("lobby", (message, chat) -> {})
                        .onSignal((signal, chat) -> heard.add(signal.userId() + " " + signal.data())));
        MirrorClient writer = hub.client("writer", with -> with);

        hub.now(writer.signal("lobby", java.util.Map.of("typing", true)));

        assertThat(heard).containsExactly("writer {\"typing\":true}");
    }

    @Test
    void signalIsNotKeptForLater() {
        MirrorClient writer = hub.client("writer", with -> with);
        hub.network.unreachable = true;
        hub.network.cutAll();
        hub.time.runAll();

        assertThat(refusal(writer.signal("lobby", "x"))).isEqualTo(ErrorCode.BUSY);
    }

    @Test
    void w45_presenceTellsWhoIsThereAndWhoComesAndGoes() {
        List<String> heard = new ArrayList<>();
        hub.client("ann", with -> with.onChannel("lobby", (message, chat) -> {}));
        MirrorClient watcher = hub.client(
                "watcher",
                with -> with.onPresence((change, chat) -> heard.add(change.userId() + (change.joined() ? "+" : "-"))));

        assertThat(hub.now(watcher.presence("lobby")).keySet()).containsExactly(VirtualHub.user("ann"));
        MirrorClient bob = hub.client("bob", with -> with.onChannel("lobby", (message, chat) -> {}));
        bob.close();
        hub.time.advance(MemoryPresence.STANDARD_GRACE);

        assertThat(heard).containsExactly("bob+", "bob-");
    }

    @Test
    void w45_whatChangedWhileAwayIsToldAfterTheReconnect() {
        List<String> heard = new ArrayList<>();
        MirrorClient ann = hub.client("ann", with -> with.onChannel("lobby", (message, chat) -> {}));
        HubNetwork others = hub.network;
        MirrorClient watcher = hub.client(
                "watcher",
                with -> with.onPresence((change, chat) -> heard.add(change.userId() + (change.joined() ? "+" : "-"))));
        hub.now(watcher.presence("lobby"));

        ann.close();
        others.unreachable = true;
        others.cutAll();
        hub.time.advance(Duration.ofSeconds(5));
        heard.clear();
        others.unreachable = false;
        hub.time.advance(Duration.ofMinutes(1));
        hub.client("bob", with -> with.onChannel("lobby", (message, chat) -> {}));

        assertThat(heard).endsWith("bob+").doesNotHaveDuplicates();
        assertThat(hub.now(watcher.presence("lobby")).keySet()).containsExactly(VirtualHub.user("bob"));
    }

    @Test
    void w39_historyIsReadBothWays() {
        MirrorClient writer = hub.client("writer", with -> with);
        for (int i = 1; i <= 10; i++) {
            hub.now(writer.publish("lobby", String.valueOf(i)));
        }

        HistoryPage last = hub.now(writer.history("lobby", 3));
        HistoryPage before =
                hub.now(writer.historyBefore("lobby", last.events().get(0).position(), 3));
        HistoryPage after =
                hub.now(writer.history("lobby", before.events().get(0).position(), 3));

        assertThat(last.events()).extracting(ChannelEvent::text).containsExactly("8", "9", "10");
        assertThat(before.events()).extracting(ChannelEvent::text).containsExactly("5", "6", "7");
        assertThat(after.events()).extracting(ChannelEvent::text).containsExactly("6", "7", "8");
        assertThat(last.end().offset()).isEqualTo(10);
        assertThat(last.first()).isEqualTo(1);
    }

    @Test
    void w43_refusalsComeOutAsTheyAre() {
        MirrorClient ann = hub.client("ann", with -> with);

        assertThat(refusal(ann.direct(VirtualHub.user("nobody"), "hi"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(ann.publish("bob.zoe", "hi"))).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(refusal(ann.publish("no such name", "hi"))).isEqualTo(ErrorCode.BAD_CHANNEL);
        assertThat(refusal(ann.publish("lobby", "x".repeat(40_000)))).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refusal(ann.publish("lobby", "x".repeat(70_000)))).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refusal(ann.subscribe("bob.zoe"))).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(ann.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void connectFailsWhereAChannelOfTheBuilderIsRefused() {
        MirrorClient ann = hub.clients.make(
                hub.network, hub.users.token("ann"), with -> with.onChannel("bob.zoe", (message, chat) -> {}));

        assertThat(refusal(ann.connect())).isEqualTo(ErrorCode.NOT_ALLOWED);
    }

    @Test
    void outboxThatIsFullFailsTheNextRequest() {
        MirrorClient writer = hub.clients.make(hub.network, hub.users.token("writer"), with -> with.outbox(2, 1 << 20));
        writer.publish("lobby", "1");
        writer.publish("lobby", "2");

        assertThat(Await.failure(writer.publish("lobby", "3"))).isInstanceOf(OutboxFullException.class);
        writer.connect();
        hub.time.runAll();
        assertThat(hub.now(writer.publish("lobby", "4")).position().offset()).isEqualTo(3);
    }

    @Test
    void outboxIsBoundedInBytesToo() {
        MirrorClient writer = hub.clients.make(hub.network, hub.users.token("writer"), with -> with.outbox(100, 2_000));

        writer.publish("lobby", "x".repeat(1_500));

        assertThat(Await.failure(writer.publish("lobby", "x".repeat(1_500)))).isInstanceOf(OutboxFullException.class);
    }

    @Test
    void handlerThatThrowsSpoilsNothing() {
        List<String> heard = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        hub.client(
                "reader",
                with -> with.onFailure(failures::add)
                        .redelivery(1, Duration.ZERO, Duration.ZERO)
                        .onChannel("lobby", (message, chat) -> {
                            heard.add(message.text());
                            if (message.text().equals("bad")) {
                                throw new java.io.IOException("as the test wants");
                            }
                        }));
        MirrorClient writer = hub.client("writer", with -> with);

        hub.now(writer.publish("lobby", "bad"));
        hub.now(writer.publish("lobby", "good"));
        hub.time.advance(Duration.ofSeconds(1));

        assertThat(heard).containsExactly("bad", "good");
        assertThat(failures).singleElement().isInstanceOf(java.io.IOException.class);
    }

    @Test
    void w40_unsubscribedChannelIsHeardNoMore() {
        List<String> heard = new ArrayList<>();
        MirrorClient reader =
                hub.client("reader", with -> with.onAnyChannel((message, chat) -> heard.add(message.text())));
        hub.now(reader.subscribe("lobby"));
        MirrorClient writer = hub.client("writer", with -> with);
        hub.now(writer.publish("lobby", "1"));
        hub.now(reader.unsubscribe("lobby"));
        hub.now(writer.publish("lobby", "2"));

        assertThat(heard).containsExactly("1");
    }

    @Test
    void w26_tokenIsRefreshedBeforeItEnds() {
        int[] given = {0};
        List<StateChange> changes = new ArrayList<>();
        MirrorClient ann = hub.clients.make(
                hub.network,
                () -> {
                    given[0]++;
                    return CompletableFuture.completedFuture(hub.users.token("ann", Duration.ofMinutes(5)));
                },
                with -> with.onState(changes::add));
        ann.connect();
        hub.time.advance(Duration.ofMinutes(18));

        assertThat(given[0]).isGreaterThanOrEqualTo(4);
        assertThat(changes).extracting(StateChange::to).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
        assertThat(hub.network.opened()).isEqualTo(1);
    }

    @Test
    void w26_withoutANewTokenTheClientEndsWhenTheTokenEnds() {
        List<StateChange> changes = new ArrayList<>();
        MirrorClient ann = hub.clients.make(
                hub.network,
                TokenSource.fixed(hub.users.token("ann", Duration.ofMinutes(5))),
                with -> with.onState(changes::add));
        ann.connect();
        hub.time.advance(Duration.ofMinutes(6));

        assertThat(ann.state()).isEqualTo(ClientState.CLOSED);
        assertThat(changes.get(changes.size() - 1).reason().name()).isEqualTo("auth.expired");
    }

    @Test
    void closeWaitsForAnswersAndThenFailsWhatIsLeft() {
        MirrorClient writer = hub.client("writer", with -> with);
        CompletableFuture<Receipt> last = writer.publish("lobby", "last");
        writer.close();
        assertThat(hub.now(last).position().offset()).isEqualTo(1);
        assertThat(writer.state()).isEqualTo(ClientState.CLOSED);
        assertThat(refusal(writer.publish("lobby", "late"))).isEqualTo(ErrorCode.BUSY);

        MirrorClient other = hub.client("other", with -> with);
        hub.network.unreachable = true;
        hub.network.cutAll();
        hub.time.runAll();
        CompletableFuture<Receipt> never = other.publish("lobby", "never");
        other.close();
        hub.time.advance(Duration.ofSeconds(4));
        assertThat(never).isNotDone();
        hub.time.advance(Duration.ofSeconds(2));
        assertThat(Await.failure(never)).isInstanceOf(MirrorException.class);
        assertThat(other.state()).isEqualTo(ClientState.CLOSED);
        hub.time.advance(MemoryPresence.STANDARD_GRACE); // the hub's
        assertThat(hub.time.timers()).as("timers left").isZero();
    }
}
