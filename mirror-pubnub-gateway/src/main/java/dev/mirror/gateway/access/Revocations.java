package dev.mirror.gateway.access;

import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens of a keyset that were revoked before their time. All of them are in memory, so that every request can be
 * asked about, and in the store, so that they outlive the process; one that has ended by itself is forgotten.
 *
 * <p>Nobody else may write to the space. At most {@value #MAX_REVOKED} at once; one more fails with {@code too.many}.
 * Safe for any thread.
 */
final class Revocations {
    /** How many tokens of a keyset may be revoked at once. */
    static final int MAX_REVOKED = 100_000;

    private static final int SWEPT = 500;

    private final StateStore store;
    private final String space;
    private final InstantSource time;
    /** When each ends, in seconds since 1970, by its id. */
    private final Map<String, Long> revoked = new ConcurrentHashMap<>();

    private Revocations(StateStore store, String space, InstantSource time) {
        this.store = store;
        this.space = space;
        this.time = time;
    }

    /** Reads what is revoked in a space. */
    static CompletionStage<Revocations> open(StateStore store, String space, InstantSource time) {
        Revocations revocations = new Revocations(store, space, time);
        return store.each(space, "", revocations::read).thenApply(read -> revocations);
    }

    private void read(List<Item> items) {
        items.forEach(item -> revoked.put(item.key(), Long.valueOf(item.value())));
    }

    /** Whether a token was revoked. */
    boolean contains(AccessToken token) {
        return revoked.containsKey(token.id());
    }

    /** Revokes a token; from the moment this completes nothing is done with it. */
    CompletionStage<Void> add(AccessToken token) {
        long end = token.expiresAt().getEpochSecond();
        return sweep().thenCompose(swept -> {
            if (revoked.size() >= MAX_REVOKED) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.TOO_MANY, MAX_REVOKED + " tokens are revoked already"));
            }
            return store.write(space, List.of(Change.put(token.id(), Long.toString(end))))
                    .thenAccept(written -> revoked.put(token.id(), end));
        });
    }

    /** Forgets some of those that have ended. */
    private CompletionStage<Boolean> sweep() {
        Instant now = time.instant();
        List<String> ended = revoked.entrySet().stream()
                .filter(entry -> entry.getValue() < now.getEpochSecond())
                .limit(SWEPT)
                .map(Map.Entry::getKey)
                .toList();
        if (ended.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        return store.write(space, ended.stream().map(Change::remove).toList()).thenApply(removed -> {
            ended.forEach(revoked::remove);
            return removed;
        });
    }
}
