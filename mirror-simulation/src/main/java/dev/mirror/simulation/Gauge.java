package dev.mirror.simulation;

import dev.mirror.message.Frame;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Measures what the server holds for those who do not read, and for those who ask for too much (I6, I7). */
final class Gauge {
    /** A catching-up peer has enough in a quarter of an outbox; one frame more may be on its way there, and some answers. */
    private static final long PAST_BYTES = (256 << 10) + (64 << 10);
    /** Beyond this a room does not fit into that. */
    private static final long MUCH = 600_000;
    /** What a transport refused, and the goodbye. */
    private static final int AFTER_REFUSAL = 2;

    private static final int EARLY = 32;
    /** Requests of one connection that may be without an answer, by code: W38 and W56, and a burst with 6 s of its rate. */
    private static final Map<String, Integer> UNANSWERED = new TreeMap<>(Map.of(
            "channel.history", 204,
            "presence.watch", 128,
            "channel.subscribe", 256,
            "channel.publish", 400,
            "message.direct", 400,
            "session.ping", 32,
            "auth.refresh", 32));

    private final Recorder recorder;
    /** What is measured, with the most that was found; the limit stands in the name's entry of the other map. */
    private final Map<String, Long> most = new TreeMap<>();

    private final Map<String, Long> limits = new HashMap<>();
    /** Requests that a connection has no answer to, by id. */
    private final Map<String, Map<String, Asked>> asked = new HashMap<>();
    /** Connections that wait for their hello. */
    private final Set<String> unwelcome = new HashSet<>();
    /** How many frames were refused on a connection. */
    private final Map<String, Integer> refused = new HashMap<>();
    /** Connections that have to catch up with much and read nothing. */
    private final Set<String> filling = new HashSet<>();

    private long published; // bytes in the room that the sluggard reads

    /**
     * A request.
     *
     * @param count of what is asked for in it
     */
    private record Asked(String code, int count) {}

    Gauge(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Something was measured. */
    void measure(String what, long value, long limit) {
        most.merge(what, value, Math::max);
        limits.put(what, limit);
    }

    /** So many bytes more are in a room. */
    void published(String channel, int bytes) {
        published += channel.equals(Sluggard.ROOM) ? bytes : 0;
    }

    /** A connection was told something, or will not be for a while. */
    void reads(String who, boolean reads) {
        if (reads) {
            filling.remove(who);
        } else if (published > MUCH) {
            filling.add(who);
        }
    }

    /** A connection begins that waits for answers. */
    void began(String who) {
        asked.put(who, new HashMap<>());
        unwelcome.add(who);
    }

    /** The hub gets a frame. */
    void heard(String who, Frame frame) {
        Wire wire = Wire.read(frame.toString());
        String id = wire.text("id");
        Map<String, Asked> open = asked.get(who);
        if (!id.isEmpty() && open != null) {
            int count = Math.max(1, wire.json().path("data").path("channels").size());
            open.put(id, new Asked(wire.text("code"), count));
        }
    }

    /** The hub has done what it does at once about what it got: how much is left to be answered? */
    void taken(String who) {
        if (unwelcome.contains(who)) {
            measure(
                    "requests before the hello",
                    asked.getOrDefault(who, Map.of()).size(),
                    EARLY);
            return;
        }
        Map<String, Integer> open = new HashMap<>();
        for (Asked request : asked.getOrDefault(who, Map.of()).values()) {
            open.merge(request.code, request.count, Integer::sum);
        }
        UNANSWERED.forEach(
                (code, limit) -> measure("unanswered " + code + " of one peer", open.getOrDefault(code, 0), limit));
    }

    /** The hub sent a frame, with which so many bytes wait. */
    void sent(String who, Frame frame, long waiting) {
        measure("bytes that wait for one peer", waiting, Link.OUTBOX_BYTES);
        if (filling.contains(who)) {
            measure("bytes of the past that wait for one peer", waiting, PAST_BYTES);
        }
        Map<String, Asked> open = asked.get(who);
        if (open != null) {
            unwelcome.remove(who); // the hello comes first
            String answered = Wire.answered(frame.toString());
            boolean first = answered.isEmpty() || open.remove(answered) != null;
            measure("answers to one request beyond the first", first ? 0 : 1, 0);
        }
    }

    /** A connection is over, and nobody waits for answers. */
    void ended(String who) {
        asked.remove(who);
        unwelcome.remove(who);
    }

    /** The outbox took no more. */
    void refused(String who) {
        measure("frames for a peer that takes no more", refused.merge(who, 1, Integer::sum), AFTER_REFUSAL);
    }

    /** Writes down what was measured. */
    void report() {
        asked.values().forEach(open -> measure("requests that were never answered", open.size(), 0));
        most.forEach((what, value) -> recorder.add(
                "world/gauge", Outcome.OK, Act.MEASURE, Subject.measured(what, value, limits.getOrDefault(what, 0L))));
    }
}
