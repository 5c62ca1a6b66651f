package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A signed-in stranger who tries everything on other people's conversations and inboxes, in every state of the server,
 * and searches all that it hears, refusals included, for what was said there.
 */
final class Eavesdropper extends Client {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String NOBODY = "nobody-here-1";

    private final List<String> victims;
    /** What was asked for and is not answered, by id. Only on the client's thread. */
    private final Map<String, String> asked = new HashMap<>();

    private int requests; // only on the client's thread

    /** @param victims users with conversations, the first two with each other */
    Eavesdropper(Place place, List<String> victims) {
        super(place);
        this.victims = List.copyOf(victims);
    }

    @Override
    boolean isDone() {
        return false;
    }

    @Override
    void session(Line open) throws IOException {
        heard(open.hello());
        while (!isEnded()) {
            String id = "e-" + requests++;
            String request = request(id);
            asked.put(id, request);
            open.send(request);
            JsonNode frame = open.read();
            heard(frame);
            while (!frame.path("re").asText().equals(id)) {
                frame = open.read();
                heard(frame);
            }
            answered(id, frame);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private String request(String id) {
        int first = random().nextInt(victims.size());
        String one = victims.get(first);
        String other = victims.get((first + 1) % victims.size());
        String conversation = random().nextBoolean() ? one + '.' + other : other + '.' + one;
        String begin = "{\"id\":\"" + id + "\",\"code\":\"";
        String on = "\",\"channel\":\"";
        return switch (random().nextInt(11)) {
            case 0 -> begin + "channel.subscribe" + on + conversation + "\"}";
            case 1 -> begin + "channel.subscribe" + on + conversation + "\",\"epoch\":\"x\",\"offset\":0}";
            case 2 -> begin + "channel.subscribe" + on + '@' + one + "\",\"epoch\":\"x\",\"offset\":0}";
            case 3 -> begin + "channel.history" + on + conversation + "\",\"data\":{\"backward\":false}}";
            case 4 -> begin + "channel.history" + on + '@' + one + "\"}";
            case 5 -> begin + "channel.publish" + on + conversation + "\",\"data\":{\"value\":\"I am one of you\"}}";
            case 6 -> begin + "channel.publish" + on + '@' + one + "\",\"data\":1}";
            case 7 -> begin + "message.direct" + on + conversation + "\",\"data\":{\"value\":\"I am one of you\"}}";
            case 8 -> begin + "presence.watch" + on + conversation + "\"}";
            case 9 -> begin + "direct.mark" + on + conversation + "\",\"epoch\":\"x\",\"data\":{\"read\":1}}";
            default -> begin + "channel.history" + on + one + '.' + NOBODY + "\"}";
        };
    }

    private void answered(String id, JsonNode frame) {
        String request = asked.remove(id);
        boolean granted = frame.path("code").asText().equals("reply.ok");
        String note = granted
                ? String.valueOf(request)
                : frame.path("error").path("name").asText();
        history().add(granted ? Outcome.OK : Outcome.FAIL, Act.PRY, Subject.NONE, note);
    }

    private void heard(JsonNode frame) {
        String text = frame.toString();
        int secret = text.indexOf(Wire.SECRET);
        if (secret >= 0) {
            history()
                    .add(
                            Outcome.OK,
                            Act.HEAR,
                            Subject.NONE,
                            text.substring(secret, Math.min(text.length(), secret + 40)));
        }
    }

    @Override
    void left() {
        asked.clear();
    }
}
