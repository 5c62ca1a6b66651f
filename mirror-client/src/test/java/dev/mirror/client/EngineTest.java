package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The state machine against a server that is scripted frame by frame. */
final class EngineTest {
    private final VirtualTime time = new VirtualTime();
    private final VirtualClient clients = new VirtualClient(time, 1);
    private final ScriptedNetwork network = new ScriptedNetwork();
    private final List<StateChange> changes = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private int tokens;

    private MirrorClient connecting() {
        MirrorClient client = clients.make(
                network,
                () -> CompletableFuture.completedFuture("token-" + ++tokens),
                with -> with.onState(changes::add)
                        .onDirect((message, chat) -> heard.add(message.text()))
                        .onAnyChannel((message, chat) -> heard.add(message.text()))
                        .onGap((gap, chat) -> heard.add("gap " + gap.position().offset())));
        client.connect();
        time.runAll();
        return client;
    }

    private MirrorClient connected() {
        MirrorClient client = connecting();
        network.last().hello();
        time.runAll();
        return client;
    }

    private StateChange lastChange() {
        return changes.get(changes.size() - 1);
    }

    private static String event(String channel, String epoch, long offset) {
        return "{\"code\":\"channel.event\",\"userId\":\"bob\",\"channel\":\"" + channel + "\",\"id\":\"x" + offset
                + "\",\"epoch\":\"" + epoch + "\",\"offset\":" + offset + ",\"ts\":1,\"data\":{\"value\":\"" + offset
                + "\"}}";
    }

    private static String ok(String re, String rest) {
        return "{\"code\":\"reply.ok\",\"re\":\"" + re + "\"" + rest + "}";
    }

    /** The id of the last request of this code. */
    private String idOf(String code) {
        List<String> sent = network.last().sent.stream()
                .filter(frame -> frame.contains("\"code\":\"" + code + "\""))
                .toList();
        return Json.read(sent.get(sent.size() - 1)).path("id").asText();
    }

    private void live(MirrorClient client, String channel) {
        client.subscribe(channel);
        time.runAll();
        network.last()
                .say(ok(idOf("channel.subscribe"), ",\"channel\":\"" + channel + "\",\"epoch\":\"e\",\"offset\":5"));
        time.runAll();
    }

    @Test
    void w3_clientIsConnectedWhenTheHelloCame() {
        MirrorClient client = connecting();
        assertThat(client.state()).isEqualTo(ClientState.CONNECTING);
        assertThat(client.user()).isEmpty();

        network.last().hello();
        time.runAll();

        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(client.user()).hasValueSatisfying(user -> assertThat(user).hasToString("ann"));
        assertThat(client.room()).hasValueSatisfying(room -> assertThat(room).hasToString("ann-room"));
        assertThat(changes).extracting(StateChange::to).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
    }

    @ParameterizedTest
    @CsvSource({"4000,protocol", "4003,not.allowed", "4029,too.many", "4099,unheard.of"})
    void w11_verdict40xxStaysAway(int code, String name) {
        MirrorClient client = connected();
        CompletableFuture<Receipt> asked = client.publish("lobby", "hi");
        time.runAll();

        network.last().end(new CloseReason(code, name));
        time.advance(Duration.ofMinutes(5));

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(lastChange().reason().code()).isEqualTo(code);
        assertThat(network.attempts).hasSize(1);
        assertThat(Await.failure(asked).code())
                .as("the server ended the client; it did not refuse what was said")
                .isEqualTo(ErrorCode.BUSY);
        assertThat(Await.value(client.closed()).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "1000,500",
        "1001,500",
        "1006,500",
        "1012,500",
        "4100,500",
        "4101,500",
        "4200,250",
        "4201,250",
        "4300,250",
        "4302,250"
    })
    void w11_otherVerdictsComeBack(int code, int withinMillis) {
        connected();
        time.advance(Duration.ofMinutes(1).dividedBy(3));

        network.last().end(new CloseReason(code, "x"));
        time.runAll();
        assertThat(lastChange().to()).isEqualTo(ClientState.DISCONNECTED);
        assertThat(lastChange().reason().code()).isEqualTo(code);
        assertThat(lastChange().retryIn()).isLessThanOrEqualTo(Duration.ofMillis(withinMillis));
        time.advance(Duration.ofMillis(withinMillis));

        assertThat(network.attempts).hasSize(2);
    }

    @Test
    void w11_verdict43xxGetsANewTokenAndOthersKeepTheOld() {
        connected();
        network.last().end(CloseReason.SLOW_CONSUMER);
        time.advance(Duration.ofSeconds(1));
        assertThat(network.last().token).isEqualTo("token-1");
        network.last().hello();
        time.runAll();

        network.last().end(CloseReason.AUTH_EXPIRED);
        time.advance(Duration.ofSeconds(1));

        assertThat(network.last().token).isEqualTo("token-2");
    }

