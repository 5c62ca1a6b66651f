package dev.mirror.testkit.contract;

import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/** Several threads that do the same at the same time. Owns them: closing waits until every one has ended. */
final class Crowd implements AutoCloseable {
    private final List<CompletableFuture<Void>> ends = new ArrayList<>(); // only the test's thread
    private final CountDownLatch start = new CountDownLatch(1);

    /** Starts the threads; each calls the task once, with its number from 0. */
    Crowd(int size, IntConsumer task) {
        for (int i = 0; i < size; i++) {
            int number = i;
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            Thread thread = new Thread(() -> run(() -> task.accept(number), end), "crowd-" + number);
            thread.setDaemon(true);
            thread.start();
        }
        start.countDown();
    }

    private void run(Runnable task, CompletableFuture<Void> end) {
        try {
            start.await();
            task.run();
            end.complete(null);
        } catch (Throwable fault) {
            end.completeExceptionally(fault);
        }
    }

    boolean isDone() {
        return ends.stream().allMatch(CompletableFuture::isDone);
    }

    /** Waits for all; what one of them threw comes out. */
    @Override
    public void close() {
        ends.forEach(Await::value);
    }
}
