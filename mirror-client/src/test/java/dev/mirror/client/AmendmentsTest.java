package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.ChannelEvent.Amendment;
import dev.mirror.client.checkpoint.MemoryCheckpoint;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Folding;
import dev.mirror.message.Position;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits, deletions and reactions, as a bot makes and hears them. */
final class AmendmentsTest {
    private static final ChannelName LOBBY = ChannelName.room("lobby");

    private final VirtualHub hub = new VirtualHub();
    private final List<String> heard = new ArrayList<>();

    private static Stream<JsonNode> vectors() throws IOException {
        try (InputStream vectors = Folding.class.getClassLoader().getResourceAsStream("folding-vectors.json")) {
            List<JsonNode> cases = new ArrayList<>();
            String text = new String(vectors.readAllBytes(), StandardCharsets.UTF_8);
            Json.read(text).path("cases").forEach(cases::add);
            return cases.stream();
        }
    }

    private static ChannelEvent event(long offset, String user, String data) {
        return new ChannelEvent(
                LOBBY, new UserId(user), "id-" + offset, new Position("e", offset), Instant.EPOCH, data);
    }

    private static Folding everySaid(long last) {
        Folding folding = new Folding(LOBBY, "e");
        for (long offset = 1; offset <= last; offset++) {
            folding.add(event(offset, "ann", "\"said\"").publication());
        }
        return folding;
    }

    /** What the client takes for an amendment is what folding takes for one, and of the same original. */
    @ParameterizedTest
    @MethodSource("vectors")
    void w49_w52_amendmentsAreToldAsFoldingTellsThem(JsonNode vector) {
        assertThat(vector.path("publications")).isNotEmpty();
        for (JsonNode said : vector.path("publications")) {
            long offset = said.path("offset").asLong();
            ChannelEvent event = event(
                    offset, said.path("userId").asText(), said.path("data").toString());
            Folding alone = new Folding(LOBBY, "e");
            alone.add(event.publication());

            assertThat(event.isAmendment()).as(said.toString()).isEqualTo(alone.at(offset) == null);
            if (event.isAmendment()) {
                long target = event.amendment()
                        .map(amendment -> amendment.original().offset())
                        .orElse(0L);
                assertThat(target).as(said.toString()).isEqualTo(everySaid(100).add(event.publication()));
            } else {
                assertThat(event.amendment()).isEmpty();
            }
        }
    }

    private Folding folded(MirrorClient client, ChannelName channel) {
        HistoryPage page = hub.now(client.history(channel.toString(), 300));
        Folding folding = new Folding(channel, page.end().epoch());
        page.events().forEach(event -> folding.add(event.publication()));
        return folding;
    }

    private String shown(MirrorClient client, Receipt original) {
        Folding.Message message =
                folded(client, original.channel()).at(original.position().offset());
        return message.body() == null
                ? "deleted"
                : Json.text(Json.read(message.body())) + " " + message.edited() + " " + message.reactions();
    }

    @ParameterizedTest
    @MethodSource("channels")
    void w49_verbsAmendWhatWasSaidInRoomsAndConversations(String channel) {
        MirrorClient ann = hub.client("ann", with -> with);
        hub.client("bob", with -> with);
        Chat chat = ann.chat(channel);
        Receipt said = hub.now(chat.reply("one"));
        Position original = said.position();

        hub.now(chat.edit(original, "two"));
        assertThat(shown(ann, said)).isEqualTo("two true {}");
        hub.now(chat.edit(original, Map.of("value", "three")));
        hub.now(chat.react(original, "👍"));
        hub.now(chat.react(original, "\"quoted\""));
        hub.now(chat.unreact(original, "\"quoted\""));
        assertThat(shown(ann, said)).isEqualTo("three true {👍=[ann]}");
        hub.now(chat.delete(original));
        assertThat(shown(ann, said)).isEqualTo("deleted");
        assertThat(folded(ann, said.channel()).messages()).hasSize(1);
    }

    private static Stream<String> channels() {
        return Stream.of("lobby", "ann.bob", "bob.ann");
    }

    @Test
    void w50_whoSaidItStaysWhenItIsEdited() {
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt said = hub.now(ann.publish("lobby", "one"));

        hub.now(ann.chat("lobby").edit(said.position(), Map.of("value", "two", "username", "bob")));

        Folding.Message shown = folded(ann, said.channel()).at(said.position().offset());
        assertThat(Json.read(shown.body()).path("username").asText()).isEqualTo("ann");
    }

    @Test
    void whatIsNoAmendmentFailsBeforeItIsSent() {
        MirrorClient ann = hub.client("ann", with -> with);
        Position original = new Position("e", 1);
        List<CompletableFuture<Receipt>> impossible = List.of(
                ann.chat("lobby").react(original, ""),
                ann.chat("lobby").react(original, "x".repeat(65)),
                ann.chat("lobby").unreact(original, ""),
                ann.chat("lobby").edit(original, (Object) null),
                ann.chat("lobby").edit(original, new Object()),
                ann.chat("lobby").reply(new Object()));

        assertThat(impossible)
                .allSatisfy(each -> assertThat(Await.failure(each).code()).isEqualTo(ErrorCode.BAD_FRAME));
        assertThat(hub.network.up).noneMatch(frame -> frame.contains("channel.publish"));
    }

