package dev.mirror.simulation.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.message.Position;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The history of one client: a file with one JSON object a line, in the order in which things happened to it.
 *
 * <p>Written by one client from any of its threads, one at a time.
 */
public final class HistoryFile implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ENDING = ".jsonl";

    private final String client;
    private final LongSupplier nanos;
    private final BufferedWriter out; // guarded by this
    private long index; // guarded by this; lines so far

    /**
     * Begins a file.
     *
     * @param client the user id, a slash, and a name for the device; names the file
     * @param nanos the clock that all clients of a run share
     */
    public HistoryFile(Path folder, String client, LongSupplier nanos) throws IOException {
        this.client = client;
        this.nanos = nanos;
        this.out = Files.newBufferedWriter(folder.resolve(client.replace('/', '.') + ENDING));
    }

    /** Writes down what happens now. */
    public void add(Event.Outcome outcome, Event.Act act, Event.Subject subject, String note) {
        StringWriter line = new StringWriter(256);
        synchronized (this) {
            try {
                write(line, new Event(client, nanos.getAsLong(), outcome, act, subject, note));
                out.write(line.append('\n').toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The same without a note. */
    public void add(Event.Outcome outcome, Event.Act act, Event.Subject subject) {
        add(outcome, act, subject, "");
    }

    private void write(StringWriter line, Event event) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField("i", index++);
            json.writeStringField("p", event.client());
            json.writeNumberField("t", event.nanos());
            json.writeStringField("type", event.outcome().name().toLowerCase(Locale.ROOT));
            json.writeStringField("f", event.act().name().toLowerCase(Locale.ROOT));
            Event.Subject subject = event.subject();
            text(json, "ch", subject.channel());
            text(json, "id", subject.id());
            text(json, "from", subject.publisher());
            if (subject.at() != null) {
                json.writeStringField("ep", subject.at().epoch());
                json.writeNumberField("seq", subject.at().offset());
            }
            if (subject.hash() != 0) {
                json.writeNumberField("h", subject.hash());
            }
            text(json, "err", event.note());
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String key, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(key, value);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** Everything that the clients of a run wrote, client by client; a last line that was cut off does not count. */
    public static List<Event> readAll(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        }
        List<Event> events = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                Event event = parse(lines.get(i), i);
                if (event != null) {
                    events.add(event);
                } else if (i < lines.size() - 1) {
                    throw new IOException(file + " is broken at line " + (i + 1));
                }
            }
        }
        return events;
    }

    private static @Nullable Event parse(String line, int index) {
        try {
            JsonNode json = MAPPER.readTree(line);
            if (json.path("i").asInt(-1) != index) {
                return null;
            }
            String epoch = json.path("ep").asText("");
            Position at = epoch.isEmpty()
                    ? null
                    : new Position(epoch, json.path("seq").asLong());
            Event.Subject subject = new Event.Subject(
                    json.path("ch").asText(""),
                    json.path("id").asText(""),
                    json.path("from").asText(""),
                    at,
                    json.path("h").asLong());
            return new Event(
                    json.path("p").asText(),
                    json.path("t").asLong(),
                    Event.Outcome.valueOf(json.path("type").asText().toUpperCase(Locale.ROOT)),
                    Event.Act.valueOf(json.path("f").asText().toUpperCase(Locale.ROOT)),
                    subject,
                    json.path("err").asText(""));
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }
}
