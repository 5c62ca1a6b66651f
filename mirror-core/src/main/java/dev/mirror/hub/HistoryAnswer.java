package dev.mirror.hub;

import dev.mirror.message.ClientMessage;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.History;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Writes the {@code data} of the answer to a request for history (W39). */
final class HistoryAnswer {
    /** How much of a history one answer holds, in bytes: well under what an outbox holds and a client reads. */
    private static final int HISTORY_BYTES = 256 * 1024;

    private HistoryAnswer() {}

    /** As much of the page as fits into an answer, from where the reading begins. */
    static String data(ClientMessage.History message, History page) {
        JsonCodec codec = JsonCodec.of(Protocol.V2);
        Deque<String> events = new ArrayDeque<>();
        List<Publication> publications = page.publications();
        int room = HISTORY_BYTES;
        for (int i = 0; i < publications.size(); i++) {
            Publication next = publications.get(message.backward() ? publications.size() - 1 - i : i);
            Frame event = codec.encode(new ServerMessage.Event(message.channel(), next));
            room -= event.size();
            if (room < 0 && !events.isEmpty()) {
                break;
            }
            if (message.backward()) {
                events.addFirst(event.toString());
            } else {
                events.addLast(event.toString());
            }
        }
        return Data.object(json -> {
            json.writeArrayFieldStart("events");
            for (String event : events) {
                json.writeRawValue(event);
            }
            json.writeEndArray();
            json.writeNumberField("first", page.first());
            json.writeBooleanField("recovered", page.recovered());
        });
    }
}
