package dev.mirror.server.http;

import dev.mirror.channel.ChannelName;
import dev.mirror.server.trace.TraceQuery;
import dev.mirror.server.trace.TraceReader;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpURI;

/**
 * {@code GET /trace}: what became of a message. It tells who speaks with whom, so it is answered under the names of this
 * machine only: a page whose own name was made to lead here has another one, and reads nothing.
 */
final class TraceEndpoint {
    private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
    /** The longest epoch of a position, in characters. */
    private static final int MAX_EPOCH = 64;

    private static final Problem FOREIGN_NAME =
            new Problem(403, "host.not.allowed", "Ask under the name 127.0.0.1 or localhost.");
    private static final Problem BAD_QUERY = new Problem(
            400,
            "bad.query",
            "Give id, or channel and offset; with an id perhaps publisher, with an offset perhaps epoch.");

    private final TraceReader traces;

    TraceEndpoint(TraceReader traces) {
        this.traces = traces;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/trace", this::answer);
    }

    private CompletionStage<Reply> answer(Call call) {
        HttpURI uri = call.request().getHttpURI();
        if (uri.getHost() == null || !OWN_NAMES.contains(uri.getHost())) {
            throw FOREIGN_NAME.refusal();
        }
        return traces.read(query(call)).thenApply(found -> Reply.json(200, found));
    }

    private static TraceQuery query(Call call) {
        Optional<String> id = call.query("id");
        Optional<String> channel = call.query("channel");
        String publisher = call.query("publisher").orElse("");
        if (id.isPresent() && channel.isPresent()) {
            throw BAD_QUERY.refusal();
        }
        if (channel.isEmpty()) {
            return new TraceQuery(id.orElse(null), publisher, null, "", 0);
        }
        ChannelName name = ChannelName.parse(channel.get()).orElseThrow(BAD_QUERY::refusal);
        String epoch = call.query("epoch").orElse("");
        if (epoch.length() > MAX_EPOCH) {
            throw BAD_QUERY.refusal();
        }
        return new TraceQuery(null, publisher, name, epoch, offset(call));
    }

    private static long offset(Call call) {
        try {
            return Long.parseLong(call.query("offset").orElse(""));
        } catch (NumberFormatException failure) {
            throw BAD_QUERY.refusal();
        }
    }
}
