package dev.mirror.testkit.wire;

import static dev.mirror.testkit.wire.Peer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static String code(JsonNode frame) {
        return frame.path("code").asText();
    }

    private static String ping(String id) {
        return "{'code':'session.ping','id':'" + id + "'}";
    }

    private void revoke(String user, String token) {
        String login = world.users
                .authenticate(new Credentials.Token(token))
                .toCompletableFuture()
                .join()
                .login();
        world.users.revoke(token);
        world.mirror.disconnect(
                new UserId(user), principal -> principal.login().equals(login), CloseReason.AUTH_REVOKED);
    }

    @Test
    void w19_theHelloSaysWhoOneIsAndWhatTheLimitsAre() {
        world.users.user("ann");
        world.two("bob").publish("bob.ann", "before");
        String token = world.users.token("ann", Duration.ofHours(1));
        Peer ann = world.open(Protocol.V2, new Credentials.Token(token));
        JsonNode hello = ann.only();
        assertThat(hello.path("code").asText()).isEqualTo("registered.success");
        assertThat(hello.path("message").asText()).isEqualTo("Registered");
        assertThat(hello.path("websocketId").asText()).isEqualTo(ann.id());
        assertThat(hello.path("userId").asText()).isEqualTo("ann");
        assertThat(hello.path("channel").asText()).isEqualTo("ann-room");
        JsonNode data = hello.path("data");
        assertThat(data.path("name").asText()).isEqualTo("ann");
        assertThat(data.path("limits"))
                .isEqualTo(json(
                        "{'frameBytes':65536,'dataBytes':32768,'channels':128,'publishPerSecond':50,'publishBurst':100,"
                                + "'historyPage':300}"));
        assertThat(data.path("idleMs").asLong()).isEqualTo(25_000);
        assertThat(data.path("exp").asLong()).isEqualTo(world.now() + 3_600_000);
        assertThat(data.path("inbox").path("epoch").asText()).isNotEmpty();
        assertThat(data.path("inbox").path("offset").asLong()).isEqualTo(1);
        assertThat(data.size()).isEqualTo(5);
    }

    @Test
    void w19_aTokenThatNeverEndsHasExpZero() {
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        JsonNode exp = ann.only().path("data").path("exp");
        assertThat(exp.isNumber()).isTrue();
        assertThat(exp.asLong()).isZero();
    }

    @Test
    void w20_withoutAProofThereIsNoHelloButAFarewell() {
        String expired = world.users.token("ann", Duration.ofSeconds(1));
        String revoked = world.users.token("bob");
        world.users.revoke(revoked);
        world.seconds(1);
        assertFarewell(Credentials.none(), 4300);
        assertFarewell(new Credentials.Token("forged"), 4300);
        assertFarewell(new Credentials.Token(expired), 4301);
        assertFarewell(new Credentials.Token(revoked), 4302);
        world.users.setAvailable(false);
        assertFarewell(world.tokenOf("carl"), 4101);
    }

    private void assertFarewell(Credentials credentials, int closeCode) {
        Peer peer = world.open(Protocol.V2, credentials);
        JsonNode bye = peer.only();
        assertThat(code(bye)).isEqualTo("session.bye");
        assertThat(bye.path("data").path("code").asInt()).isEqualTo(closeCode);
        assertThat(peer.closeCode()).isEqualTo(closeCode);
    }

    @Test
    void w21_theInboxAndTheOwnRoomComeByThemselvesFromTheHelloOn() {
        world.users.user("ann");
        Peer bob = world.two("bob");
        bob.publish("bob.ann", "old");
        bob.publish("ann-room", "old");
        Peer ann = world.two("ann");
        bob.publish("bob.ann", "new");
        bob.publish("ann-room", "new too");
        List<JsonNode> events = ann.got("channel.event");
        assertThat(events).extracting(event -> event.path("channel").asText()).containsExactly("@ann", "ann-room");
        assertThat(events.get(0).path("data").path("data").asText()).isEqualTo("new");
    }

    @Test
    void w21_nothingIsLostBetweenTheHelloAndTheFirstEvent() {
        Peer bob = world.two("bob");
        world.broker.histories.shut();
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        bob.publish("bob.ann", "while the inbox is looked up");
        world.broker.histories.letOneThrough();
        world.run();
        bob.publish("bob.ann", "and on");
        world.broker.histories.open();
        world.run();
        List<JsonNode> frames = ann.got();
        long end = frames.get(0).path("data").path("inbox").path("offset").asLong();
        assertThat(code(frames.get(0))).isEqualTo("registered.success");
        assertThat(frames.stream()
                        .skip(1)
                        .filter(frame -> code(frame).equals("channel.event"))
                        .map(frame -> frame.path("offset").asLong()))
                .as("everything after the end of the inbox that the hello stated")
                .containsExactlyElementsOf(end == 1 ? List.of(2L) : List.of());
    }

    @Test
    void w22_aRequestWithAnIdIsAnsweredOnceAndOneWithoutByNothing() {
        Peer ann = world.two("ann");
        for (String body : List.of(
                "'code':'session.ping'",
                "'code':'channel.subscribe','channel':'lobby'",
                "'code':'channel.publish','channel':'lobby','data':1",
                "'code':'channel.history','channel':'lobby'",
                "'code':'channel.unsubscribe','channel':'lobby'",
                "'code':'message.direct','channel':'ann.ann'",
                "'code':'signal.send','channel':'lobby','data':1",
                "'code':'presence.watch','channel':'lobby'",
                "'code':'presence.unwatch','channel':'lobby'",
                "'code':'register.userId','websocketId':'" + ann.id() + "','userId':'ann'",
                "'code':'channel.publish','channel':'@ann','data':1",
                "'code':'channel.subscribe','channel':'x.y'",
                "'code':'auth.refresh','data':{'token':'forged'}")) {
            ann.take();
            ann.say("{" + body + "}");
            assertThat(ann.got().stream().filter(frame -> code(frame).startsWith("reply")))
                    .as(body)
                    .isEmpty();
            ann.ask("{'id':'r" + body.hashCode() + "'," + body + "}");
        }
    }

    @Test
    void w22_anIdHasUpTo36CharactersOfAnyKindButOne() {
        Peer ann = world.two("ann");
        assertThat(code(ann.ask(ping("é😀 \\u0001".repeat(4))))).isEqualTo("reply.ok");
        assertThat(code(ann.ask(ping("i".repeat(36))))).isEqualTo("reply.ok");
        for (String id : List.of("i".repeat(37), "\\u0000", "a\\u0000b")) {
            ann.take();
            ann.say(ping(id));
            JsonNode refused = ann.got("reply.error").get(0);
            assertThat(refused.path("error").path("name").asText()).as(id).isEqualTo("bad.frame");
            assertThat(refused.has("re")).as(id).isFalse();
        }
    }

    /** Nor in what an application publishes without the wire. */
    @Test
    void w22_anApplicationHearsOfTheCharacterThatIsNotKept() {
        for (String text : List.of("\u0000", "a\u0000b")) {
            for (Publication.Entry entry : List.of(
                    new Publication.Entry(new UserId("ann"), text, "1"),
                    new Publication.Entry(new UserId("ann"), "id", text))) {
                assertThat(Await.failure(world.mirror.publish(ChannelName.room("lobby"), entry))
                                .code())
                        .isEqualTo(ErrorCode.BAD_FRAME);
            }
        }
        assertThat(world.mirror.stats().now().publishing()).isZero();
    }

    @Test
    void w23_anErrorSaysWhatToDoNext() {
        Peer ann = world.two("ann");
        JsonNode never = ann.ask("{'code':'message.direct','id':'a','channel':'ann.nobody'}")
                .path("error");
        assertThat(never.path("name").asText()).isEqualTo("not.found");
        assertThat(never.path("retry").asText()).isEqualTo("never");
        assertThat(never.has("afterMs")).isFalse();
        assertThat(never.path("detail").asText()).isNotEmpty();
        world.failing.failWith(ErrorCode.BUSY);
        JsonNode after = ann.ask("{'code':'channel.publish','id':'b','channel':'lobby','data':1}")
                .path("error");
        assertThat(after.path("retry").asText()).isEqualTo("after");
        assertThat(after.path("afterMs").asLong()).isPositive();
        JsonNode auth = ann.ask("{'code':'auth.refresh','id':'c','data':{'token':'forged'}}")
                .path("error");
        assertThat(auth.path("name").asText()).isEqualTo("auth.required");
        assertThat(auth.path("retry").asText()).isEqualTo("auth");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"BUSY", "INTERNAL", "TOO_LARGE", "CONFLICT"})
    void w23_whatTheBrokerFailsWithIsTheAnswer(ErrorCode failure) {
        Peer ann = world.two("ann");
        world.failing.failWith(failure);
        for (String code : List.of("channel.publish", "channel.history", "channel.subscribe")) {
            assertThat(ann.errorOf("{'code':'" + code
                            + "','id':'r','channel':'lobby','data':{}}"
                                    .replace(code.equals("channel.subscribe") ? ",'data':{}" : "\u0000", "")))
                    .as(code)
                    .isEqualTo(failure.wire());
        }
        world.failing.failWith(null);
        assertThat(ann.publish("lobby", "works again")).isEqualTo(1);
    }

    @Test
    void o35_w24_whatCannotBeReadIsAnsweredWithTheIdIfThatCould() {
        Peer ann = world.two("ann");
        assertThat(ann.errorOf("{'id':'r','code':5}")).isEqualTo("bad.frame");
        assertThat(ann.errorOf("{'id':'r','code':'no.such'}")).isEqualTo("unknown.code");
        ann.take();
        ann.say("{'code':5,'id':'r'}");
        assertThat(ann.only().has("re")).isFalse();
        ann.say("nonsense");
        assertThat(code(ann.only())).isEqualTo("reply.error");
    }

    @Test
    void w24_theTwentiethWithinAMinuteEndsTheConnection() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 19; i++) {
            ann.say("nonsense");
        }
        assertThat(ann.take()).hasSize(19);
        assertThat(ann.connection.isEnded()).isFalse();
        world.advance(Duration.ofMillis(59_999));
        ann.say("nonsense");
        assertThat(ann.closeCode()).isEqualTo(4029);
        assertThat(ann.got()).extracting(SessionTest::code).containsExactly("reply.error", "session.bye");
        ann.say("nonsense");
        assertThat(ann.take()).isEmpty();
    }

    @Test
    void w24_afterAMinuteARefusalIsForgotten() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 19; i++) {
            ann.say("nonsense");
        }
        world.seconds(60);
        for (int i = 0; i < 19; i++) {
            ann.say("nonsense");
        }
        assertThat(ann.connection.isEnded()).isFalse();
        ann.say("nonsense");
        assertThat(ann.closeCode()).isEqualTo(4029);
    }

    @Test
    void w24_aRequestThatIsOnlyRefusedDoesNotCount() {
        Peer ann = world.two("ann");
        for (int i = 0; i < 50; i++) {
            ann.say("{'code':'channel.subscribe','channel':'x.y'}");
        }
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void w25_aPingIsAnswered() {
        Peer ann = world.two("ann");
        assertThat(ann.ask(ping("r"))).isEqualTo(json("{'code':'reply.ok','re':'r'}"));
        ann.take();
        ann.say("{'code':'session.ping'}");
        assertThat(ann.take()).isEmpty();
    }

    @Test
    void w26_theEndOfATokenIsAnnouncedAndThenComes() {
        String token = world.users.token("ann", Duration.ofMinutes(5));
        Peer ann = world.open(Protocol.V2, new Credentials.Token(token));
        ann.take();
        long end = world.now() + 300_000;
        world.advance(Duration.ofMillis(239_999));
        assertThat(ann.take()).isEmpty();
        world.advance(Duration.ofMillis(1));
        assertThat(ann.only()).isEqualTo(json("{'code':'auth.expiring','data':{'exp':" + end + "}}"));
        world.advance(Duration.ofMillis(59_999));
        assertThat(ann.connection.isEnded()).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThat(ann.closeCode()).isEqualTo(4301);
        world.seconds(10); // the grace of the own room
        assertThat(world.time.timers()).as("timers that are left").isZero();
    }

    @Test
    void w26_aNewerTokenContinuesTheSession() {
        Peer ann = world.open(Protocol.V2, new Credentials.Token(world.users.token("ann", Duration.ofMinutes(5))));
        world.seconds(250);
        String newer = world.users.token("ann", Duration.ofMinutes(5));
        JsonNode answer = ann.ask("{'code':'auth.refresh','id':'r','data':{'token':'" + newer + "'}}");
        assertThat(answer.path("data").path("exp").asLong()).isEqualTo(world.now() + 300_000);
        world.seconds(239);
        assertThat(ann.connection.isEnded()).isFalse();
        ann.take();
        world.seconds(2);
        assertThat(code(ann.only())).isEqualTo("auth.expiring");
        world.seconds(59);
        assertThat(ann.closeCode()).isEqualTo(4301);
    }

    @Test
    void w26_aTokenForEverEndsTheCountdown() {
        Peer ann = world.open(Protocol.V2, new Credentials.Token(world.users.token("ann", Duration.ofSeconds(30))));
        JsonNode answer =
                ann.ask("{'code':'auth.refresh','id':'r','data':{'token':'" + world.users.token("ann") + "'}}");
        assertThat(answer.path("data").path("exp").asLong(-1)).isZero();
        world.seconds(3_600);
        assertThat(ann.connection.isEnded()).isFalse();
    }

    @Test
    void w26_aRefreshThatOvertakesTheEndOfTheTokenCounts() {
        PausedLane lane = new PausedLane(world.time.lane());
        Credentials soon = new Credentials.Token(world.users.token("ann", Duration.ofMinutes(2)));
        String newer = world.users.token("ann", Duration.ofHours(1));
        Peer ann = world.open(Protocol.V2, soon, lane);
        world.advance(Duration.ofMillis(119_999));
        lane.pause();
        ann.later("{'code':'auth.refresh','id':'r','data':{'token':'" + newer + "'}}");
        world.advance(Duration.ofMillis(1)); // the timer goes off; what it brings waits behind the refresh
        lane.resume();
        world.run();
        assertThat(ann.connection.isEnded()).isFalse();
    }

    /** A lane that can be held up. */
    private static final class PausedLane implements Executor {
        private final Executor lane;
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean paused;

        PausedLane(Executor lane) {
            this.lane = lane;
        }

        void pause() {
            paused = true;
        }

        void resume() {
            paused = false;
            waiting.forEach(lane::execute);
            waiting.clear();
        }

        @Override
        public void execute(Runnable task) {
            if (paused) {
                waiting.add(task);
            } else {
                lane.execute(task);
            }
        }
    }

    @Test
    void w26_anotherUsersTokenChangesNothing() {
        Peer ann = world.two("ann");
        String bobs = world.users.token("bob");
        assertThat(ann.errorOf("{'code':'auth.refresh','id':'r','data':{'token':'" + bobs + "'}}"))
                .isEqualTo("not.allowed");
        ann.say("{'code':'channel.subscribe','channel':'lobby'}");
        ann.publish("lobby", "still ann");
        assertThat(ann.got("channel.event").get(0).path("userId").asText()).isEqualTo("ann");
    }

    @Test
    void w26_aTokenThatIsRevokedWhileItIsCheckedDoesNotContinueTheSession() {
        Peer ann = world.two("ann");
        String newer = world.users.token("ann");
        world.checks.holdAnswers();
        ann.say("{'code':'auth.refresh','id':'r','data':{'token':'" + newer + "'}}");
        revoke("ann", newer); // it was good when it was looked at
        world.run();
        world.checks.open();
        world.run();
        assertThat(ann.got("reply.error").get(0).path("error").path("name").asText())
                .isEqualTo("auth.revoked");
    }

    @Test
    void w27_aLogOutEndsTheSessionsOfThatLogInOnly() {
        String phone = world.users.token("ann");
        String desk = world.users.token("ann");
        Peer onPhone = world.open(Protocol.V2, new Credentials.Token(phone));
        Peer onPhoneToo = world.open(Protocol.V1, new Credentials.Token(phone));
        Peer onDesk = world.open(Protocol.V2, new Credentials.Token(desk));
        Peer bob = world.two("bob");
        revoke("ann", phone);
        world.run();
        assertThat(onPhone.closeCode()).isEqualTo(4302);
        assertThat(onPhoneToo.closeCode()).isEqualTo(4302);
        assertThat(onDesk.connection.isEnded()).isFalse();
        assertThat(bob.connection.isEnded()).isFalse();
        bob.publish("bob.ann", "secret");
        assertThat(onPhone.take()).noneMatch(frame -> frame.contains("secret"));
    }

    @Test
    void w27_afterARefreshTheNewLogInCounts() {
        String old = world.users.token("ann");
        String newer = world.users.token("ann");
        Peer ann = world.open(Protocol.V2, new Credentials.Token(old));
        ann.ask("{'code':'auth.refresh','id':'r','data':{'token':'" + newer + "'}}");
        revoke("ann", old);
        world.run();
        assertThat(ann.connection.isEnded()).isFalse();
        revoke("ann", newer);
        world.run();
        assertThat(ann.closeCode()).isEqualTo(4302);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void w27_aLogInThatEndsBetweenCheckAndEntryDoesNotSlipThrough(Protocol protocol) {
        String token = world.users.token("ann");
        world.checks.holdAnswers();
        Peer ann = world.open(protocol, new Credentials.Token(token));
        revoke("ann", token); // it was good when it was looked at
        world.checks.open();
        world.run();
        assertThat(ann.closeCode()).isEqualTo(4302);
        assertThat(world.mirror.stats().now().sessions()).isZero();
    }

    @Test
    void w27_aLogInThatEndsWhileTheInboxIsLookedUpDoesNotSlipThrough() {
        String token = world.users.token("ann");
        world.broker.histories.shut();
        Peer ann = world.open(Protocol.V2, new Credentials.Token(token));
        revoke("ann", token);
        world.broker.histories.open();
        world.run();
        assertThat(ann.closeCode()).isEqualTo(4302);
        assertThat(ann.got()).extracting(SessionTest::code).containsExactly("session.bye");
        assertThat(world.mirror.stats().now().sessions()).isZero();
        assertThat(world.mirror.stats().now().channels()).isZero();
    }

    @Test
    void w27_whileSomebodyElseIsRevokedOneIsCheckedAgainAndLetIn() {
        String token = world.users.token("ann");
        String bobs = world.users.token("bob");
        world.broker.histories.shut();
        Peer ann = world.open(Protocol.V2, new Credentials.Token(token));
        revoke("bob", bobs);
        world.broker.histories.open();
        world.run();
        assertThat(ann.got()).extracting(SessionTest::code).containsExactly("registered.success");
        assertThat(world.mirror.stats().now().sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {4003, 4029, 4200, 4302, 1012})
    void w28_theFarewellSaysTheSameAsTheCloseCode(int code) {
        Peer ann = world.two("ann");
        switch (code) {
            case 4003 -> ann.say("{'code':'register.userId','websocketId':'x','userId':'bob'}");
            case 4029 -> {
                for (int i = 0; i < 20; i++) {
                    ann.say("nonsense");
                }
            }
            case 4302 -> world.mirror.disconnect(new UserId("ann"), principal -> true, CloseReason.AUTH_REVOKED);
            case 4200 -> world.mirror.disconnect(new UserId("ann"), principal -> true, CloseReason.SLOW_CONSUMER);
            default -> world.mirror.close();
        }
        world.run();
        List<JsonNode> frames = ann.got();
        JsonNode bye = frames.get(frames.size() - 1);
        assertThat(code(bye)).isEqualTo("session.bye");
        CloseReason reason = ann.connection.closeReason().orElseThrow();
        assertThat(reason.code()).isEqualTo(code);
        assertThat(bye.path("data").path("code").asInt()).isEqualTo(code);
        assertThat(bye.path("data").path("name").asText()).isEqualTo(reason.name());
        assertThat(bye.path("data").path("afterMs").isNumber()).isTrue();
        assertThat(bye.path("data").size()).isEqualTo(3);
    }

    @Test
    void w28_aDrainAnswersWhatIsUnderWayBeforeItSaysFarewell() {
        Peer ann = world.two("ann");
        Peer bob = world.two("bob");
        world.broker.publishes.shut();
        ann.say("{'code':'channel.publish','id':'under-way','channel':'lobby','data':1}");
        var drained = world.mirror.drain().toCompletableFuture();
        world.run();
        assertThat(drained).isNotDone();
        assertThat(bob.errorOf("{'code':'channel.publish','id':'late','channel':'lobby','data':1}"))
                .isEqualTo("busy");
        Peer late = world.open(Protocol.V2, world.tokenOf("carl"));
        assertThat(late.closeCode()).isEqualTo(1012);
        world.broker.publishes.open();
        world.run();
        assertThat(drained).isCompletedWithValue(true);
        assertThat(ann.got()).extracting(SessionTest::code).containsExactly("reply.ok", "session.bye");
        assertThat(ann.closeCode()).isEqualTo(1012);
        assertThat(bob.closeCode()).isEqualTo(1012);
        assertThat(world.mirror.stats().now().sessions()).isZero();
        assertThat(world.mirror.stats().now().channels()).isZero();
    }

    @Test
    void w28_whoIsBeingCheckedWhenTheServerDrainsIsToldToo() {
        world.checks.shut();
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        world.mirror.drain();
        world.checks.open();
        world.run();
        assertThat(ann.closeCode()).isEqualTo(1012);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatIsSaidWhileTheCredentialsAreCheckedWaitsInOrder(Protocol protocol) {
        Peer bob = world.one("bob");
        world.checks.shut();
        Peer ann = world.open(protocol, world.tokenOf("ann"));
        for (int i = 0; i < 32; i++) {
            ann.say("{'code':'message.direct','channel':'ann.bob'}");
        }
        assertThat(bob.take()).isEmpty();
        world.checks.open();
        world.run();
        assertThat(bob.take()).hasSize(32);
        assertThat(ann.take()).hasSize(1);
    }

    @Test
    void moreEarlyMessagesThanWaitEndTheConnection() {
        world.checks.shut();
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        for (int i = 0; i < 33; i++) {
            ann.say(ping("r" + i));
        }
        assertThat(ann.closeCode()).isEqualTo(4029);
        world.checks.open();
        world.run();
        assertThat(world.mirror.stats().now().sessions()).isZero();
        assertThat(world.mirror.stats().now().channels()).isZero();
    }

    @Test
    void whoVanishesWhileBeingCheckedLeavesNothing() {
        world.checks.shut();
        Peer ann = world.open(Protocol.V2, world.tokenOf("ann"));
        ann.vanish();
        world.checks.open();
        world.run();
        world.broker.histories.shut();
        Peer bob = world.open(Protocol.V2, world.tokenOf("bob"));
        bob.vanish();
        world.broker.histories.open();
        world.run();
        assertThat(world.mirror.stats().now().sessions()).isZero();
        assertThat(world.mirror.stats().now().channels()).isZero();
        world.seconds(1); // the clock of deadlines stops when nobody waits
        assertThat(world.time.timers()).isZero();
    }

    @Test
    void aUserHasAsManySessionsAsAllowed() {
        World small = new World(MirrorOptions.builder().sessionsPerUser(2).build());
        Peer first = small.two("ann");
        small.one("ann");
        Peer third = small.open(Protocol.V2, small.tokenOf("ann"));
        assertThat(third.closeCode()).isEqualTo(4101);
        first.vanish();
        assertThat(code(small.open(Protocol.V2, small.tokenOf("ann")).only())).isEqualTo("registered.success");
        assertThat(small.mirror.stats().now().sessions()).isEqualTo(2);
        small.close();
    }

    @Test
    void w14_inVersionTwoToRegisterConfirmsTooAndNothingElse() {
        Peer ann = world.two("ann");
        assertThat(code(ann.ask("{'code':'register.userId','id':'r','websocketId':'" + ann.id() + "','userId':'ann'}")))
                .isEqualTo("reply.ok");
        ann.say("{'code':'register.userId','websocketId':'" + ann.id() + "','userId':'bob'}");
        assertThat(ann.closeCode()).isEqualTo(4003);
    }

    @Test
    void theSameUserOnBothVersionsIsOneUser() {
        world.one("ann");
        Peer two = world.two("ann");
        assertThat(world.mirror.stats().now().users()).isEqualTo(1);
        assertThat(world.mirror.stats().now().sessions()).isEqualTo(2);
        two.vanish();
        assertThat(world.mirror.stats().now().sessions()).isEqualTo(1);
    }
}
