package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.stream.Stream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sees to it that no poll outlives the right to it by more than {@value #SECONDS} s or so: asks all that may lose theirs,
 * again and again. As long as there is none it does nothing.
 *
 * <p>Safe for any thread; nothing blocks.
 */
final class RightsWatch {
    private static final int SECONDS = 5;

    private final Stream.Surroundings surroundings;
    private final Set<Held> held = ConcurrentHashMap.newKeySet(); // no more than there are polls
    private final AtomicBoolean ahead = new AtomicBoolean(); // whether they are to be asked

    /** Something that was allowed, and may be so no longer. */
    @FunctionalInterface
    interface Held {
        /** Finds out, and ends if it is so. */
        void askAgain();
    }

    RightsWatch(Stream.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    void add(Held one) {
        held.add(one);
        askLater();
    }

    /** Idempotent. */
    void remove(Held one) {
        held.remove(one);
    }

    private void askLater() {
        if (ahead.compareAndSet(false, true)) {
            surroundings.scheduler().schedule(Duration.ofSeconds(SECONDS), this::askElsewhere);
        }
    }

    private void askElsewhere() {
        ahead.set(false);
        if (!held.isEmpty()) {
            surroundings.executor().execute(this::askAll);
        }
    }

    private void askAll() {
        askLater();
        held.forEach(Held::askAgain);
    }
}
