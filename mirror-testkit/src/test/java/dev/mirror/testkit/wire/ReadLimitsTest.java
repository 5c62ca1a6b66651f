package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one session can have the store read: W56. */
class ReadLimitsTest {
    private final World world = new World();
    private final Peer ann = world.two("ann");

    @AfterEach
    void close() {
        world.close();
    }

    private static String history(int number) {
        return "{'code':'channel.history','id':'h-" + number + "','channel':'lobby'}";
    }

    private static String subscribe(String id, int first, int last) {
        String channels = IntStream.rangeClosed(first, last)
                .mapToObj(i -> "{'channel':'room-" + i + "'}")
                .collect(Collectors.joining(","));
        return "{'code':'channel.subscribe','id':'" + id + "','data':{'channels':[" + channels + "]}}";
    }

    private static String watch(int room) {
        return "{'code':'presence.watch','id':'w-" + room + "','channel':'room-" + room + "'}";
    }

    private static List<String> errors(List<JsonNode> got) {
        return got.stream()
                .filter(each -> each.path("code").asText().equals("reply.error"))
                .map(each -> each.path("error").path("name").asText())
                .toList();
    }

    private void fill(String channel, int count, String value) {
        for (int i = 0; i < count; i++) {
            ann.publish(channel, value);
            world.advance(Duration.ofMillis(30));
        }
        ann.take();
    }

    @Test
    void i7_w56_ofManyRequestsForHistoryAFewReachTheStoreAndAllAreAnsweredInTime() {
        world.broker.histories.shut();
        for (int i = 0; i < 500; i++) {
            ann.later(history(i));
        }
        world.run();
        assertThat(world.broker.histories.waiting()).isEqualTo(4);
        List<JsonNode> refused = ann.got();
        assertThat(errors(refused)).hasSize(296).containsOnly("too.many");
        assertThat(refused).allMatch(each -> each.path("error").path("afterMs").asLong() > 0);
        world.seconds(5);
        assertThat(errors(ann.got())).hasSize(204).containsOnly("store.unavailable");
        world.broker.histories.open();
        assertThat(ann.ask(history(501)).path("code").asText()).isEqualTo("reply.ok");
    }

    @Test
    void i11_w56_noMorePagesThanTheLimitBeginInASecond() {
        for (int i = 0; i < 200; i++) {
            ann.later(history(i));
        }
        world.run();
        assertThat(ann.got("reply.ok")).hasSize(100);
        world.seconds(1);
        assertThat(ann.got("reply.ok")).hasSizeBetween(49, 51);
        world.seconds(2);
        assertThat(ann.got("reply.ok")).hasSizeBetween(49, 51);
    }

    @Test
    void i11_w56_nothingIsReadForASessionThatHasEnded() {
        ann.connection.stall(3);
        int before = world.broker.asked.size();
        for (int i = 0; i < 90; i++) {
            ann.later(history(i));
        }
        world.run();
        assertThat(ann.closeCode()).isEqualTo(4200);
        assertThat(world.broker.asked.size() - before).isLessThanOrEqualTo(8);
    }

    @Test
    void w56_whoComesBackWithAllThatASessionMayHaveIsNotRefused() {
        ann.later(subscribe("s-1", 1, 64));
        ann.later(subscribe("s-2", 65, 126)); // beside the inbox and the own room
        IntStream.rangeClosed(1, 128).forEach(i -> ann.later(watch(i)));
        IntStream.rangeClosed(1, 200).forEach(i -> ann.later(history(i)));
        world.seconds(4);
        List<JsonNode> got = ann.got();
        assertThat(errors(got)).isEmpty();
        assertThat(got)
                .filteredOn(each -> each.path("code").asText().equals("reply.ok"))
                .hasSize(2 + 128 + 200);
    }

