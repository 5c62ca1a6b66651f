package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.direct.Mark;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.MirrorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How far this user has come in conversations, on its way to the server. Marks only grow, so those of one conversation
 * that are made while an earlier one waits for its answer go out as one. On the lane only; bounded as requests are.
 */
final class Marks {
    private final Requests requests;
    private final Supplier<String> ids;
    private final Map<Log, Batch> next = new HashMap<>(); // the lane's; where one is on its way, what follows it

    private record Log(ChannelName channel, String epoch) {}

    /** Marks that are told together. */
    private static final class Batch implements Outcome<Mark> {
        private final List<Outcome<Mark>> outcomes = new ArrayList<>(); // the lane's
        private long received; // the lane's
        private long read; // the lane's

        void add(Mark mark, Outcome<Mark> outcome) {
            received = Math.max(received, mark.received());
            read = Math.max(read, mark.read());
            outcomes.add(outcome);
        }

        @Override
        public void done(Mark now) {
            outcomes.forEach(outcome -> outcome.done(now));
        }

        @Override
        public void failed(MirrorException failure) {
            outcomes.forEach(outcome -> outcome.failed(failure));
        }
    }

    Marks(Requests requests, Supplier<String> ids) {
        this.requests = requests;
        this.ids = ids;
    }

    /** @param mark 0 where it says nothing */
    void add(ChannelName channel, Mark mark, Outcome<Mark> outcome) {
        Log log = new Log(channel, mark.epoch());
        Batch waiting = next.get(log);
        if (waiting == null) {
            Batch first = new Batch();
            first.add(mark, outcome);
            ask(log, first);
        } else {
            waiting.add(mark, outcome);
        }
    }

    private void ask(Log log, Batch batch) {
        next.put(log, new Batch());
        Request.Message message =
                (id, me) -> new ClientMessage.Mark(id, log.channel(), log.epoch(), batch.received, batch.read);
        Outcome<Mark> outcome = new Outcome<>() {
            @Override
            public void done(Mark now) {
                Batch more = takeNext(log);
                if (!more.outcomes.isEmpty()) {
                    ask(log, more);
                }
                batch.done(now);
            }

            /** What waits is of the same kind, and would fail for the same reason. */
            @Override
            public void failed(MirrorException failure) {
                Batch more = takeNext(log);
                batch.failed(failure);
                more.failed(failure);
            }
        };
        requests.add(new Request(ids.get(), Request.Kind.MARK, message, Request.Answer.of(outcome, Answers::mark)));
    }

    private Batch takeNext(Log log) {
        Batch more = next.remove(log);
        return more == null ? new Batch() : more;
    }
}
