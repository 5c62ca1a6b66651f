package dev.mirror.server.trace;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.Publication.Origin;
import dev.mirror.server.trace.MessageTrace.Snapshot;
import dev.mirror.server.trace.TraceRing.Missing;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers what became of a message, from the ring, and for a position that the ring does not know from the log, which
 * at least says whose it is. The answer is made of what JSON is made of. Safe for any thread.
 */
public final class TraceReader {
    private static final int MAX_ANSWERED = 20;

    private final @Nullable TraceRing ring;
    private final Broker broker;

    /** @param ring {@code null} if nothing is traced */
    public TraceReader(@Nullable TraceRing ring, Broker broker) {
        this.ring = ring;
        this.broker = broker;
    }

    /** What is known of the messages that are asked for. */
    public CompletionStage<Map<String, Object>> read(TraceQuery query) {
        Map<String, Object> answer = new LinkedHashMap<>();
        List<Snapshot> found = traced(query);
        answer.put("messages", found.stream().map(TraceReader::message).toList());
        answer.put("gaps", gaps(query, found));
        answer.put("sampling", sampling(query));
        return found.isEmpty() && query.channel() != null
                ? inLog(query).thenApply(kept -> {
                    kept.ifPresent(publication -> addLogged(answer, publication));
                    return answer;
                })
                : CompletableFuture.completedFuture(answer);
    }

    private List<Snapshot> traced(TraceQuery query) {
        return ring == null
                ? List.of()
                : ring.newest().stream()
                        .filter(query::matches)
                        .limit(MAX_ANSWERED)
                        .toList();
    }

    /** The log knows whose it is; a copy that nobody was given is traced under that only. */
    private void addLogged(Map<String, Object> answer, Publication publication) {
        answer.put("log", log(publication));
        Publication.Entry entry = publication.entry();
        TraceQuery byId = new TraceQuery(entry.id(), entry.publisher().value(), null, "", 0);
        answer.put("messages", traced(byId).stream().map(TraceReader::message).toList());
    }

    private Map<String, Object> sampling(TraceQuery query) {
        Map<String, Object> sampling = new LinkedHashMap<>();
        sampling.put("on", ring != null);
        if (ring != null) {
            sampling.put("oneIn", ring.sampling().oneIn());
            if (query.id() != null) {
                sampling.put("wanted", ring.sampling().samples(query.id()));
            }
        }
        return sampling;
    }

    /** The gaps that one of the found messages lies in, or the place that was asked for. */
    private List<Map<String, Object>> gaps(TraceQuery query, List<Snapshot> found) {
        if (ring == null || query.isForNewest()) {
            return List.of();
        }
        List<Map<String, Object>> gaps = new ArrayList<>();
        for (Missing gap : ring.gaps()) {
            boolean asked = query.channel() != null && gap.covers(query.channel(), query.epoch(), query.offset());
            if (asked || found.stream().anyMatch(message -> isIn(gap, message))) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("at", gap.at().toString());
                json.put("session", gap.peer().session().value());
                if (gap.peer().user() != null) {
                    json.put("user", gap.peer().user().value());
                }
                json.put("channel", gap.channel().canonical());
                json.put("after", position(gap.from()));
                json.put("upTo", position(gap.to()));
                gaps.add(json);
            }
        }
        return gaps;
    }

    private static boolean isIn(Missing gap, Snapshot message) {
        Origin place = message.place();
        return place != null
                && gap.covers(
                        place.channel(),
                        place.position().epoch(),
                        place.position().offset());
    }

    private CompletionStage<Optional<Publication>> inLog(TraceQuery query) {
        ChannelName channel = query.channel();
        if (channel == null || query.offset() < 1) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return broker.history(HistoryQuery.latest(channel, 0))
                .thenCompose(end -> {
                    String epoch = query.epoch().isEmpty() ? end.tail().epoch() : query.epoch();
                    Position before = new Position(epoch, query.offset() - 1);
                    return broker.history(HistoryQuery.after(channel, before, 1));
                })
                .thenApply(History::publications)
                .thenApply(page -> page.stream()
                        .filter(each -> each.position().offset() == query.offset())
                        .findFirst());
    }

    private static Map<String, Object> log(Publication publication) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", publication.entry().id());
        json.put("publisher", publication.entry().publisher().value());
        json.put("at", Instant.ofEpochMilli(publication.timeMillis()).toString());
        place(json, new Origin(publication.channel(), publication.position()));
        if (publication.origin() != null) {
            Map<String, Object> origin = new LinkedHashMap<>();
            place(origin, publication.origin());
            json.put("origin", origin);
        }
        return json;
    }

    private static Map<String, Object> message(Snapshot message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", message.key().id());
        json.put("publisher", message.key().publisher().value());
        if (message.place() != null) {
            place(json, message.place());
        }
        json.put("steps", message.steps().stream().map(TraceReader::step).toList());
        json.put("leftOut", message.leftOut());
        return json;
    }

    private static Map<String, Object> step(TraceStep step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", step.at().toString());
        json.put("what", step.what());
        if (step.session() != null) {
            json.put("session", step.session().value());
        }
        if (step.user() != null) {
            json.put("user", step.user().value());
        }
        if (step.place() != null) {
            place(json, step.place());
        }
        if (!step.detail().isEmpty()) {
            json.put("detail", step.detail());
        }
        return json;
    }

    private static void place(Map<String, Object> json, Origin place) {
        json.put("channel", place.channel().canonical());
        json.put("epoch", place.position().epoch());
        json.put("offset", place.position().offset());
    }

    private static Map<String, Object> position(Position position) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("epoch", position.epoch());
        json.put("offset", position.offset());
        return json;
    }
}
