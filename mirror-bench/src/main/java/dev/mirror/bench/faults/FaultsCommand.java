package dev.mirror.bench.faults;

import dev.mirror.bench.kill.Ground;
import dev.mirror.bench.kill.KillRun;
import dev.mirror.bench.kill.Plan;
import dev.mirror.bench.kill.RunOptions;
import dev.mirror.bench.kill.SideBySide;
import dev.mirror.bench.kill.Tally;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.HistoryFile;
import dev.mirror.simulation.history.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command: every fault in turn, a line for each run, a report, and an exit code. */
@Command(
        name = "mirror-bench/faults",
        mixinStandardHelpOptions = true,
        version = "not released, see the commit",
        description = {
            "Does harm to a server under load, one kind after the other, and compares what was",
            "acknowledged, stored and delivered. kill -9 is a command of its own, mirror-bench/kill.",
            "Exit codes: 0 every run passed, 1 something was lost, doubled, misordered or leaked,",
            "or a limit was passed, 2 usage, 3 a run was invalid: too little load, or it could not be done,",
            "4 no fault that was asked for can be had here."
        })
public final class FaultsCommand implements Callable<Integer> {
    private static final int PUBLISHERS = 6;
    private static final int ROOMS = 3;
    /** Beside those who publish and those who eavesdrop: enough for 2,000 connections, 64 each. */
    private static final int CROWD = 40;

    @Option(names = "--runs", description = "Rounds through all of them. Default: ${DEFAULT-VALUE}.")
    private int runs = 1;

    @Option(names = "--only", split = ",", paramLabel = "FAULT", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Kind> only = EnumSet.allOf(Kind.class);

    @Option(names = "--smoke", description = "Those that belong to every build, in small.")
    private boolean smoke;

    @Option(names = "--short", description = "Every fault that was asked for, but in small.")
    private boolean brief;

    @Option(
            names = "--per-second",
            description = "Publications that all ask for in a second. Default: ${DEFAULT-VALUE}.")
    private int perSecond = 800;

    @Mixin
    private final RunOptions options =
            new RunOptions(Path.of("target", "faults"), List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

    private final Tally tally;
    private final Report report = new Report();
    private final List<String> notHere = new CopyOnWriteArrayList<>();

    FaultsCommand(PrintStream out) {
        this.tally = new Tally(out);
    }

    /** Runs the command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FaultsCommand(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = new Plan(1, PUBLISHERS, ROOMS, options.acknowledged(), perSecond, options.jvm());
        List<Kind> kinds = only.stream()
                .filter(kind -> !smoke || kind.isInSmoke())
                .sorted()
                .toList();
        tally.say("seed %d: %d rounds of %d faults; the server has %s", options.seed(), runs, kinds.size(), plan.jvm());
        long began = System.nanoTime();
        List<SideBySide.Run> all = new ArrayList<>();
        try (Ground ground = new Ground(options.output(), plan, options.classPath(), CROWD, tally::started)) {
            ground.running(options.main());
            for (int round = 1; round <= runs; round++) {
                for (Kind kind : kinds) {
                    String name = kind.name() + "-" + round;
                    String progress = all.size() + 1 + "/" + runs * kinds.size();
                    all.add(() -> run(name, progress, kind, plan, ground));
                }
            }
            SideBySide.run(options.atOnce(), all);
        }
        Path page = options.output().resolve("report.html");
        Files.writeString(page, report.html("seed " + options.seed()));
        notHere.forEach(each -> tally.say("left out: %s", each));
        if (notHere.size() == all.size()) {
            return Tally.UNPREPARED;
        }
        long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began);
        return tally.summary("seed " + options.seed() + ", " + minutes + " min; report: " + page);
    }

    private void run(String name, String progress, Kind kind, Plan plan, Ground ground) throws IOException {
        Path folder = options.folder(name);
        long began = System.nanoTime();
        boolean passed = false;
        SplittableRandom random = options.random(name.hashCode());
        FaultSite.Stage stage = new FaultSite.Stage(ground, folder, plan.people(), !smoke && !brief);
        try (FaultSite site = new FaultSite(kind, stage, random.split());
                KillRun run = new KillRun(name, plan, site, random)) {
            Verdict verdict = run.run();
            passed = tally.judge(progress + " " + kind, plan.acknowledged(), verdict, System.nanoTime() - began);
            List<Event> events = HistoryFile.readAll(folder.resolve("history"));
            report.add(kind.toString(), verdict, events);
        } catch (NotHereException e) {
            notHere.add(kind + ": " + e.getMessage());
        } catch (IOException e) {
            tally.impossible(progress + " " + kind, e);
            report.impossible(kind.toString(), e);
        }
        options.ended(folder, passed);
    }
}
