package dev.mirror.testkit.time;

import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A clock, a scheduler and lanes that stand still until the test moves them: no thread, no waiting, the same run every
 * time.
 *
 * <p>What is handed to a {@linkplain #lane lane} waits until {@link #runAll()}, or {@link #advance}, runs it on the
 * calling thread. Lanes take turns in the order in which their tasks were handed in; with a random source, in a
 * random order that keeps the order inside each lane, so that one seed replays one interleaving.
 *
 * <p>Tasks may be handed in from any thread; only one thread should run them. What a task throws comes out of
 * {@code runAll} or {@code advance}; the tasks behind it stay.
 */
public final class VirtualTime implements InstantSource, Scheduler {
    /** When time begins, unless the test says otherwise. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int MAX_TASKS_PER_RUN = 10_000_000;

    private final @Nullable RandomGenerator random;
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparing(Timer::number)); // guarded by this
    private final List<Lane> ready = new ArrayList<>(); // guarded by this; lanes with tasks, one entry for each task
    private Instant wall; // guarded by this; what the clock showed at nanosecond 0
    private long now; // guarded by this; nanoseconds that passed
    private long scheduled; // guarded by this; timers so far, so that equal times keep their order
    private boolean running; // guarded by this

    private record Timer(long at, long number, Runnable task) {}

    /** Time that begins at {@link #START}. */
    public VirtualTime() {
        this(START, null);
    }

    /**
     * Time that begins when the test says.
     *
     * @param random chooses which lane runs next; {@code null} for the order in which tasks were handed in
     */
    public VirtualTime(Instant start, @Nullable RandomGenerator random) {
        this.wall = start;
        this.random = random;
    }

    /** What time it is. */
    @Override
    public synchronized Instant instant() {
        return wall.plusNanos(now);
    }

    /** How many nanoseconds have passed, whatever somebody set the clock to. */
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Task schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(now + Math.max(0, delay.toNanos()), scheduled++, task);
        timers.add(timer);
        return () -> {
            synchronized (VirtualTime.this) {
                timers.remove(timer);
            }
        };
    }

    /** A new lane: runs what it is handed one at a time, in order, when the test runs it. */
    public Executor lane() {
        return new Lane();
    }

    /** Runs every task that lanes hold, and those that come of it, without moving the clock. */
    public void runAll() {
        run(-1);
    }

    /** Moves the clock, stopping at every timer on the way to run it and everything that comes of it. */
    public void advance(Duration duration) {
        long until;
        synchronized (this) {
            until = now + duration.toNanos();
        }
        run(until);
    }

    /** Sets the clock forward or back, as a person might; timers keep their distance and nothing runs. */
    public synchronized void jump(Duration by) {
        wall = wall.plus(by);
    }

    /** How many timers are set. */
    public synchronized int timers() {
        return timers.size();
    }

    /** How many tasks wait in lanes. */
    public synchronized int tasks() {
        return ready.size();
    }

    private void run(long until) {
        synchronized (this) {
            if (running) {
                return; // called by a task: whoever runs that task goes on anyway
            }
            running = true;
        }
        try {
            int count = 0;
            for (Runnable task = next(until); task != null; task = next(until)) {
                if (++count > MAX_TASKS_PER_RUN) {
                    throw new IllegalStateException("tasks make tasks without end");
                }
                task.run();
            }
        } finally {
            synchronized (this) {
                running = false;
            }
        }
    }

    private synchronized @Nullable Runnable next(long until) {
        if (!ready.isEmpty()) {
            Lane lane = ready.remove(random == null ? 0 : random.nextInt(ready.size()));
            return lane.tasks.poll();
        }
        Timer timer = timers.peek();
        if (timer == null || timer.at > until) {
            now = Math.max(now, until);
            return null;
        }
        timers.poll();
        now = Math.max(now, timer.at);
        return timer.task;
    }

    private final class Lane implements Executor {
        private final Deque<Runnable> tasks = new ArrayDeque<>(); // guarded by the VirtualTime

        @Override
        public void execute(Runnable task) {
            synchronized (VirtualTime.this) {
                tasks.add(task);
                ready.add(this);
            }
        }
    }
}
