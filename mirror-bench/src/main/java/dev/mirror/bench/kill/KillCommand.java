package dev.mirror.bench.kill;

import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.HistoryFile;
import dev.mirror.simulation.history.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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

    @Option(
            names = "--polling",
            description = "With PubNub clients, which publish and long poll over HTTP, instead of WebSocket clients.")
    private boolean polling;

    @Option(names = "--main", hidden = true)
    private String main = "";

    @Option(
            names = "--at-once",
            description = "Runs that take place at the same time, on SQLite. Default: ${DEFAULT-VALUE}.")
    private int atOnce = 1;

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
        Plan plan = new Plan(kills, clients, 3, acknowledged, 0, jvm);
        if (judged != null) {
            tally.judge(judged.toString(), acknowledged, Checker.check(HistoryFile.readAll(judged)), 0);
            return summary();
        }
        Files.createDirectories(output);
        tally.say(
                "seed %d: %d runs, %d kills each, %d users who publish; the server has %s",
                seed, runs, kills, clients, jvm);
        Ground prepared;
        try {
            prepared = new Ground(output.toAbsolutePath(), plan, classPath, tally::started, postgres, 0);
        } catch (IOException e) {
            tally.say("%s%s", String.valueOf(e.getMessage()), Tally.because(e));
            return Tally.UNPREPARED;
        }
        try (Ground ground = prepared) {
            ground.running(main);
            // The one PostgreSQL is killed under every run that is on it.
            SideBySide.run(
                    postgres ? 1 : atOnce,
                    IntStream.range(first, first + runs)
                            .<SideBySide.Run>mapToObj(number -> () -> run(number, plan, ground))
                            .toList());
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
        try (Site site = ground.prepare(folder, polling ? List.of(PollRun.KEYSETS) : List.of())) {
            Verdict verdict = verdict(name, plan, site, new SplittableRandom(seed + number));
            passed = tally.judge(name, acknowledged, verdict, System.nanoTime() - began);
        } catch (IOException e) {
            tally.impossible(name, e);
        }
        if (passed && !keep) {
            Folders.delete(folder);
        }
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

    private int summary() {
        return tally.summary("seed " + seed + "; histories and logs of what failed: " + output.toAbsolutePath());
    }
}
