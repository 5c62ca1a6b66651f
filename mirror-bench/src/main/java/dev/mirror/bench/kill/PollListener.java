package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.HttpLine;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** Long polls as a PubNub SDK does: it goes on with the cursor of the last answer that came whole, through every restart. */
final class PollListener extends Poller {
    private final List<String> channels;
    private final String target;
    private final Map<String, Long> has = new ConcurrentHashMap<>(); // by channel; written by its thread
    private volatile String cursor = ""; // written by its thread

    PollListener(String user, HistoryFile history, IntSupplier port, List<String> channels) {
        super(user, history, port);
        this.channels = List.copyOf(channels);
        this.target = "/v2/subscribe/" + SUBSCRIBE_KEY + '/' + String.join(",", channels) + "/0?uuid=" + user + '&';
    }

    List<String> channels() {
        return channels;
    }

    boolean isSubscribed() {
        return !cursor.isEmpty();
    }

    /** The newest that it has of a channel. */
    long newest(String channel) {
        return has.getOrDefault(channel, 0L);
    }

    @Override
    void session(HttpLine open) throws IOException {
        if (cursor.isEmpty()) {
            cursor(ask(open, "tt=0"));
        }
        long from = Long.parseLong(cursor.substring(3, cursor.indexOf('&')));
        for (String channel : channels) {
            history().add(Outcome.OK, Act.SUBSCRIBE, Subject.of(channel, new Position(EPOCH, from)));
        }
        try {
            while (!isEnded()) {
                JsonNode answer = ask(open, cursor);
                answer.path("m").forEach(this::heard);
                cursor(answer);
            }
        } finally {
            history().add(Outcome.INFO, Act.LEAVE, Subject.NONE);
        }
    }

    private JsonNode ask(HttpLine open, String from) throws IOException {
        HttpLine.Answer answer = open.get(target + from);
        if (answer.status() != 200) {
            throw new IOException("a poll was answered with " + answer.status());
        }
        return json(answer);
    }

    private void cursor(JsonNode answer) {
        JsonNode next = answer.path("t");
        cursor = "tt=" + next.path("t").asText() + "&tr=" + next.path("r").asText();
    }

    private void heard(JsonNode message) {
        String id = message.path("d").asText();
        long timetoken = message.path("p").path("t").asLong();
        String channel = message.path("c").asText();
        Subject subject =
                new Subject(channel, id, message.path("i").asText(), new Position(EPOCH, timetoken), Event.hash(id));
        history().add(Outcome.OK, Act.DELIVER, subject);
        has.put(channel, timetoken);
    }
}
