package dev.mirror.hub;

import dev.mirror.message.ClientMessage;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes the {@code data} of the answer to a request for history (W39). */
final class HistoryAnswer {
    /** How much of a history one answer holds, in bytes: well under what an outbox holds and a client reads. */
    static final int HISTORY_BYTES = 256 * 1024;

    /** How much is read at a time, in publications: of the longest, it is a few times what an answer holds. */
    private static final int PIECE = 50;

    private HistoryAnswer() {}

    /** Reads piece by piece, and, when there is no more room in the answer, no further. */
    static CompletionStage<History> read(Broker broker, HistoryQuery query, long room) {
        int limit = Math.min(query.limit(), PIECE);
        HistoryQuery piece =
                new HistoryQuery(query.channel(), query.from(), query.timetoken(), query.backward(), limit);
        return broker.history(piece).thenCompose(page -> {
            List<Publication> read = page.publications();
            long left = room
                    - read.stream()
                            .mapToLong(each -> each.entry().body().length())
                            .sum();
            if (left < 0 || limit == query.limit() || read.size() < limit) {
                return CompletableFuture.completedFuture(page);
            }
            Position end = read.get(query.backward() ? 0 : limit - 1).position();
            HistoryQuery rest = new HistoryQuery(query.channel(), end, 0, query.backward(), query.limit() - limit);
            return read(broker, rest, left).thenApply(next -> next.recovered() ? joined(query, page, next) : page);
        });
    }

    private static History joined(HistoryQuery query, History page, History next) {
        List<Publication> all = new ArrayList<>(page.publications());
        all.addAll(query.backward() ? 0 : all.size(), next.publications());
        return new History(
                all, query.backward() ? page.tail() : next.tail(), page.first(), page.after(), page.recovered());
    }

    /** As much of the page as fits into an answer, from where the reading begins. */
    static String data(ClientMessage.History message, History page) {
        JsonCodec codec = JsonCodec.of(Protocol.V2);
        List<String> events = new ArrayList<>();
        List<Publication> publications = page.publications();
        int room = HISTORY_BYTES;
        for (int i = 0; i < publications.size(); i++) {
            Publication next = publications.get(message.backward() ? publications.size() - 1 - i : i);
            Frame event = codec.encode(new ServerMessage.Event(message.channel(), next));
            room -= event.size();
            if (room < 0 && !events.isEmpty()) {
                break;
            }
            events.add(event.toString());
        }
        if (message.backward()) {
            Collections.reverse(events);
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
