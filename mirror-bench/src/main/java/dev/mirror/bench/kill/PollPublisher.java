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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Publishes as a PubNub SDK does: one request at a time, never the same again, since nothing would tell two from each
 * other. What had no answer is in the log or is not.
 */
final class PollPublisher extends Poller {
    private final List<String> channels;
    private final AtomicInteger acknowledged;
    private final AtomicInteger outstanding;
    private int number; // only on its thread

    PollPublisher(String user, HistoryFile history, IntSupplier port, List<String> channels, Counts counts) {
        super(user, history, port);
        this.channels = List.copyOf(channels);
        this.acknowledged = counts.acknowledged();
        this.outstanding = counts.outstanding();
    }

    /** What all publishers count together. */
    record Counts(AtomicInteger acknowledged, AtomicInteger outstanding) {}

    @Override
    void session(HttpLine open) throws IOException {
        while (!isEnded()) {
            publish(open);
        }
    }

    private void publish(HttpLine open) throws IOException {
        String id = user() + "-" + number++;
        String channel = channels.get(number % channels.size());
        Subject subject = new Subject(channel, id, user(), null, Event.hash(id));
        history().add(Outcome.INVOKE, Act.PUBLISH, subject);
        outstanding.incrementAndGet();
        try {
            HttpLine.Answer answer = open.get("/publish/" + PUBLISH_KEY + '/' + SUBSCRIBE_KEY + "/0/" + channel
                    + "/0/%22" + id + "%22?uuid=" + user());
            JsonNode json = json(answer);
            if (answer.status() == 200 && json.path(0).asInt() == 1) {
                history()
                        .add(
                                Outcome.OK,
                                Act.PUBLISH,
                                subject.at(new Position(EPOCH, json.path(2).asLong())));
                acknowledged.incrementAndGet();
            } else {
                // Perhaps it was stored all the same: a PubNub client learns no more than the status.
                history().add(Outcome.INFO, Act.PUBLISH, subject, "status " + answer.status());
            }
        } catch (IOException e) {
            history().add(Outcome.INFO, Act.PUBLISH, subject);
            throw e;
        } finally {
            outstanding.decrementAndGet();
        }
    }
}
