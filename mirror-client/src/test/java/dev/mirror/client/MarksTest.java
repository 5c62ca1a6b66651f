package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.client.direct.Conversation;
import dev.mirror.client.direct.Conversations;
import dev.mirror.client.direct.Mark;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How far conversations were received and read, as a bot says, asks and hears it. */
final class MarksTest {
    private final VirtualHub hub = new VirtualHub();
    private final List<String> heard = new ArrayList<>();

    private ErrorCode refusal(CompletableFuture<?> future) {
        hub.time.runAll();
        return Await.failure(future).code();
    }

    private long marksSent() {
        return hub.network.up.stream()
                .filter(frame -> frame.contains("direct.mark"))
                .count();
    }

    private Conversation only(MirrorClient client) {
        List<Conversation> all = hub.now(client.conversations()).listed();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void w48_conversationsTellWhatIsUnreadAndHowFarTheOtherSideIs() {
        MirrorClient bot = hub.client("bot", with -> with);
        MirrorClient ann = hub.client("ann", with -> with);
        assertThat(hub.now(bot.conversations()).listed()).isEmpty();
        Receipt first = hub.now(ann.direct(VirtualHub.user("bot"), "1"));
        Receipt second = hub.now(ann.direct(VirtualHub.user("bot"), "2"));

        Conversation before = only(bot);
        Mark now = hub.now(bot.chat(before.channel()).markRead(first.position()));

        assertThat(before.channel()).hasToString("bot.ann");
        assertThat(before.unread()).isEqualTo(2);
        assertThat(before.end()).isEqualTo(second.position());
        assertThat(before.time()).isEqualTo(second.time());
        assertThat(before.peer().user()).isEqualTo(VirtualHub.user("ann"));
        assertThat(before.peer().mark().read()).isEqualTo(2);
        assertThat(now).isEqualTo(new Mark(first.position().epoch(), 1, 1));
        assertThat(only(bot).unread()).isEqualTo(1);
        assertThat(only(ann).peer().mark()).isEqualTo(now);
        assertThat(only(ann).unread()).isZero();
    }

    /** Of more than a list may have, the newest are in it, and it says that there are others. */
    @Test
    void w48_aListThatIsNotAllOfThemSaysSo() {
        MirrorClient bot = hub.client("bot", with -> with);
        hub.talkWithMany(VirtualHub.user("bot"), 1_000);
        assertThat(hub.now(bot.conversations()).more()).isFalse();
        hub.talkWithMany(VirtualHub.user("bot"), 1_001);
        Conversations some = hub.now(bot.conversations());
        assertThat(some.more()).isTrue();
        assertThat(some.listed()).hasSize(1_000);
    }

    @Test
    void w48_lastSeenIsToldWhereItIsKnown() {
        MirrorClient bot = hub.client("bot", with -> with);
        String ann = hub.users.token("ann");
        hub.now(bot.direct(VirtualHub.user("ann"), "1"));
        assertThat(only(bot).peer().seen()).isNull();

        MirrorClient client = hub.clients.make(hub.network, ann, with -> with);
        client.connect();
        hub.pass(Duration.ofSeconds(30));
        hub.close(client);

        assertThat(only(bot).peer().seen()).isEqualTo(hub.time.instant());
    }

    @Test
    void w46_whatWasReceivedIsNotReadUntilThatIsSaid() {
        MirrorClient bot = hub.client("bot", with -> with);
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt last = hub.now(ann.direct(VirtualHub.user("bot"), "1"));
        Chat chat = bot.chat(last.channel());

        assertThat(hub.now(chat.markReceived(last.position())).read()).isZero();
        assertThat(only(bot).mine().received()).isEqualTo(1);
        assertThat(only(bot).unread()).isEqualTo(1);
        assertThat(hub.now(chat.markRead(last.position())).read()).isEqualTo(1);
    }

    @Test
    void w47_marksAreToldToTheOtherSideAndToOwnDevicesButNotToTheAsking() {
        Receipt said = conversationOfAnnAndBot();
        MirrorClient bot =
                hub.client("bot", with -> with.onMark((mark, chat) -> heard.add("asking " + mark.channel())));
        hub.client(
                "bot",
                with -> with.onMark((mark, chat) ->
                        heard.add("device " + mark.channel() + " " + mark.userId() + " " + mark.read())));
        hub.client(
                "ann",
                with -> with.onMark(
                        (mark, chat) -> heard.add("ann " + chat.channel() + " " + mark.userId() + " " + mark.read())));

        hub.now(bot.chat(said.channel()).markRead(said.position()));

        assertThat(heard).containsExactlyInAnyOrder("device bot.ann bot 1", "ann ann.bot bot 1");
    }

    private Receipt conversationOfAnnAndBot() {
        hub.users.token("bot"); // from now on there is such a user
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt said = hub.now(ann.direct(VirtualHub.user("bot"), "1"));
        hub.close(ann);
        return said;
    }

    @Test
    void botMarksWhatItHandledAsRead() {
        hub.client("bot", with -> with.onDirect((message, chat) -> chat.markRead(message.position())));
        MirrorClient ann = hub.client("ann", with -> with);
        for (int i = 1; i <= 3; i++) {
            hub.now(ann.direct(VirtualHub.user("bot"), "m" + i));
        }

        assertThat(only(ann).peer().mark().read()).isEqualTo(3);
    }

    @Test
    void w46_marksOfOneConversationThatMeetGoOutAsOne() {
        MirrorClient bot = hub.client("bot", with -> with);
        MirrorClient ann = hub.client("ann", with -> with);
        List<Receipt> said = IntStream.range(0, 40)
                .mapToObj(i -> hub.now(ann.direct(VirtualHub.user("bot"), "m" + i)))
                .toList();
        List<CompletableFuture<Mark>> marks = said.stream()
                .map(one -> bot.chat(one.channel()).markRead(one.position()))
                .toList();
        hub.time.runAll();

        assertThat(marks).allMatch(CompletableFuture::isDone);
        assertThat(marksSent()).isEqualTo(2);
        assertThat(Await.value(marks.get(0)).read()).isEqualTo(1);
        assertThat(Await.value(marks.get(39)).read()).isEqualTo(40);
    }

    @Test
    void w46_marksAndListsStayBelowTheRateThatTheServerStates() {
        MirrorClient bot = hub.client("bot", with -> with);
        List<CompletableFuture<Conversations>> lists =
                IntStream.range(0, 300).mapToObj(i -> bot.conversations()).toList();
        hub.time.advance(Duration.ofSeconds(20));

        assertThat(lists).allMatch(list -> list.isDone() && !list.isCompletedExceptionally());
        assertThat(hub.network.down).noneMatch(frame -> frame.contains("too.many"));
    }

    @Test
    void markThatWasOnItsWayWhenTheConnectionBrokeIsToldAgain() {
        Receipt said = conversationOfAnnAndBot();
        MirrorClient bot = hub.client("bot", with -> with);
        boolean[] cut = {false};
        hub.network.cutsDown = frame -> {
            boolean cuts = !cut[0] && frame.contains("\"received\"");
            cut[0] |= cuts;
            return cuts;
        };

        CompletableFuture<Mark> mark = bot.chat(said.channel()).markRead(said.position());
        hub.pass(Duration.ofSeconds(5));

        assertThat(cut[0]).isTrue();
        assertThat(hub.now(mark).read()).isEqualTo(1);
        assertThat(marksSent()).isEqualTo(2);
    }

    @Test
    void closeWaitsUntilTheLastMarkIsTold() {
        Receipt said = conversationOfAnnAndBot();
        MirrorClient bot = hub.client("bot", with -> with);

        CompletableFuture<Mark> first = bot.chat(said.channel()).markReceived(said.position());
        CompletableFuture<Mark> last = bot.chat(said.channel()).markRead(said.position());
        bot.close();

        assertThat(hub.now(first).received()).isEqualTo(1);
        assertThat(hub.now(last).read()).isEqualTo(1);
        assertThat(bot.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void marksThatWaitFailWhenTheClientEnds() {
        Receipt said = conversationOfAnnAndBot();
        MirrorClient bot = hub.client("bot", with -> with);
        hub.network.unreachable = true;
        hub.network.cutAll();
        hub.time.runAll();

        CompletableFuture<Mark> first = bot.chat(said.channel()).markReceived(said.position());
        CompletableFuture<Mark> last = bot.chat(said.channel()).markRead(said.position());
        bot.close();
        hub.pass(Duration.ofSeconds(6));

        assertThat(Await.failure(first).code()).isEqualTo(ErrorCode.BUSY);
        assertThat(Await.failure(last).code()).isEqualTo(ErrorCode.BUSY);
    }

    @Test
    void w46_markThatCannotBeIsRefused() {
        Receipt said = conversationOfAnnAndBot();
        MirrorClient bot = hub.client("bot", with -> with);
        Position of = said.position();

        assertThat(refusal(bot.chat(said.channel()).markRead(new Position("another", 1))))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(refusal(bot.chat("bot.zoe").markRead(of))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(bot.chat("lobby").markRead(of))).isEqualTo(ErrorCode.BAD_CHANNEL);
        assertThat(refusal(bot.chat("ann.zoe").markRead(of))).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(hub.now(bot.chat(said.channel()).markRead(of)).read())
                .as("what was refused before does not stand in the way")
                .isEqualTo(1);
    }

    @Test
    void w53_markIsAskedAgainWhenTheServerIsBusy() {
        ScriptedNetwork network = new ScriptedNetwork();
        MirrorClient bot = hub.clients.make(network, "token", with -> with);
        bot.connect();
        hub.time.runAll();
        network.last().hello("bot");
        CompletableFuture<Mark> mark = bot.chat("bot.ann").markRead(new Position("e", 3));
        hub.time.runAll();
        String id = Json.read(network.last().sent.get(0)).path("id").asText();
        network.last()
                .say("{\"code\":\"reply.error\",\"re\":\"" + id
                        + "\",\"error\":{\"name\":\"busy\",\"retry\":\"after\",\"afterMs\":1000,\"detail\":\"x\"}}");
        hub.pass(Duration.ofSeconds(2));
        assertThat(mark).isNotDone();
        network.last()
                .say(
                        "{\"code\":\"reply.ok\",\"re\":\"" + id
                                + "\",\"channel\":\"bot.ann\",\"epoch\":\"e\",\"offset\":3,\"data\":{\"received\":3,\"read\":3}}");

        assertThat(hub.now(mark)).isEqualTo(new Mark("e", 3, 3));
        assertThat(network.last().sent).hasSize(2);
    }
}
