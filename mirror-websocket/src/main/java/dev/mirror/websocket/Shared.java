package dev.mirror.websocket;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.java_websocket.drafts.Draft;

/**
 * What all connections of a transport have in common.
 *
 * @param drafts the one draft that every engine copies
 * @param adopted the adopted connections that have not ended; safe for any thread, bounded by maxConnections
 */
record Shared(
        WebSocketOptions options,
        Sessions sessions,
        Counters counters,
        List<Draft> drafts,
        Set<AdoptedConnection> adopted) {
    Shared(WebSocketOptions options, Sessions sessions) {
        this(options, sessions, new Counters(), List.of(new MirrorDraft(options)), ConcurrentHashMap.newKeySet());
    }

    /** Elapsed time, in milliseconds. */
    long now() {
        return options.ticker().getAsLong() / 1_000_000;
    }
}
