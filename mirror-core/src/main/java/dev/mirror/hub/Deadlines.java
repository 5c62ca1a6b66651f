package dev.mirror.hub;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the waiting for what a port does not answer: after 4 to 5 s it counts as failed with {@code store.unavailable},
 * and what it answers later is not heard. Safe for any thread.
 *
 * <p>One timer serves all who wait, and only while somebody does; a timer each would cost a publish more than its
 * frame does. Time is counted in that timer's ticks, since the clock can jump.
 */
final class Deadlines {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS = 5;

    private final Scheduler scheduler;
    private final Set<Waiting<?>> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile long tick; // written by the timer's task alone, of which there is one at a time

    private static final class Waiting<T> extends CompletableFuture<T> {
        final long until;

        Waiting(long until) {
            this.until = until;
        }

        void end() {
            completeExceptionally(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "there is no answer in time"));
        }
    }

    Deadlines(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** What the stage yields, if that comes in time. */
    <T> CompletionStage<T> within(CompletionStage<T> stage) {
        if (stage.toCompletableFuture().isDone()) {
            return stage;
        }
        Waiting<T> answer = new Waiting<>(tick + TICKS);
        waiting.add(answer);
        stage.whenComplete((value, failure) -> {
            waiting.remove(answer);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        begin();
        return answer;
    }

    private void begin() {
        if (!waiting.isEmpty() && ticking.compareAndSet(false, true)) {
            scheduler.schedule(TICK, this::ticked);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by this task alone
    private void ticked() {
        tick++;
        List<Waiting<?>> late = new ArrayList<>();
        waiting.stream().filter(each -> each.until <= tick).forEach(late::add);
        late.forEach(waiting::remove);
        late.forEach(Waiting::end);
        if (waiting.isEmpty()) {
            ticking.set(false);
            begin(); // somebody may have come since
        } else {
            scheduler.schedule(TICK, this::ticked);
        }
    }
}
