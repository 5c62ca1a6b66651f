package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that vanish, stall and come back, on a real hub over a broker that takes its time, while others publish as fast
 * as they can. In the end everybody has everything, once and in order, of rooms, conversations and inboxes.
 */
class DeliverySimulationTest {
    private static final int STEPS = 2_000;

    private World world;
    private WhimsicalBroker broker;
    private final List<Reader> readers = new ArrayList<>();

    /** A peer that does what the rules ask of one that resumes (W31, W32). */
    private final class Reader {
        final String user;
        final Map<String, Long> last = new LinkedHashMap<>(); // by channel: the last offset that it has
        final Map<String, List<String>> has = new HashMap<>();
        final Set<String> resumed = new HashSet<>();
        Peer peer;
        int connections;

        Reader(String user, String... channels) {
            this.user = user;
            for (String channel : channels) {
                last.put(channel, 0L);
                has.put(channel, new ArrayList<>());
            }
        }

        void comeBack() {
            if (peer == null || peer.connection.isEnded()) {
                resumed.clear();
                connections++;
                peer = world.openLater(Protocol.V2, world.tokenOf(user), world.time.lane());
            }
        }

        void read() {
            for (String text : peer.take()) {
                JsonNode frame = Peer.parse(text);
                String channel = frame.path("channel").asText();
                switch (frame.path("code").asText()) {
                    case "registered.success" -> last.keySet().forEach(this::ask);
                    case "reply.ok" -> {
                        assertThat(frame.path("data").path("recovered").asBoolean())
                                .as(text)
                                .isTrue();
                        resumed.add(channel);
                    }
                    case "reply.error" -> ask(frame.path("re").asText());
                    case "channel.event" -> event(channel, frame);
                    case "session.bye" ->
                        assertThat(frame.path("data").path("code").asInt()).isIn(4101, 4200);
                    default -> throw new AssertionError(user + " got " + text);
                }
            }
        }

        private void ask(String channel) {
            peer.later("{'code':'channel.subscribe','id':'" + channel + "','channel':'" + channel + "','epoch':'"
                    + epoch() + "','offset':" + last.get(channel) + "}");
        }

        private void event(String channel, JsonNode event) {
            if (!resumed.contains(channel)) {
                return; // of the subscription before, or of a channel that it does not follow
            }
            long offset = event.path("offset").asLong();
            assertThat(offset).as("%s on %s", user, channel).isEqualTo(last.get(channel) + 1);
            last.put(channel, offset);
            has.get(channel).add(event.path("id").asText());
        }
    }

    private String epoch() {
        return Await.value(world.memory.history(HistoryQuery.latest(ChannelName.room("lobby"), 0)))
                .tail()
                .epoch();
    }

    private List<String> log(String channel) {
        ChannelName name = ChannelName.parse(channel).orElseThrow();
        List<String> ids = new ArrayList<>();
        HistoryQuery next = new HistoryQuery(name, null, 0, false, 300);
        while (true) {
            List<Publication> page = Await.value(world.memory.history(next)).publications();
            if (page.isEmpty()) {
                return ids;
            }
            page.forEach(each -> ids.add(each.entry().id()));
            next = HistoryQuery.after(name, page.get(page.size() - 1).position(), 300);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void i1_i2_i3_w31_w32_everybodyHasEverythingOnceAndInOrder(long seed) {
        Random chance = new Random(seed);
        world = World.underChance(seed, (time, memory) -> {
            broker = new WhimsicalBroker(memory, time, new SplittableRandom(seed));
            return broker;
        });
        world.users.user("ann");
        world.users.user("bob");
        readers.add(new Reader("ann", "lobby", "ann.bob", "@ann"));
        readers.add(new Reader("bob", "bob.ann", "@bob"));
        readers.add(new Reader("cat", "lobby"));
        readers.add(new Reader("dan", "lobby"));
        List<String> acknowledged = new ArrayList<>();
        String[] channels = {"lobby", "lobby", "ann.bob"};
        for (int step = 0; step < STEPS; step++) {
            publish(channels[chance.nextInt(3)], "m-" + step, acknowledged);
            disturb(chance);
            world.advance(Duration.ofMillis(chance.nextInt(6)));
            readers.forEach(Reader::comeBack);
            world.run();
            readers.forEach(Reader::read);
        }
        broker.away(false);
        for (int second = 0; second < 60; second++) {
            readers.forEach(Reader::comeBack);
            readers.forEach(reader -> reader.peer.resume());
            world.seconds(1);
            readers.forEach(Reader::read);
        }
        List<String> all = new ArrayList<>(log("lobby"));
        all.addAll(log("ann.bob"));
        assertThat(all).containsAll(acknowledged).doesNotHaveDuplicates();
        assertThat(acknowledged).hasSizeGreaterThan(STEPS / 2);
        for (Reader reader : readers) {
            assertThat(reader.connections).as("connections of %s", reader.user).isGreaterThan(5);
            reader.has.forEach((channel, ids) ->
                    assertThat(ids).as("%s on %s", reader.user, channel).isEqualTo(log(channel)));
        }
        world.close();
    }

    private void publish(String channel, String id, List<String> acknowledged) {
        Publication.Entry entry = new Publication.Entry(new UserId("ann"), id, "{\"value\":\"" + id + "\"}");
        world.mirror
                .publish(ChannelName.parse(channel).orElseThrow(), entry)
                .thenAccept(receipt -> acknowledged.add(id));
    }

    private void disturb(Random chance) {
        Reader unlucky = readers.get(chance.nextInt(readers.size()));
        if (unlucky.peer == null) {
            return;
        }
        switch (chance.nextInt(120)) {
            case 0 -> unlucky.peer.connection.vanish();
            case 1, 2 -> unlucky.peer.stall(1 + chance.nextInt(60));
            case 3, 4 -> unlucky.peer.resume();
            case 5 -> broker.away(true);
            case 6, 7, 8 -> broker.away(false);
            default -> {}
        }
    }
}