    private MirrorClient listening(String user, UnaryOperator<ClientBuilder> with) {
        return hub.client(
                user,
                client -> with.apply(client.onDirect((message, chat) -> heard.add("direct " + message.text()))
                        .onChannel("lobby", (message, chat) -> heard.add("lobby " + message.text()))
                        .onOwn((message, chat) -> heard.add("own " + message.text()))));
    }

    private static String told(Amendment amendment, Chat chat) {
        return chat.channel() + " " + amendment.event().publisher() + " " + amendment.kind() + " "
                + amendment.original().offset() + " " + amendment.text();
    }

    private void amendEverything(Chat chat) {
        Position original = hub.now(chat.reply("one")).position();
        hub.now(chat.edit(original, "two"));
        hub.now(chat.react(original, "👍"));
        hub.now(chat.unreact(original, "👍"));
        hub.now(chat.delete(original));
    }

    @Test
    void w49_amendmentIsNoMessageToAHandlerOfMessages() {
        listening("bot", with -> with);
        MirrorClient ann = hub.client("ann", with -> with);

        amendEverything(ann.chat("lobby"));
        amendEverything(ann.chat("ann.bot"));
        hub.now(ann.publish("lobby", "last"));

        assertThat(heard).containsExactly("lobby one", "direct one", "lobby last");
    }

    @Test
    void w49_handlerOfAmendmentsHearsThemInOrderWithWhatIsSaid() {
        listening("bot", with -> with.onAmendment((amendment, chat) -> heard.add(told(amendment, chat))));
        MirrorClient ann = hub.client("ann", with -> with);

        amendEverything(ann.chat("lobby"));
        amendEverything(ann.chat("ann.bot"));

        assertThat(heard)
                .containsExactly(
                        "lobby one",
                        "lobby ann EDIT 1 two",
                        "lobby ann REACT 1 👍",
                        "lobby ann UNREACT 1 👍",
                        "lobby ann DELETE 1 ",
                        "direct one",
                        "bot.ann ann EDIT 1 two",
                        "bot.ann ann REACT 1 👍",
                        "bot.ann ann UNREACT 1 👍",
                        "bot.ann ann DELETE 1 ");
    }

    @Test
    void w52_whatCountsForNothingAndWhatTheUserAmendsIsToldToNobody() {
        MirrorClient bot =
                listening("bot", with -> with.onAmendment((amendment, chat) -> heard.add(told(amendment, chat))));
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt own = hub.now(bot.publish("lobby", "mine"));

        hub.now(bot.chat("lobby").edit(own.position(), "still mine"));
        hub.now(ann.publish("lobby", Map.of("amend", Map.of("epoch", "other", "offset", 1, "delete", true))));
        hub.now(ann.publish("lobby", Map.of("amend", "nonsense")));
        hub.now(ann.chat("lobby").delete(new Position(own.position().epoch(), 1_000)));
        hub.now(ann.publish("lobby", Map.of("amend", 1, "value", "said")));

        assertThat(heard).containsExactly("own mine", "lobby said");
    }

    @Test
    void amendmentThatCannotBeHandledComesAgainAndIsThenBuried() {
        int[] calls = {0};
        listening(
                "bot",
                with -> with.redelivery(2, Duration.ofSeconds(1), Duration.ofSeconds(1))
                        .onDeadLetter((letter, chat) ->
                                heard.add("dead " + letter.event().isAmendment()))
                        .onAmendment((amendment, chat) -> {
                            calls[0]++;
                            throw new IOException("as the test wants");
                        }));
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt said = hub.now(ann.publish("lobby", "one"));

        hub.now(ann.chat("lobby").edit(said.position(), "two"));
        hub.pass(Duration.ofMinutes(1));

        assertThat(calls[0]).isEqualTo(2);
        assertThat(heard).containsExactly("lobby one", "dead true");
    }

    @Test
    void amendmentIsHandledOnceWithACheckpoint() {
        MemoryCheckpoint checkpoint = new MemoryCheckpoint();
        UnaryOperator<ClientBuilder> bot =
                with -> with.onAmendment(checkpoint, (amendment, chat, none) -> heard.add(amendment.text()));
        MirrorClient first = listening("bot", bot);
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt said = hub.now(ann.publish("lobby", "one"));
        hub.now(ann.chat("lobby").edit(said.position(), "two"));
        hub.close(first);
        hub.now(ann.chat("lobby").edit(said.position(), "three"));

        listening("bot", bot);

        assertThat(heard).containsExactly("lobby one", "two", "three");
    }

    @Test
    void amendmentsBesideNoHandlerMoveThePositionToo() {
        MemoryCheckpoint checkpoint = new MemoryCheckpoint();
        MirrorClient first = listening("bot", with -> with.checkpoint(checkpoint));
        MirrorClient ann = hub.client("ann", with -> with);
        Receipt said = hub.now(ann.publish("lobby", "one"));
        Receipt edit = hub.now(ann.chat("lobby").edit(said.position(), "two"));
        hub.close(first);

        assertThat(checkpoint.open().get(LOBBY).position()).isEqualTo(edit.position());
    }
}
