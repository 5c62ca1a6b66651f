package dev.mirror.bench.kill;

import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.HistoryFile;
import dev.mirror.simulation.history.Verdict;
import dev.mirror.simulation.history.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: run after run, a line for each, a summary, and an exit code. */
@Command(
        name = "mirror-bench/kill",
        mixinStandardHelpOptions = true,
        version = "not released, see the commit",
        description = {
            "Kills a server under load by kill -9, again and again, and compares what was",
            "acknowledged, stored and delivered.",
            "Exit codes: 0 every run passed, 1 something was lost, doubled, misordered or leaked,",
            "2 usage, 3 a run was invalid: too little load, or it could not be done,",
            "4 there is no place to run: no PostgreSQL for this machine."
        })
public final class KillCommand implements Callable<Integer> {
    private static final int SHOWN = 10;
    private static final int INVALID = 3;
    static final int UNPREPARED = 4;

    @Option(names = "--runs", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int runs = 200;

    @Option(names = "--seed", description = "Decides who does what; the timing of a machine does so, too.")
    private long seed = System.nanoTime();

    @Option(names = "--first", description = "The number of the first run, to repeat one. Default: ${DEFAULT-VALUE}.")
    private int first = 1;

    @Option(names = "--kills", description = "Kills in each run. Default: ${DEFAULT-VALUE}.")
    private int kills = 2;

    @Option(
            names = "--postgres",
            description = "On a PostgreSQL that is started here; it is killed by kill -9, too. Default: on SQLite.")
    private boolean postgres;

    @Option(names = "--clients", description = "Users who publish and subscribe. Default: ${DEFAULT-VALUE}.")
    private int clients = 6;

    @Option(
            names = "--min-acknowledged",
            description = "With fewer acknowledgements a run is invalid. Default: ${DEFAULT-VALUE}.")
    private int acknowledged = 1_000;

    @Option(
            names = "--output",
            description = "Where histories and logs of failed runs stay. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("target", "kill");

    @Option(names = "--keep", description = "Keep the histories of runs that passed, too.")
    private boolean keep;

    @Option(names = "--judge", paramLabel = "DIR", description = "Only judge the histories that a run left there.")
    private @Nullable Path judged;

    @Option(names = "--class-path", hidden = true)
    private String classPath = System.getProperty("java.class.path");

    @Option(names = "--jvm", description = "An option for the server's virtual machine; may be repeated.")
    private List<String> jvm = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

    private final PrintStream out;
    private final Tally tally = new Tally();

    /** Adds up the runs. Owned by the command's thread. */
    private static final class Tally {
        private final Map<Violation.Kind, Integer> kinds = new EnumMap<>(Violation.Kind.class);
        private final List<Long> starts = new ArrayList<>();
        private long acknowledged;
        private long delivered;
        private int kills;
        private int passed;
        private int failed;
        private int invalid;
    }

    KillCommand(PrintStream out) {
        this.out = out;
    }

    /** Runs the command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KillCommand(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = new Plan(kills, clients, 3, acknowledged, jvm);
        if (judged != null) {
            judge(judged.toString(), plan, Checker.check(HistoryFile.readAll(judged)), 0);
            return summary();
        }
        Files.createDirectories(output);
        say(
                "seed %d: %d runs, %d kills each, %d users who publish; the server has %s",
                seed, runs, kills, clients, jvm);
        Ground prepared;
        try {
            prepared = new Ground(output.toAbsolutePath(), plan, classPath, postgres, tally.starts::add);
        } catch (IOException e) {
            say("%s%s", String.valueOf(e.getMessage()), because(e));
            return UNPREPARED;
        }
        try (Ground ground = prepared) {
            for (int number = first; number < first + runs; number++) {
                run(number, plan, ground);
            }
        }
        return summary();
    }

    private void run(int number, Plan plan, Ground ground) throws IOException {
        String name = "run-" + number;
        Path folder = output.resolve(name).toAbsolutePath();
        Folders.delete(folder);
        Files.createDirectories(folder);
        long began = System.nanoTime();
        boolean passed = false;
        try (Site site = ground.prepare(folder);
                KillRun run = new KillRun(name, plan, site, new SplittableRandom(seed + number))) {
            Verdict verdict = run.run();
            passed = judge(name, plan, verdict, System.nanoTime() - began);
        } catch (IOException e) {
            tally.invalid++;
            say("%s INVALID: %s%s", name, String.valueOf(e.getMessage()), because(e));
        }
        if (passed && !keep) {
            Folders.delete(folder);
        }
    }

    private static String because(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        return cause == null ? "" : ": " + cause;
    }

    private boolean judge(String name, Plan plan, Verdict verdict, long nanos) {
        Verdict.Counts counts = verdict.counts();
        tally.acknowledged += counts.acknowledged();
        tally.delivered += counts.delivered();
        tally.kills += counts.faults();
        verdict.kinds().forEach((kind, count) -> tally.kinds.merge(kind, count, Integer::sum));
        boolean enough = counts.acknowledged() >= plan.acknowledged() && counts.faults() > 0 && counts.pried() > 0;
        boolean passed = verdict.violations().isEmpty();
        say(
                "%s %s: %d acknowledged, %d of them unknown for a while, %d delivered, %d resumed, %d kills under load, %d attempts"
                        + " refused, %.1f s",
                name,
                !passed ? "FAILED " + verdict.kinds() : enough ? "passed" : "INVALID, too little load",
                counts.acknowledged(),
                counts.recovered(),
                counts.delivered(),
                counts.resumed(),
                counts.faults(),
                counts.pried(),
                nanos / 1e9);
        verdict.violations().stream().limit(SHOWN).forEach(violation -> say("    %s", violation));
        if (!passed) {
            tally.failed++;
        } else if (enough) {
            tally.passed++;
        } else {
            tally.invalid++;
        }
        return passed && enough;
    }

    private int summary() {
        say(
                "%d passed, %d failed, %d invalid; %d acknowledged, %d delivered, %d kills under load; seed %d",
                tally.passed, tally.failed, tally.invalid, tally.acknowledged, tally.delivered, tally.kills, seed);
        long[] starts =
                tally.starts.stream().mapToLong(Long::longValue).sorted().toArray();
        if (starts.length > 0) {
            say("start to ready: median %d ms, longest %d ms", starts[starts.length / 2], starts[starts.length - 1]);
        }
        if (tally.failed > 0) {
            say("violations: %s; histories and logs: %s", tally.kinds, output.toAbsolutePath());
            return 1;
        }
        return tally.invalid > 0 || tally.passed == 0 ? INVALID : 0;
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
