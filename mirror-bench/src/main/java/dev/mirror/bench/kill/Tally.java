package dev.mirror.bench.kill;

import dev.mirror.simulation.history.Verdict;
import dev.mirror.simulation.history.Violation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges the runs of a command one by one, says so in a line for each, and adds them up. For any thread. */
public final class Tally {
    /** Every run passed. */
    public static final int PASSED = 0;
    /** A promise was broken. */
    public static final int FAILED = 1;
    /** A run showed nothing. */
    public static final int INVALID = 3;
    /** There is no place to run. */
    public static final int UNPREPARED = 4;

    private static final int SHOWN = 10;

    private final PrintStream out;
    // Everything below is guarded by this.
    private final Map<Violation.Kind, Integer> kinds = new EnumMap<>(Violation.Kind.class);
    private final List<Long> starts = new ArrayList<>();
    private long acknowledged;
    private long delivered;
    private int faults;
    private int passed;
    private int failed;
    private int invalid;

    /** @param out hears of every run */
    public Tally(PrintStream out) {
        this.out = out;
    }

    /** A server was ready after so many milliseconds. */
    public synchronized void started(long millis) {
        starts.add(millis);
    }

    /** A run could not be done, so it shows nothing. */
    public synchronized void impossible(String name, Exception failure) {
        invalid++;
        say("%s INVALID: %s%s", name, String.valueOf(failure.getMessage()), because(failure));
    }

    /** What caused a failure, for people. */
    static String because(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        return cause == null ? "" : ": " + cause;
    }

    /**
     * Judges one run.
     *
     * @param least how many acknowledgements there have to be, or the run shows nothing
     * @return whether it passed
     */
    public synchronized boolean judge(String name, int least, Verdict verdict, long nanos) {
        Verdict.Counts counts = verdict.counts();
        acknowledged += counts.acknowledged();
        delivered += counts.delivered();
        faults += counts.faults();
        verdict.kinds().forEach((kind, count) -> kinds.merge(kind, count, Integer::sum));
        boolean enough = counts.acknowledged() >= least && counts.faults() > 0 && counts.pried() > 0;
        boolean kept = verdict.violations().isEmpty();
        say(
                "%s %s: %d acknowledged, %d of them unknown for a while, %d delivered, %d resumed, %d faults under load,"
                        + " %d attempts refused, %.1f s",
                name,
                !kept ? "FAILED " + verdict.kinds() : enough ? "passed" : "INVALID, too little load",
                counts.acknowledged(),
                counts.recovered(),
                counts.delivered(),
                counts.resumed(),
                counts.faults(),
                counts.pried(),
                nanos / 1e9);
        verdict.violations().stream().limit(SHOWN).forEach(violation -> say("    %s", violation));
        if (!kept) {
            failed++;
        } else if (enough) {
            passed++;
        } else {
            invalid++;
        }
        return kept && enough;
    }

    /**
     * Says how it all came out.
     *
     * @param afterwards what belongs to the same line
     * @return the exit code
     */
    public synchronized int summary(String afterwards) {
        say(
                "%d passed, %d failed, %d invalid; %d acknowledged, %d delivered, %d faults under load; %s",
                passed, failed, invalid, acknowledged, delivered, faults, afterwards);
        long[] sorted = starts.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length > 0) {
            say("start to ready: median %d ms, longest %d ms", sorted[sorted.length / 2], sorted[sorted.length - 1]);
        }
        if (failed > 0) {
            say("violations: %s", kinds);
            return FAILED;
        }
        return invalid > 0 || passed == 0 ? INVALID : PASSED;
    }

    /** Prints a line at once. */
    public synchronized void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
