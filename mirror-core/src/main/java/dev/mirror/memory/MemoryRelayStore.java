package dev.mirror.memory;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.RelayStore;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps requests for a conversation in memory. Beside the limit for each receiver it has one for all together: when
 * it is reached, the oldest request of the receiver who has waited longest is forgotten, and its receiver never
 * hears of it.
 *
 * <p>Stages are complete when a method returns.
 */
public final class MemoryRelayStore implements RelayStore {
    /** How many requests wait for all receivers together, unless the application says otherwise. */
    public static final int STANDARD_TOTAL = 100_000;

    private final int total;
    private final Map<UserId, Set<String>> waiting = new LinkedHashMap<>(); // guarded by this map; no set is empty
    private int kept; // guarded by waiting

    /** A store for at most {@value #STANDARD_TOTAL} requests. */
    public MemoryRelayStore() {
        this(STANDARD_TOTAL);
    }

    /**
     * A store.
     *
     * @param total how many requests wait for all receivers together, at least 1
     */
    public MemoryRelayStore(int total) {
        if (total < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        this.total = total;
    }

    @Override
    public CompletionStage<Void> keep(UserId receiver, String channel) {
        synchronized (waiting) {
            Set<String> requests = waiting.computeIfAbsent(receiver, user -> new LinkedHashSet<>());
            if (requests.size() == MAX_PER_USER && !requests.contains(channel)) {
                return CompletableFuture.failedFuture(new MirrorException(
                        ErrorCode.TOO_MANY, MAX_PER_USER + " requests wait for this receiver already"));
            }
            if (requests.add(channel) && ++kept > total) {
                forgetOldest();
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private void forgetOldest() {
        Iterator<Set<String>> receivers = waiting.values().iterator();
        Set<String> requests = receivers.next();
        Iterator<String> request = requests.iterator();
        request.next();
        request.remove();
        if (requests.isEmpty()) {
            receivers.remove();
        }
        kept--;
    }

    @Override
    public CompletionStage<List<String>> take(UserId receiver) {
        synchronized (waiting) {
            Set<String> requests = waiting.remove(receiver);
            if (requests == null) {
                return CompletableFuture.completedFuture(List.of());
            }
            kept -= requests.size();
            return CompletableFuture.completedFuture(List.copyOf(requests));
        }
    }
}
