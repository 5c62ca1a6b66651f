package dev.mirror.bench.micro;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Tasks handed to one lane of another thread: what it costs a message to change threads, alone and in a crowd. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LaneBenchmark {
    private static final int BATCH = 1_000;

    private final ExecutorService lane = Executors.newSingleThreadExecutor();
    private int ran; // owned by the lane

    /** One task, there and back. */
    @Benchmark
    public void alone() throws InterruptedException {
        run(1);
    }

    /** A thousand tasks in a row, for each. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void inACrowd() throws InterruptedException {
        run(BATCH);
    }

    private void run(int tasks) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 1; i < tasks; i++) {
            lane.execute(() -> ran++);
        }
        lane.execute(() -> {
            ran++;
            done.countDown();
        });
        done.await();
    }

    /** Ends the lane. */
    @TearDown
    public void close() {
        lane.shutdown();
    }
}
