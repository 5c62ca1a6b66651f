package dev.mirror.websocket;

import java.util.List;
import org.java_websocket.drafts.Draft;

/**
 * What all connections of a transport have in common.
 *
 * @param drafts the one draft that every engine copies
 */
record Shared(WebSocketOptions options, Sessions sessions, Counters counters, List<Draft> drafts) {
    Shared(WebSocketOptions options, Sessions sessions) {
        this(options, sessions, new Counters(), List.of(new MirrorDraft(options)));
    }

    /** Elapsed time, in milliseconds. */
    long now() {
        return options.ticker().getAsLong() / 1_000_000;
    }
}
