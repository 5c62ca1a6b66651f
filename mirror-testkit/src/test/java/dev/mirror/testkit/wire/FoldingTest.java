package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Folding;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Amendments and what is shown of them, W49 to W52. */
class FoldingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ChannelName CHANNEL = ChannelName.direct(new UserId("ann"), new UserId("bob"));

    static Stream<JsonNode> cases() throws IOException {
        try (InputStream vectors = Folding.class.getClassLoader().getResourceAsStream("folding-vectors.json")) {
            List<JsonNode> cases = new ArrayList<>();
            JSON.readTree(vectors).path("cases").forEach(cases::add);
            return cases.stream();
        }
    }

    private static Publication publication(JsonNode said) {
        return publication(
                said.path("offset").asLong(),
                said.path("userId").asText(),
                said.path("data").toString());
    }

    private static Publication publication(long offset, String user, String body) {
        Publication.Entry entry = new Publication.Entry(new UserId(user), "id-" + offset, body);
        return new Publication(CHANNEL, new Position("e", offset), offset, entry, null);
    }

    private static List<Publication> publications(JsonNode vector) {
        List<Publication> all = new ArrayList<>();
        vector.path("publications").forEach(said -> all.add(publication(said)));
        return all;
    }

    private static JsonNode shown(Folding folding) {
        ArrayNode all = JSON.createArrayNode();
        for (Folding.Message message : folding.messages()) {
            ObjectNode one = all.addObject();
            one.put("offset", message.original().position().offset());
            one.put("userId", message.original().entry().publisher().value());
            if (message.body() == null) {
                one.put("deleted", true);
            } else {
                one.set("data", Peer.parse(message.body()));
            }
            if (message.edited()) {
                one.put("edited", true);
            }
            message.reactions()
                    .forEach((value, users) -> users.forEach(user -> one.withObject("/reactions")
                            .withArrayProperty(value)
                            .add(user.value())));
        }
        return Peer.parse(all.toString());
    }

    private static JsonNode folded(List<Publication> publications) {
        Folding folding = new Folding(CHANNEL, "e");
        publications.forEach(folding::add);
        return shown(folding);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void w50_w51_w52_theVectorsComeOutAsWritten(JsonNode vector) {
        assertThat(folded(publications(vector)))
                .as(vector.path("name").asText())
                .isEqualTo(vector.path("messages"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void w52_theVectorsDoNotDependOnTheOrder(JsonNode vector) {
        List<Publication> backward = publications(vector);
        Collections.reverse(backward);
        assertThat(folded(backward)).as(vector.path("name").asText()).isEqualTo(vector.path("messages"));
    }

    /** Random logs, cut into random pages, read in either direction, some of them twice: always the same. */
    @Test
    void w52_foldingDoesNotDependOnPagesDirectionOrRepetition() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            List<Publication> log = randomLog(random);
            JsonNode expected = folded(log);
            for (int reading = 0; reading < 5; reading++) {
                Folding folding = new Folding(CHANNEL, "e");
                for (List<Publication> page : randomPages(log, random)) {
                    page.forEach(folding::add);
                    folding.messages();
                }
                assertThat(shown(folding))
                        .as("seed %d, reading %d", seed, reading)
                        .isEqualTo(expected);
            }
        }
    }

    private static List<Publication> randomLog(Random random) {
        List<Publication> log = new ArrayList<>();
        String[] users = {"ann", "bob"};
        for (int offset = 1; offset <= 60; offset++) {
            String user = users[random.nextInt(2)];
            String at = "{\"amend\":{\"epoch\":\"" + (random.nextInt(20) == 0 ? "other" : "e") + "\",\"offset\":"
                    + (1 + random.nextInt(offset + 1)) + ",";
            log.add(publication(
                    offset,
                    user,
                    switch (random.nextInt(6)) {
                        case 0 -> at + "\"edit\":{\"value\":\"v" + offset + "\",\"username\":\"x\"}}}";
                        case 1 -> at + "\"delete\":" + (random.nextInt(3) > 0) + "}}";
                        case 2 -> at + "\"react\":\"r" + random.nextInt(40) + "\"}}";
                        case 3 -> at + "\"unreact\":\"r" + random.nextInt(40) + "\"}}";
                        default -> "{\"value\":\"m" + offset + "\",\"username\":\"" + user + "\"}";
                    }));
        }
        return log;
    }

    private static List<List<Publication>> randomPages(List<Publication> log, Random random) {
        List<List<Publication>> pages = new ArrayList<>();
        int begin = 0;
        while (begin < log.size()) {
            int end = Math.min(log.size(), begin + 1 + random.nextInt(20));
            List<Publication> page = log.subList(begin, end);
            pages.add(page);
            if (random.nextInt(4) == 0) {
                pages.add(page);
            }
            begin = random.nextInt(3) == 0 ? Math.max(begin + 1, end - 3) : end;
        }
        switch (random.nextInt(3)) {
            case 0 -> Collections.reverse(pages);
            case 1 -> Collections.shuffle(pages, random);
            default -> {}
        }
        return pages;
    }

    @Test
    void w52_whatIsAddedTellsWhatChanged() {
        Folding folding = new Folding(CHANNEL, "e");
        String edit = "{\"amend\":{\"epoch\":\"e\",\"offset\":1,\"edit\":\"b\"}}";
        assertThat(folding.add(publication(2, "ann", edit))).isZero();
        assertThat(folding.at(1)).isNull();
        assertThat(folding.add(publication(1, "ann", "\"a\""))).isEqualTo(1);
        assertThat(folding.at(1)).isNotNull().extracting(Folding.Message::body).isEqualTo("\"b\"");
        assertThat(folding.add(publication(1, "ann", "\"a\""))).isZero();
        assertThat(folding.add(publication(3, "ann", edit.replace("\"b\"", "\"c\""))))
                .isEqualTo(1);
        assertThat(folding.at(1)).isNotNull().extracting(Folding.Message::body).isEqualTo("\"c\"");
        Publication elsewhere = new Publication(
                ChannelName.room("lobby"),
                new Position("e", 9),
                9,
                publication(9, "ann", "\"x\"").entry(),
                null);
        assertThat(folding.add(elsewhere)).isZero();
        assertThat(folding.messages()).hasSize(1);
    }

    /** The inbox has copies under positions of its own; an amendment names the place in the conversation. */
    @Test
    void w49_copiesInAnInboxFoldByTheirPlaceInTheConversation() {
        Folding folding = new Folding(CHANNEL, "e");
        List<Publication> said = List.of(
                publication(4, "ann", "\"a\""),
                publication(5, "ann", "{\"amend\":{\"epoch\":\"e\",\"offset\":4,\"edit\":\"b\"}}"));
        LongStream.range(0, 2).forEach(i -> {
            Publication original = said.get((int) i);
            folding.add(new Publication(
                    ChannelName.inbox(new UserId("bob")),
                    new Position("e", 100 + i),
                    original.timetoken(),
                    original.entry(),
                    new Publication.Origin(CHANNEL, original.position())));
        });
        assertThat(folding.at(4)).isNotNull().extracting(Folding.Message::body).isEqualTo("\"b\"");
    }

    /** The server carries amendments like anything else, and leaves what is inside alone. */
    @Test
    void w37_w49_anAmendmentIsPublishedAsItIs() {
        try (World world = new World()) {
            Peer ann = world.two("ann");
            Peer bob = world.two("bob");
            long offset = ann.publish("ann.bob", "hi");
            bob.take();
            String epoch = ann.ask("{'code':'channel.history','id':'h','channel':'ann.bob'}")
                    .path("epoch")
                    .asText();
            String data = "{'amend':{'epoch':'" + epoch + "','offset':" + offset
                    + ",'edit':{'value':'ho','userId':'bob','username':'Bob'}}}";
            JsonNode answer = ann.ask("{'code':'channel.publish','id':'p','channel':'ann.bob','data':" + data + "}");
            assertThat(answer.path("offset").asLong()).isEqualTo(2);
            JsonNode event = bob.only();
            assertThat(event.path("channel").asText()).isEqualTo("@bob");
            assertThat(event.path("data").path("data")).isEqualTo(Peer.json(data));
            assertThat(ann.ask("{'code':'channel.history','id':'h','channel':'ann.bob','data':{'limit':1}}")
                            .path("data")
                            .path("events")
                            .path(0)
                            .path("data"))
                    .isEqualTo(Peer.json(data));
        }
    }
}
