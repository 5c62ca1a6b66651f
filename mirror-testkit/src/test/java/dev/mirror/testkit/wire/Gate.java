package dev.mirror.testkit.wire;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Lets calls through at once, until it is shut; then they wait, in order, until it is opened. For one thread. */
final class Gate {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean shut;
    private boolean late;

    void shut() {
        shut = true;
    }

    /** From now on calls are carried out at once, but their answers wait. */
    void holdAnswers() {
        shut = true;
        late = true;
    }

    void open() {
        shut = false;
        late = false;
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    /** Lets the oldest that waits through, and no other. */
    void letOneThrough() {
        waiting.remove().run();
    }

    int waiting() {
        return waiting.size();
    }

    <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> call) {
        if (!shut) {
            return call.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Supplier<CompletionStage<T>> outcome = late ? now(call) : call;
        waiting.add(() -> outcome.get().whenComplete((value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        }));
        return answer;
    }

    private static <T> Supplier<CompletionStage<T>> now(Supplier<CompletionStage<T>> call) {
        CompletionStage<T> outcome = call.get();
        return () -> outcome;
    }
}
