package dev.mirror.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners of one channel what happened there: one call at a time, in order, while no lock is held.
 *
 * <p>Whoever tells something also calls the listeners, unless another thread, or a caller further up the own stack, is
 * at it already; then that one does. So a listener may publish, and may close its interest.
 *
 * @param <T> what is told
 */
final class Fanout<T> {
    /** How much may wait for slow listeners, by weight (bytes, roughly), before the channel refuses to tell more. */
    static final long MAX_BACKLOG = 16 << 20;

    private static final System.Logger LOG = System.getLogger(Fanout.class.getName());

    private final Object lock;
    private final Queue<Telling<T>> waiting = new ArrayDeque<>(2); // guarded by lock
    private List<Interest<T>> interests = List.of(); // guarded by lock; the list itself never changes
    private long backlog; // guarded by lock
    private boolean draining; // guarded by lock

    private record Telling<T>(List<T> things, List<Interest<T>> interests, long weight) {}

    /** Somebody who wants to be told. */
    static final class Interest<T> {
        private final Consumer<? super T> listener;
        private volatile boolean closed; // set once, by any thread

        Interest(Consumer<? super T> listener) {
            this.listener = listener;
        }

        void close() {
            closed = true;
        }

        private void tell(T thing) {
            if (closed) {
                return;
            }
            try {
                listener.accept(thing);
            } catch (Throwable fault) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "A listener failed; it is called again for what comes next",
                        fault);
            }
        }
    }

    Fanout(Object lock) {
        this.lock = lock;
    }

    /** Under the lock. Tells it what is said from now on, and before that what is handed in. */
    void add(Interest<T> interest, List<T> first, long weight) {
        List<Interest<T>> more = new ArrayList<>(interests);
        more.add(interest);
        interests = List.copyOf(more);
        if (!first.isEmpty()) {
            enqueue(new Telling<>(first, List.of(interest), weight));
        }
    }

    /** Under the lock. */
    void remove(Interest<T> interest) {
        interest.close();
        interests = interests.stream().filter(other -> other != interest).toList();
    }

    /** Under the lock. */
    void removeAll() {
        interests.forEach(Interest::close);
        interests = List.of();
    }

    /** Under the lock. Queues one thing for everybody who is interested now; {@link #drain} has to follow. */
    void tell(T thing, long weight) {
        if (!interests.isEmpty()) {
            enqueue(new Telling<>(List.of(thing), interests, weight));
        }
    }

    private void enqueue(Telling<T> telling) {
        waiting.add(telling);
        backlog += telling.weight;
    }

    /** Under the lock. Whether so much waits that nothing more may be told. */
    boolean isFull() {
        return backlog > MAX_BACKLOG;
    }

    /** Under the lock. Whether nobody is interested and nothing waits. */
    boolean isIdle() {
        return interests.isEmpty() && waiting.isEmpty() && !draining;
    }

    /** Not under the lock. Calls the listeners until nothing waits, unless somebody does so already. */
    void drain() {
        synchronized (lock) {
            if (draining) {
                return;
            }
            draining = true;
        }
        for (Telling<T> telling = next(null); telling != null; telling = next(telling)) {
            for (T thing : telling.things) {
                for (Interest<T> interest : telling.interests) {
                    interest.tell(thing);
                }
            }
        }
    }

    private @Nullable Telling<T> next(@Nullable Telling<T> told) {
        synchronized (lock) {
            backlog -= told == null ? 0 : told.weight;
            Telling<T> telling = waiting.poll();
            draining = telling != null;
            return telling;
        }
    }
}
