package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Stream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far clients of 2018 have got. They forget it themselves each time that they listen to one channel more, and what is
 * said on that channel at that moment would be lost to them: a conversation's first message comes right after the
 * request to listen to it. So for {@value #SECONDS} s a client goes on where it was.
 *
 * <p>Only for legacy keysets; the {@value #CLIENTS} clients that were here last. Safe for any thread.
 */
final class Bookmarks {
    private static final int SECONDS = 30;
    private static final int CLIENTS = 10_000;

    private final Stream stream;
    private final Map<String, Cursor> places = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    Bookmarks(Stream stream) {
        this.stream = stream;
    }

    /** What a client is told that begins: where that is, or, if it was here before, where it was, but not long ago. */
    Batch goesOn(Request request, Batch begins) {
        Optional<Cursor> place;
        synchronized (places) {
            place = client(request).map(places::get);
        }
        return place.map(was -> {
                    Cursor earliest = stream.before(Duration.ofSeconds(SECONDS));
                    return new Batch(List.of(), was.isAfter(earliest) ? was : earliest);
                })
                .orElse(begins);
    }

    /** A client is told that it has got as far as this. */
    void reached(Request request, Cursor place) {
        client(request).ifPresent(client -> {
            synchronized (places) {
                places.put(client, place);
                if (places.size() > CLIENTS) {
                    places.remove(places.keySet().iterator().next());
                }
            }
        });
    }

    private static Optional<String> client(Request request) {
        boolean legacy = request.keyset().access() == Keyset.Access.LEGACY;
        return request.uuid().filter(uuid -> legacy && Request.isUuid(uuid));
    }
}
