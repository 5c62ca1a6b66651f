package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads whole logs, from the first offset to the last, and writes down every entry. For one thread. */
final class LogReader {
    private static final int PAGES = 100_000;

    private LogReader() {}

    /**
     * Reads one log.
     *
     * @param channel as the reader spells it
     * @return where it ended
     */
    static Position read(Line line, HistoryFile history, String channel) throws IOException {
        Subject log = Subject.of(Wire.canonical(channel));
        history.add(Outcome.INVOKE, Act.READ, log);
        try {
            Position end = pages(line, history, channel);
            history.add(Outcome.OK, Act.READ, Subject.of(log.channel(), end));
            return end;
        } catch (IOException e) {
            history.add(Outcome.INFO, Act.READ, log);
            throw e;
        }
    }

    private static Position pages(Line line, HistoryFile history, String channel) throws IOException {
        @Nullable Position at = null;
        for (int page = 0; page < PAGES; page++) {
            String id = "h-" + page;
            JsonNode answer = line.ask(Wire.history(id, channel, at), id);
            Position end = Wire.position(answer);
            if (end == null || !answer.path("data").path("recovered").asBoolean(true)) {
                throw new IOException("no history: " + answer);
            }
            for (JsonNode event : answer.path("data").path("events")) {
                Subject entry = Wire.subject(event);
                history.add(Outcome.OK, Act.ENTRY, entry, Wire.origin(event));
                at = entry.at();
            }
            boolean all = at == null || at.offset() >= end.offset();
            if (all || answer.path("data").path("events").isEmpty()) {
                return end;
            }
        }
        throw new IOException("a log without end: " + channel);
    }
}
