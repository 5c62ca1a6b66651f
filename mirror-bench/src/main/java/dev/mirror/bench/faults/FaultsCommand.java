package dev.mirror.bench.faults;

import dev.mirror.bench.kill.Folders;
import dev.mirror.bench.kill.Ground;
import dev.mirror.bench.kill.KillRun;
import dev.mirror.bench.kill.Plan;
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

    @Option(names = "--seed", description = "Decides who does what; the timing of a machine does so, too.")
    private long seed = System.nanoTime();

    @Option(
            names = "--at-once",
            description = {
                "Runs that take place at the same time; what is measured of time and memory",
                "is then that of a busy machine. Default: ${DEFAULT-VALUE}."
            })
    private int atOnce = 1;

    @Option(
            names = "--per-second",
            description = "Publications that all ask for in a second. Default: ${DEFAULT-VALUE}.")
    private int perSecond = 800;

    @Option(
            names = "--min-acknowledged",
            description = "With fewer acknowledgements a run is invalid. Default: ${DEFAULT-VALUE}.")
    private int acknowledged = 1_000;

    @Option(
            names = "--output",
            description = "Where the report, histories and logs of failed runs stay. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("target", "faults");

    @Option(names = "--keep", description = "Keep the histories of runs that passed, too.")
    private boolean keep;

    @Option(names = "--class-path", hidden = true)
    private String classPath = System.getProperty("java.class.path");

    @Option(names = "--main", hidden = true)
    private String main = "";

    @Option(names = "--jvm", description = "An option for the server's virtual machine; may be repeated.")
    private List<String> jvm = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

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
        Plan plan = new Plan(1, PUBLISHERS, ROOMS, acknowledged, perSecond, jvm);
        List<Kind> kinds = only.stream()
                .filter(kind -> !smoke || kind.isInSmoke())
                .sorted()
                .toList();
        Files.createDirectories(output);
        tally.say("seed %d: %d rounds of %d faults; the server has %s", seed, runs, kinds.size(), jvm);
        long began = System.nanoTime();
        List<SideBySide.Run> all = new ArrayList<>();
        try (Ground ground = new Ground(output.toAbsolutePath(), plan, classPath, CROWD, tally::started)) {
            ground.running(main);
            for (int round = 1; round <= runs; round++) {
                for (Kind kind : kinds) {
                    String name = kind.name() + "-" + round;
                    String progress = all.size() + 1 + "/" + runs * kinds.size();
                    all.add(() -> run(name, progress, kind, plan, ground));
                }
            }
            SideBySide.run(atOnce, all);
        }
        Path page = output.resolve("report.html").toAbsolutePath();
        Files.writeString(page, report.html("seed " + seed));
        notHere.forEach(each -> tally.say("left out: %s", each));
        if (notHere.size() == all.size()) {
            return Tally.UNPREPARED;
        }
        long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began);
        return tally.summary("seed " + seed + ", " + minutes + " min; report: " + page);
    }

    private void run(String name, String progress, Kind kind, Plan plan, Ground ground) throws IOException {
        Path folder = output.resolve(name).toAbsolutePath();
        Folders.delete(folder);
        Files.createDirectories(folder);
        long began = System.nanoTime();
        boolean passed = false;
        SplittableRandom random = new SplittableRandom(seed + name.hashCode());
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
        if (passed && !keep) {
            Folders.delete(folder);
        }
    }
}
