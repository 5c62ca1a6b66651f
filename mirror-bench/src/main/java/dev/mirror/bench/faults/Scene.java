package dev.mirror.bench.faults;

import dev.mirror.bench.kill.ServerSite;
import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.wire.Login;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Where a fault happens. For one thread.
 *
 * @param run names the run
 * @param server under load
 * @param crowd people who take no part in the load
 * @param random decides where there is a choice
 * @param history where measures are written down
 * @param full whether it may take long
 */
record Scene(
        String run, ServerSite server, List<Person> crowd, SplittableRandom random, HistoryFile history, boolean full) {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Writes down what was measured, with the most that it may be. */
    void measure(String what, long value, long limit) {
        measure(what, value, limit, "");
    }

    /** The same with a sentence about it. */
    void measure(String what, long value, long limit, String note) {
        history.add(Outcome.OK, Act.MEASURE, Subject.measured(what, value, limit), note);
    }

    /** A fault without effect shows nothing. */
    void require(boolean effect, String what) throws IOException {
        if (!effect) {
            throw new IOException("the fault had no effect: " + what);
        }
    }

    /** One of the crowd. */
    Person person(int number) {
        return crowd.get(number % crowd.size());
    }

    /** The same as a login. */
    Login login(int number) {
        return Login.versionTwo(person(number).user(), person(number).token());
    }

    /** What the server says of itself. */
    Vitals vitals() throws IOException {
        return new Vitals(server.process());
    }

    /** Lets time pass. */
    static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Some milliseconds of this range, the last one excluded. */
    long millis(int from, int to) {
        return random.nextInt(from, to);
    }

    /** How many milliseconds pass until the condition holds; the patience if it never does. */
    static long millisUntil(Duration patience, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - began < patience.toNanos()) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
