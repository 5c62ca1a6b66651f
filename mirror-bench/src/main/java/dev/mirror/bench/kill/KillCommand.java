package dev.mirror.bench.kill;

import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.HistoryFile;
import dev.mirror.simulation.history.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    @Option(names = "--runs", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int runs = 200;

    @Option(names = "--first", description = "The number of the first run, to repeat one. Default: ${DEFAULT-VALUE}.")
    private int first = 1;

    @Option(names = "--kills", description = "Kills in each run. Default: ${DEFAULT-VALUE}.")
    private int kills = 2;

    @Option(
            names = "--postgres",
            description = "On a PostgreSQL that is started here; it is killed by kill -9, too. Default: on SQLite.")
    private boolean postgres;

    @Option(
            names = "--polling",
            description = "With PubNub clients, which publish and long poll over HTTP, instead of WebSocket clients.")
    private boolean polling;

    @Option(names = "--clients", description = "Users who publish and subscribe. Default: ${DEFAULT-VALUE}.")
    private int clients = 6;

    @Option(names = "--judge", paramLabel = "DIR", description = "Only judge the histories that a run left there.")
    private @Nullable Path judged;

    @Mixin
    private final RunOptions options = new RunOptions(
            Path.of("target", "kill"), List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));

    private final Tally tally;

    /** @param out hears of every run */
    public KillCommand(PrintStream out) {
        this.tally = new Tally(out);
    }

    /** Runs the command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KillCommand(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = new Plan(kills, clients, 3, options.acknowledged(), 0, options.jvm());
        if (judged != null) {
            tally.judge(judged.toString(), plan.acknowledged(), Checker.check(HistoryFile.readAll(judged)), 0);
            return summary();
        }
        tally.say(
                "seed %d: %d runs, %d kills each, %d users who publish; the server has %s",
                options.seed(), runs, kills, clients, plan.jvm());
        Ground prepared;
        try {
            prepared = new Ground(options.output(), plan, options.classPath(), tally::started, postgres, 0);
        } catch (IOException e) {
            tally.say("%s%s", String.valueOf(e.getMessage()), Tally.because(e));
            return Tally.UNPREPARED;
        }
        try (Ground ground = prepared) {
            ground.running(options.main());
            // The one PostgreSQL is killed under every run that is on it.
            SideBySide.run(
                    postgres ? 1 : options.atOnce(),
                    IntStream.range(first, first + runs)
                            .<SideBySide.Run>mapToObj(number -> () -> run(number, plan, ground))
                            .toList());
        }
        return summary();
    }

    private void run(int number, Plan plan, Ground ground) throws IOException {
        String name = "run-" + number;
        Path folder = options.folder(name);
        long began = System.nanoTime();
        boolean passed = false;
        try (Site site = ground.prepare(folder, polling ? List.of(PollRun.KEYSETS) : List.of())) {
            Verdict verdict = verdict(name, plan, site, options.random(number));
            passed = tally.judge(name, plan.acknowledged(), verdict, System.nanoTime() - began);
        } catch (IOException e) {
            tally.impossible(name, e);
        }
        options.ended(folder, passed);
    }

    private Verdict verdict(String name, Plan plan, Site site, SplittableRandom random) throws IOException {
        if (polling) {
            try (PollRun run = new PollRun(plan, site, random)) {
                return run.run();
            }
        }
        try (KillRun run = new KillRun(name, plan, site, random)) {
            return run.run();
        }
    }

    private int summary() throws IOException {
        return tally.summary("seed " + options.seed() + "; histories and logs of what failed: " + options.output());
    }
}
