package dev.mirror.hub;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The pages of history that one session asks for, in turn: so many are read at once, and so many begin in a second; the
 * others wait, and one too many is refused (W56). Owned by the session's lane.
 */
final class Reads {
    /** How many are read at once. */
    private static final int AT_ONCE = 4;
    /** How many wait for their turn: no more than begin in time for an answer within 5 s. */
    private static final int MAX_WAITING = 200;

    private final Session session;
    private final Hub hub;
    private final TokenBucket rate;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean paused; // until there is a token

    Reads(Session session, Hub hub) {
        this.session = session;
        this.hub = hub;
        this.rate = hub.publishRate();
    }

    /** What is read when its turn comes; it fails if that does not come, or is not over, in time. */
    <T> CompletionStage<T> inTurn(Supplier<CompletionStage<T>> read) {
        if (waiting.size() >= MAX_WAITING) {
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.TOO_MANY, "at most " + MAX_WAITING + " such requests wait"));
        }
        CompletableFuture<T> outcome = new CompletableFuture<>();
        CompletionStage<T> answer = hub.deadlines.within(outcome);
        Runnable turn = () -> read.get().whenComplete((page, failure) -> Saying.complete(outcome, page, failure));
        answer.whenComplete((page, failure) -> Hub.hand(session.lane(), () -> ended(turn)));
        waiting.add(turn);
        next();
        return answer;
    }

    private void ended(Runnable turn) {
        if (!waiting.remove(turn)) { // otherwise it has waited for too long
            underWay--;
        }
        next();
    }

    private void next() {
        while (underWay < AT_ONCE && !paused && !waiting.isEmpty() && !session.isClosed()) {
            paused = !rate.tryTake();
            if (paused) {
                Duration pause = Duration.ofMillis(rate.millisUntilNext());
                hub.scheduler.schedule(pause, () -> Hub.hand(session.lane(), this::goOn));
            } else {
                underWay++;
                waiting.remove().run();
            }
        }
    }

    private void goOn() {
        paused = false;
        next();
    }
}