    @Test
    void w20_newTokensThatAreRefusedAgainAndAgainEndIt() {
        MirrorClient client = connecting();
        for (int refused = 1; refused <= 4; refused++) {
            network.last().end(CloseReason.AUTH_REVOKED);
            time.runAll();
            time.advance(lastChange().retryIn());
        }

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(lastChange().reason()).isEqualTo(CloseReason.AUTH_REVOKED);
        assertThat(network.attempts).hasSize(4);
    }

    @Test
    void waitsGrowWithFullJitterUpToTheCap() {
        connecting();
        for (int i = 0; i < 200; i++) {
            network.last().end(Engine.UNREACHABLE);
            time.advance(Duration.ofSeconds(31));
        }

        List<Duration> waits = changes.stream()
                .filter(change -> change.to() == ClientState.DISCONNECTED)
                .map(StateChange::retryIn)
                .toList();
        assertThat(waits).hasSizeGreaterThan(100).allMatch(wait -> wait.compareTo(Duration.ofSeconds(30)) <= 0);
        assertThat(waits.get(0)).isLessThanOrEqualTo(Duration.ofMillis(500));
        assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofSeconds(20)) > 0);
        assertThat(waits.subList(20, 100)).anyMatch(wait -> wait.compareTo(Duration.ofSeconds(10)) < 0);
    }

    @Test
    void comingBackAtOnceAgainAndAgainIsSlowedDown() {
        connected();
        for (int i = 0; i < 100; i++) {
            network.last().end(CloseReason.SLOW_CONSUMER);
            time.advance(Duration.ofSeconds(31));
            network.last().hello();
            time.runAll();
        }

        assertThat(changes).anyMatch(change -> change.retryIn().compareTo(Duration.ofSeconds(1)) > 0);
    }

    @Test
    void w28_byeSaysWhyAndHowLong() {
        connected();
        network.last().say("{\"code\":\"session.bye\",\"data\":{\"code\":1012,\"name\":\"restart\",\"afterMs\":7000}}");
        network.last().end(new CloseReason(1006, ""));
        time.runAll();

        assertThat(lastChange().reason()).isEqualTo(CloseReason.RESTART);
        assertThat(lastChange().retryIn()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void w28_byeThatIsNotFollowedByAnEndEndsTheConnection() {
        connected();
        network.last().say("{\"code\":\"session.bye\",\"data\":{\"code\":1012,\"name\":\"restart\",\"afterMs\":0}}");
        time.advance(Duration.ofSeconds(11));

        assertThat(network.attempts.get(0).aborted).isTrue();
        assertThat(network.attempts).hasSize(2);
    }

    @Test
    void attemptWithoutAHelloEndsAtTheDeadline() {
        connecting();

        time.advance(Duration.ofSeconds(10));

        assertThat(network.last().aborted).isTrue();
        assertThat(lastChange().to()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void w25_silenceIsAskedAboutAndThenTakenForTheEnd() {
        connected();
        time.advance(Duration.ofSeconds(24));
        network.last().heard();
        time.advance(Duration.ofSeconds(24));
        assertThat(network.last().sent).isEmpty();

        time.advance(Duration.ofSeconds(1));
        assertThat(network.last().sent).singleElement().asString().contains("session.ping");
        time.advance(Duration.ofSeconds(10));

        assertThat(network.attempts.get(0).aborted).isTrue();
        assertThat(lastChange().reason()).isEqualTo(Engine.UNREACHABLE);
    }

    @Test
    void w25_anyAnswerToThePingKeepsTheConnection() {
        connected();
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofSeconds(25));
            network.last().say(ok(idOf("session.ping"), ""));
            time.runAll();
        }

        assertThat(network.attempts).hasSize(1);
    }

    @Test
    void w32_eventsBeforeTheAnswerBelongToTheOldSubscription() {
        MirrorClient client = connected();
        client.subscribe("lobby");
        time.runAll();
        network.last().say(event("lobby", "e", 6));
        network.last().say(ok(idOf("channel.subscribe"), ",\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":6"));
        network.last().say(event("lobby", "e", 7));
        time.runAll();

        assertThat(heard).containsExactly("7");
    }

    @Test
    void i2_eventThatComesTwiceIsHandedOnOnce() {
        live(connected(), "lobby");
        network.last().say(event("lobby", "e", 6));
        network.last().say(event("lobby", "e", 6));
        network.last().say(event("lobby", "e", 5));
        network.last().say(event("lobby", "e", 7));
        time.runAll();

        assertThat(heard).containsExactly("6", "7");
    }

    @Test
    void w31_everySubscriptionIsAskedForFromWhereItStood() {
        MirrorClient client = connected();
        live(client, "lobby");
        live(client, "attic");
        network.last().say(event("lobby", "e", 6));
        time.runAll();

        network.last().end(CloseReason.SLOW_CONSUMER);
        time.advance(Duration.ofSeconds(1));
        network.last().hello();
        time.runAll();

        assertThat(network.last().sent)
                .singleElement()
                .asString()
                .contains("{\"channel\":\"@ann\",\"epoch\":\"e\",\"offset\":0}")
                .contains("{\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":6}")
                .contains("{\"channel\":\"attic\",\"epoch\":\"e\",\"offset\":5}");
    }

    @Test
    void w31_gapMovesThePosition() {
        MirrorClient client = connected();
        live(client, "lobby");
        network.last().say("{\"code\":\"channel.gap\",\"channel\":\"lobby\",\"epoch\":\"f\",\"offset\":2}");
        network.last().say(event("lobby", "f", 2));
        network.last().say(event("lobby", "f", 3));
        time.runAll();

        assertThat(heard).containsExactly("gap 2", "3");
    }

    @Test
    void publicationIsAskedAgainWhenTheServerIsBusy() {
        MirrorClient client = connected();
        CompletableFuture<Receipt> receipt = client.publish("lobby", "hi");
        time.runAll();
        String id = idOf("channel.publish");
        network.last()
                .say("{\"code\":\"reply.error\",\"re\":\"" + id
                        + "\",\"error\":{\"name\":\"busy\",\"retry\":\"after\",\"afterMs\":3000,\"detail\":\"x\"}}");
        time.advance(Duration.ofMillis(2_900));
        assertThat(network.last().sent).hasSize(1);
        time.advance(Duration.ofMillis(200));

        assertThat(network.last().sent).hasSize(2);
        assertThat(idOf("channel.publish")).isEqualTo(id).hasSizeLessThanOrEqualTo(36);
        network.last()
                .say(ok(id, ",\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":1,\"data\":{\"duplicate\":false}"));
        time.runAll();
        assertThat(receipt).isCompleted();
    }

    private void refuseAsTooMany(String code) {
        network.last()
                .say(
                        "{\"code\":\"reply.error\",\"re\":\"" + idOf(code)
                                + "\",\"error\":{\"name\":\"too.many\",\"retry\":\"after\",\"afterMs\":2000,\"detail\":\"x\"}}");
        time.runAll();
    }

    @Test
    void w56_whatWasTooMuchAtOnceIsAskedForAgainAndFailsInTheEnd() {
        MirrorClient client = connected();
        CompletableFuture<?> subscribed = client.subscribe("lobby");
        time.runAll();
        String first = idOf("channel.subscribe");
        refuseAsTooMany("channel.subscribe");
        assertThat(subscribed).isNotDone();
        time.advance(Duration.ofMillis(1_999));
        assertThat(idOf("channel.subscribe")).isEqualTo(first);
        time.advance(Duration.ofMillis(1));
        assertThat(idOf("channel.subscribe")).isNotEqualTo(first);
        network.last().say(ok(idOf("channel.subscribe"), ",\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":5"));
        time.runAll();
        assertThat(subscribed).isCompleted();

        CompletableFuture<?> tooMany = client.subscribe("other");
        time.runAll();
        for (int i = 0; i < 4; i++) {
            assertThat(tooMany).isNotDone();
            refuseAsTooMany("channel.subscribe");
            time.advance(Duration.ofSeconds(2));
        }
        assertThat(tooMany).isCompletedExceptionally();
    }

    @Test
    void requestThatNeedsANewerTokenGetsOne() {
        MirrorClient client = connected();
        CompletableFuture<Receipt> receipt = client.publish("lobby", "hi");
        time.runAll();
        String id = idOf("channel.publish");
        network.last()
                .say("{\"code\":\"reply.error\",\"re\":\"" + id
                        + "\",\"error\":{\"name\":\"auth.expired\",\"retry\":\"auth\",\"detail\":\"x\"}}");
        time.advance(Duration.ofSeconds(1));
        network.last().hello();
        time.runAll();

        assertThat(network.last().token).isEqualTo("token-2");
        assertThat(idOf("channel.publish")).isEqualTo(id);
        assertThat(receipt).isNotDone();
    }

    @Test
    void w23_errorThatIsNotKnownCountsAsInternal() {
        MirrorClient client = connected();
        CompletableFuture<HistoryPage> page = client.history("lobby", 5);
        for (int i = 0; i < 5; i++) {
            time.advance(Duration.ofSeconds(1));
            network.last()
                    .say("{\"code\":\"reply.error\",\"re\":\"" + idOf("channel.history")
                            + "\",\"error\":{\"name\":\"quite.new\",\"retry\":\"never\",\"detail\":\"x\"}}");
            time.runAll();
        }

        assertThat(Await.failure(page).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void sameIdTwiceIsRefusedWhileTheFirstWaits() {
        MirrorClient client = connecting();
        client.publish("lobby", "my-id", "one");
        CompletableFuture<Receipt> second = client.publish("lobby", "my-id", "two");
        time.runAll();

        assertThat(Await.failure(second).code()).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void i1_idOfAnApplicationIsNeverOneOfTheClientsOwn() {
        MirrorClient client = connecting();
        client.subscribe("lobby");
        List<CompletableFuture<Receipt>> said = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            said.add(client.publish("lobby", "s" + i, "hi"));
        }
        network.last().hello();
        time.runAll();
        network.last()
                .say(ok(idOf("channel.subscribe"), ",\"channel\":\"lobby\",\"epoch\":\"e\",\"offset\":5,\"ts\":1"));
        time.runAll();

        assertThat(said).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void subscriptionThatIsRefusedAfterAReconnectIsReported() {
        List<Throwable> reported = new ArrayList<>();
        MirrorClient client = clients.make(
                network, () -> CompletableFuture.completedFuture("token"), with -> with.onFailure(reported::add));
        client.connect();
        time.runAll();
        network.last().hello();
        live(client, "lobby");
        network.last().end(CloseReason.SLOW_CONSUMER);
        time.advance(Duration.ofSeconds(1));
        network.last().hello();
        time.runAll();

        network.last()
                .say("{\"code\":\"reply.error\",\"re\":\"" + idOf("channel.subscribe")
                        + "\",\"error\":{\"name\":\"not.allowed\",\"retry\":\"never\"}}");
        time.runAll();

        assertThat(reported)
                .singleElement()
                .isInstanceOfSatisfying(
                        MirrorException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
    }

    @Test
    void w22_whatIsNoIdIsRefusedAtOnce() {
        MirrorClient client = connecting();
        for (String id : List.of("", "x".repeat(37), "\u0000", "a\u0000b")) {
            assertThat(Await.failure(client.publish("lobby", id, "one")).code()).isEqualTo(ErrorCode.BAD_FRAME);
        }
    }

    @Test
    void anotherUsersTokenEndsIt() {
        MirrorClient client = connected();
        network.last().end(CloseReason.SLOW_CONSUMER);
        time.advance(Duration.ofSeconds(1));
        network.last().hello("eve");
        time.runAll();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(lastChange().reason()).isEqualTo(CloseReason.NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "nonsense",
                "{\"code\":\"registered.success\"}",
                "{\"code\":\"from.the.future\",\"data\":1}"
            })
    void w5_whatCannotBeReadIsIgnored(String frame) {
        MirrorClient client = connecting();
        network.last().say(frame);
        network.last().hello();
        network.last().say(frame);
        time.runAll();

        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void lateNewsOfAnOlderConnectionIsIgnored() {
        MirrorClient client = connected();
        ScriptedNetwork.Attempt old = network.last();
        old.end(CloseReason.SLOW_CONSUMER);
        time.advance(Duration.ofSeconds(1));
        network.last().hello();
        time.runAll();

        old.end(CloseReason.NOT_ALLOWED);
        old.hello("eve");
        time.runAll();

        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void logInThatIsRefusedEndsItAndOneThatFailsIsTriedAgain() {
        int[] asked = {0};
        MirrorClient client = clients.make(
                network,
                () -> CompletableFuture.<String>failedFuture(
                        asked[0]++ < 3
                                ? new java.io.IOException("unreachable")
                                : new MirrorException(ErrorCode.AUTH_REQUIRED, "wrong password")),
                with -> with.onState(changes::add));
        CompletableFuture<MirrorClient> connect = client.connect();
        time.advance(Duration.ofMinutes(2));

        assertThat(asked[0]).isEqualTo(4);
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(Await.failure(connect).code()).isEqualTo(ErrorCode.AUTH_REQUIRED);
        assertThat(network.attempts).isEmpty();
    }

    @Test
    void closeIsIdempotentAndLeavesNoTimer() {
        MirrorClient client = connected();
        client.close();
        client.close();
        time.runAll();
        client.close();
        time.runAll();

        assertThat(changes)
                .filteredOn(change -> change.to() == ClientState.CLOSED)
                .hasSize(1);
        assertThat(Await.value(client.closed())).isEqualTo(CloseReason.NORMAL);
        assertThat(time.timers()).isZero();
    }

    @Test
    void closeBeforeConnectIsAllowed() {
        MirrorClient client = clients.make(network, "token", with -> with);
        client.close();
        CompletableFuture<MirrorClient> connect = client.connect();
        time.runAll();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(Await.failure(connect).code()).isEqualTo(ErrorCode.BUSY);
    }
}
