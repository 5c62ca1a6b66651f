package dev.mirror.bench.kill;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs that do not need each other, some of them at once: most of a run's time is spent on waiting for a server. */
public final class SideBySide {
    private SideBySide() {}

    /** One run. */
    @FunctionalInterface
    public interface Run {
        /** Does it, on a thread of its own. */
        void run() throws IOException;
    }

    /**
     * Does all of them in their order and ends when the last has ended, or when one cannot be done.
     *
     * @param atOnce how many at a time
     */
    public static void run(int atOnce, List<Run> runs) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<?>> begun = runs.stream()
                    .<Future<?>>map(run -> threads.submit(() -> {
                        run.run();
                        return null;
                    }))
                    .toList();
            for (Future<?> each : begun) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a run could not be done", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
