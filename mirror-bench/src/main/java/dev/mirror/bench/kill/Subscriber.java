package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One device of a user: it has some channels and its inbox, and resumes from what it has. It keeps everything that it is
 * handed and filters nothing, so that the server has to be right by itself. Now and then it subscribes again from an
 * earlier place, or cuts its own connection.
 */
final class Subscriber extends Client {
    private final List<String> channels;
    private final CountDownLatch subscribed = new CountDownLatch(1);
    /** By mirror's own name of the channel. Written by the client's thread. */
    private final Map<String, Position> has = new ConcurrentHashMap<>();
    /** What was asked for and is not answered: the places, in order. Only on the client's thread. */
    private @Nullable List<Wanted> asked;

    private int requests; // only on the client's thread

    private record Wanted(String channel, @Nullable Position after) {}

    /** @param channels as it spells them */
    Subscriber(Place place, List<String> channels) {
        super(place);
        this.channels = new ArrayList<>(channels);
        this.channels.add("@" + user());
    }

    /** Open when it is subscribed to everything for the first time. */
    CountDownLatch subscribed() {
        return subscribed;
    }

    /** The channels, by mirror's own names. */
    List<String> channels() {
        return channels.stream().map(Wire::canonical).toList();
    }

    /** How far it has got. */
    long offset(String channel) {
        Position at = has.get(channel);
        return at == null ? -1 : at.offset();
    }

    @Override
    boolean isDone() {
        return false;
    }

    @Override
    void session(Line open) throws IOException {
        subscribe(
                open,
                channels.stream()
                        .map(channel -> new Wanted(channel, has.get(Wire.canonical(channel))))
                        .toList());
        // Nothing counts before the first answer: the session's own inbox subscription is replaced by ours (W32).
        JsonNode frame = open.read();
        while (!isAnswer(frame)) {
            frame = open.read();
        }
        answered(frame);
        while (!isEnded()) {
            hear(open, open.read());
        }
    }

    private void subscribe(Line open, List<Wanted> wanted) throws IOException {
        StringBuilder frame = new StringBuilder("{\"code\":\"channel.subscribe\",\"id\":\"s-")
                .append(++requests)
                .append("\",\"data\":{\"channels\":[");
        String comma = "";
        for (Wanted one : wanted) {
            frame.append(comma)
                    .append("{\"channel\":\"")
                    .append(one.channel)
                    .append('"')
                    .append(Wire.place(one.after))
                    .append('}');
            comma = ",";
        }
        asked = wanted;
        open.send(frame.append("]}}").toString());
    }

    private boolean isAnswer(JsonNode frame) {
        return asked != null && frame.path("re").asText().equals("s-" + requests);
    }

    private void answered(JsonNode frame) throws IOException {
        List<Wanted> wanted = asked == null ? List.of() : asked;
        asked = null;
        JsonNode answers = frame.path("data").path("channels");
        for (int i = 0; i < wanted.size(); i++) {
            // The answer for one channel says of itself what that for several says of each (W29).
            JsonNode answer = wanted.size() == 1 ? frame : answers.path(i);
            Position end = Wire.position(answer);
            if (end == null) {
                throw new IOException("not subscribed: " + frame);
            }
            String channel = Wire.canonical(wanted.get(i).channel);
            Position after = wanted.get(i).after;
            Position from = after == null ? end : after;
            String note = recovered(answer) ? "" : Event.UNRECOVERED;
            history().add(Outcome.OK, Act.SUBSCRIBE, Subject.of(channel, from), note);
            has.put(channel, from);
        }
        subscribed.countDown();
    }

    private static boolean recovered(JsonNode answer) {
        return answer.path("recovered").asBoolean()
                || answer.path("data").path("recovered").asBoolean();
    }

    private void hear(Line open, JsonNode frame) throws IOException {
        switch (frame.path("code").asText()) {
            case "channel.event" -> {
                Subject subject = Wire.subject(frame);
                history().add(Outcome.OK, Act.DELIVER, subject, Wire.origin(frame));
                Position at = subject.at();
                if (at != null) {
                    has.put(subject.channel(), at);
                }
                disturb(open, subject);
            }
            case "channel.gap" -> {
                String channel = Wire.canonical(frame.path("channel").asText());
                Position at = Wire.position(frame);
                history().add(Outcome.OK, Act.SUBSCRIBE, Subject.of(channel, at), Event.UNRECOVERED);
                if (at != null) {
                    has.put(channel, at);
                }
            }
            default -> {
                if (isAnswer(frame)) {
                    answered(frame);
                }
            }
        }
    }

    private void disturb(Line open, Subject subject) throws IOException {
        int chance = random().nextInt(2_000);
        Position at = subject.at();
        if (chance == 0) {
            cut(open);
        } else if (chance == 1 && asked == null && at != null) {
            long back = Math.max(0, at.offset() - random().nextInt(400));
            subscribe(open, List.of(new Wanted(subject.channel(), new Position(at.epoch(), back))));
        }
    }

    @Override
    void left() {
        asked = null;
        history().add(Outcome.INFO, Act.LEAVE, Subject.NONE);
    }
}
