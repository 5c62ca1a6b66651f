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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes in rooms and to other users, several at a time, and asks again with the same id until it has an answer. Now
 * and then it repeats what was acknowledged, uses an old id for something else, or cuts its own connection.
 */
final class Publisher extends Client {
    private static final int WINDOW = 8;
    private static final int REMEMBERED = 64;
    /** Refusals after which nothing is known. */
    private static final Set<String> UNKNOWN = Set.of("internal", "store.unavailable");
    /** Refusals that asking again can overcome. */
    private static final Set<String> LATER = Set.of("busy", "too.many", "store.full", "internal", "store.unavailable");

    private final Traffic traffic;
    private final AtomicInteger acknowledged;
    private final AtomicInteger outstanding;
    /** What has no answer yet, in the order in which it was first asked for. Only on the client's thread. */
    private final Map<String, Request> window = new LinkedHashMap<>();
    /** What was acknowledged not long ago. Only on the client's thread. */
    private final List<Request> answered = new ArrayList<>();

    private int number; // only on the client's thread
    private volatile boolean stopping; // set once, from outside
    private volatile boolean done; // set by the client's thread

    private record Request(Subject subject, String frame) {}

    /**
     * What there is to say, and where.
     *
     * @param run names the run, so that ids differ between runs
     * @param rooms to publish in
     * @param friends users to write to
     * @param pauseNanos after each answer, so that there is load for long; 0 for none
     */
    record Traffic(String run, List<String> rooms, List<String> friends, long pauseNanos) {}

    /**
     * @param acknowledged counts acknowledgements, of all publishers together
     * @param outstanding counts what has no answer
     */
    Publisher(Place place, Traffic traffic, AtomicInteger acknowledged, AtomicInteger outstanding) {
        super(place);
        this.traffic = traffic;
        this.acknowledged = acknowledged;
        this.outstanding = outstanding;
    }

    /** Says nothing new; it is done when all that was said has an answer. */
    void stop() {
        stopping = true;
    }

    @Override
    boolean isDone() {
        return done;
    }

    @Override
    void session(Line open) throws IOException {
        for (Request request : List.copyOf(window.values())) {
            ask(open, request);
        }
        while (!isEnded()) {
            while (!stopping && window.size() < WINDOW) {
                ask(open, next());
            }
            if (window.isEmpty()) {
                done = true;
                return;
            }
            hear(open, open.read());
            if (traffic.pauseNanos > 0) {
                LockSupport.parkNanos(traffic.pauseNanos);
            }
            if (!stopping && random().nextInt(400) == 0) {
                cut(open);
            }
        }
    }

    @Override
    void left() {
        // The answers will not come on this connection any more.
        window.values().forEach(request -> history().add(Outcome.INFO, Act.PUBLISH, request.subject));
    }

    private Request next() {
        int chance = random().nextInt(100);
        if (chance < 4 && !answered.isEmpty()) {
            Request again = answered.get(random().nextInt(answered.size()));
            if (!window.containsKey(again.subject.id())) {
                return again;
            }
        }
        if (chance == 99 && !answered.isEmpty()) {
            Subject old = answered.get(random().nextInt(answered.size())).subject;
            if (!window.containsKey(old.id())) {
                return request("channel.publish", old.id(), old.channel());
            }
        }
        String id = traffic.run + '-' + user().substring(0, 8) + '-' + number++;
        if (chance < 60 || traffic.friends.isEmpty()) {
            return request("channel.publish", id, pick(traffic.rooms));
        }
        String code = random().nextBoolean() ? "message.direct" : "channel.publish";
        return request(code, id, user() + '.' + pick(traffic.friends));
    }

    private String pick(List<String> list) {
        return list.get(random().nextInt(list.size()));
    }

    private Request request(String code, String id, String channel) {
        boolean isRoom = channel.indexOf('.') < 0;
        // The sender's own spelling, also of a conversation that was written down in mirror's.
        String spelled = isRoom || channel.startsWith(user() + '.') ? channel : reversed(channel);
        int size = random().nextInt(20) == 0 ? random().nextInt(8_000) : random().nextInt(200);
        String text = (isRoom ? "public-" : Wire.SECRET) + random().nextLong() + '-' + "x".repeat(size);
        Subject subject = new Subject(Wire.canonical(channel), id, user(), null, Event.hash(text));
        return new Request(subject, Wire.publish(code, id, spelled, text));
    }

    private static String reversed(String channel) {
        int dot = channel.indexOf('.');
        return channel.substring(dot + 1) + '.' + channel.substring(0, dot);
    }

    private void ask(Line open, Request request) throws IOException {
        // Before it is sent: what was perhaps not sent counts as perhaps published.
        history().add(Outcome.INVOKE, Act.PUBLISH, request.subject);
        if (window.put(request.subject.id(), request) == null) {
            outstanding.incrementAndGet();
        }
        open.send(request.frame);
    }

    private void hear(Line open, JsonNode frame) throws IOException {
        Request request = window.get(frame.path("re").asText());
        if (request == null) {
            return;
        }
        Position at = Wire.position(frame);
        if (frame.path("code").asText().equals("reply.ok") && at != null) {
            history().add(Outcome.OK, Act.PUBLISH, request.subject.at(at));
            answered(request);
            remember(request);
            acknowledged.incrementAndGet();
            return;
        }
        String error = frame.path("error").path("name").asText("no position");
        history().add(UNKNOWN.contains(error) ? Outcome.INFO : Outcome.FAIL, Act.PUBLISH, request.subject, error);
        if (LATER.contains(error)) {
            long millis = Math.min(200, frame.path("error").path("afterMs").asLong(10));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            ask(open, request);
        } else {
            answered(request);
        }
    }

    private void answered(Request request) {
        window.remove(request.subject.id());
        outstanding.decrementAndGet();
    }

    private void remember(Request request) {
        if (answered.size() < REMEMBERED) {
            answered.add(request);
        } else {
            answered.set(random().nextInt(REMEMBERED), request);
        }
    }
}