    @Test
    void i7_w56_subscriptionsAndWatchesWithoutAnAnswerAreCounted() {
        world.broker.histories.shut();
        for (String id : List.of("s-1", "s-2", "s-3")) {
            ann.say(subscribe(id, 1, 126));
        }
        assertThat(ann.only().path("re").asText()).isEqualTo("s-3");
        world.broker.histories.open();
        world.run();
        assertThat(ann.got("reply.ok")).hasSize(2);
        assertThat(ann.ask(subscribe("s-4", 1, 126)).path("code").asText()).isEqualTo("reply.ok");
        ann.take();
        for (int i = 0; i < 130; i++) {
            ann.later(watch(1));
        }
        world.run();
        assertThat(errors(ann.got())).hasSize(2).containsOnly("too.many");
        assertThat(ann.ask(watch(2)).path("code").asText()).isEqualTo("reply.ok");
    }

    @Test
    void i7_w56_theChannelsOfARequestCountUntilItIsAnswered() {
        world.broker.histories.shut();
        ann.say(subscribe("s-1", 1, 126));
        ann.say(subscribe("s-2", 1, 126));
        IntStream.range(0, 125).forEach(i -> world.broker.histories.letOneThrough());
        world.run();
        ann.say(subscribe("s-3", 1, 126));
        assertThat(ann.only().path("re").asText()).isEqualTo("s-3");
    }

    @Test
    void i7_w56_twoChannelsAreReadAtATimeWhileASessionCatchesUp() {
        Peer bob = world.two("bob");
        for (int room = 1; room <= 10; room++) {
            fill("room-" + room, 150, "x");
        }
        String epoch = ann.ask("{'code':'channel.history','id':'h','channel':'room-1'}")
                .path("epoch")
                .asText();
        String channels = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> "{'channel':'room-" + i + "','epoch':'" + epoch + "','offset':0}")
                .collect(Collectors.joining(","));
        world.broker.histories.shut();
        bob.later("{'code':'channel.subscribe','id':'s','data':{'channels':[" + channels + "]}}");
        world.run();
        IntStream.range(0, 10).forEach(i -> world.broker.histories.letOneThrough()); // where each log stands
        world.run();
        int events = 0;
        for (int pages = 0; pages < 20; pages++) {
            assertThat(world.broker.histories.waiting()).isBetween(1, 2);
            world.broker.histories.letOneThrough();
            world.run();
            events += bob.got("channel.event").size();
        }
        assertThat(events).isEqualTo(10 * 150);
        assertThat(world.broker.histories.waiting()).isZero();
        ann.publish("room-7", "live");
        assertThat(bob.events("room-7")).containsExactly("live");
    }

    private List<Long> page(String place, String data) {
        JsonNode answer =
                ann.ask("{'code':'channel.history','id':'h','channel':'lobby'" + place + ",'data':{" + data + "}}");
        assertThat(answer.path("offset").asLong()).isEqualTo(130);
        assertThat(answer.path("data").path("recovered").asBoolean()).isTrue();
        return answer.path("data").path("events").findValues("offset").stream()
                .map(JsonNode::asLong)
                .toList();
    }

    private static List<Long> offsets(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void w39_aPageThatIsReadInPiecesIsOnePage() {
        fill("lobby", 130, "x");
        String epoch = ann.ask(history(0)).path("epoch").asText();
        assertThat(page("", "'limit':300")).isEqualTo(offsets(1, 130));
        assertThat(page("", "'limit':110")).isEqualTo(offsets(21, 130));
        assertThat(page("", "'limit':100,'backward':false")).isEqualTo(offsets(1, 100));
        String place = ",'epoch':'" + epoch + "','offset':";
        assertThat(page(place + 10, "'limit':101,'backward':false")).isEqualTo(offsets(11, 111));
        assertThat(page(place + 120, "'limit':101")).isEqualTo(offsets(19, 119));
    }

    /** A page of the longest messages would be forty times what its answer holds. */
    @Test
    void i7_w56_noMoreIsReadThanAnAnswerHoldsAndAPiece() {
        fill("lobby", 60, "x".repeat(30_000));
        int before = world.broker.asked.size();
        JsonNode answer = ann.ask("{'code':'channel.history','id':'h','channel':'lobby','data':{'limit':300}}");
        assertThat(answer.path("data").path("events")).hasSize(8);
        assertThat(world.broker.asked.subList(before, world.broker.asked.size()))
                .singleElement()
                .matches(query -> query.limit() == 50);
    }
}
