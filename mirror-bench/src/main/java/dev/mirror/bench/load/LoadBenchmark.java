package dev.mirror.bench.load;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: runs the rounds, prints the ratios, writes them to files. */
@Command(
        name = "mirror-bench/run",
        mixinStandardHelpOptions = true,
        version = "not released, see the commit",
        description = {
            "Compares what a message costs mirror and a plain Java-WebSocket server.",
            "With --jmh as the first argument: the micro-benchmarks; what follows goes to JMH."
        })
final class LoadBenchmark implements Callable<Integer> {
    /** How many files a process has open beside its connections. */
    private static final int OTHER_FILES = 300;

    @Option(names = "--rounds", description = "How often each server is measured. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--quick", description = "One short round with fewer connections: a look, not a result.")
    private boolean quick;

    @Option(names = "--only", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Part> only = EnumSet.allOf(Part.class);

    @Option(names = "--target", split = ",", description = "Only these servers: ${COMPLETION-CANDIDATES}.")
    private Set<Target> targets = EnumSet.allOf(Target.class);

    @Option(names = "--idle", description = "How many idle connections. Default: ${DEFAULT-VALUE}.")
    private int idle = 10_000;

    @Option(names = "--core", description = "The processor that the server is bound to. Default: none.")
    private int core = -1;

    @Option(names = "--jvm", description = "A further option for the server's virtual machine; may be repeated.")
    private List<String> jvm = List.of();

    @Option(names = "--output", description = "Where the results go. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("target");

    private LoadBenchmark() {}

    /** Runs the command. Ends with 0, or with 1 if a run was invalid; a missed target is a result. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadBenchmark())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = bounded(quick ? Plan.quick(idle) : Plan.full(idle));
        int count = quick ? 1 : rounds;
        Files.createDirectories(output);
        Results results = new Results();
        Map<String, String> circumstances = circumstances(plan, count);
        for (int round = 1; round <= count; round++) {
            for (Target target : targets) {
                System.out.printf(
                        Locale.ROOT,
                        "round %d of %d: %s (load average %s)%n",
                        round,
                        count,
                        target.label(),
                        loadAverage());
                try {
                    results.add(target, round(plan, target));
                } catch (InvalidRunException e) {
                    System.err.println(
                            "INVALID: " + e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause()));
                    return 1;
                }
            }
        }
        circumstances.put("load average at the end", loadAverage());
        Report report = new Report(results, circumstances);
        Files.writeString(output.resolve("results.md"), report.markdown());
        Files.writeString(output.resolve("results.json"), report.json());
        System.out.println();
        System.out.print(report.markdown());
        return 0;
    }

    private Map<String, Map<Metric, Double>> round(Plan plan, Target target) throws IOException {
        List<String> prefix = core < 0 ? List.of() : List.of("taskset", "-c", Integer.toString(core));
        List<String> options = new ArrayList<>(List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC"));
        options.addAll(jvm);
        Path log = output.resolve("load-" + target.label() + ".log");
        try (ServerProcess server = new ServerProcess(target, new ServerProcess.Launch(prefix, options, log));
                Generator generator = new Generator(server.port())) {
            return new Round(plan, target, server, generator, LoadBenchmark::say).run(only);
        }
    }

    private static void say(String scenario, Map<Metric, Double> values) {
        StringBuilder line = new StringBuilder("  ").append(scenario);
        values.forEach((metric, value) -> line.append(String.format(Locale.ROOT, "  %s %.2f", metric, value)));
        System.out.println(line);
    }

    /** Each side needs a file for each connection. */
    private static Plan bounded(Plan plan) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        int most = (int) Math.min(Integer.MAX_VALUE, files - OTHER_FILES);
        if (plan.connections() <= most) {
            return plan;
        }
        Plan smaller = plan.within(most);
        System.out.printf(
                Locale.ROOT,
                "only %d open files allowed (ulimit -n): %d idle connections, fan-out to %s%n",
                files,
                smaller.idle(),
                smaller.fanouts());
        return smaller;
    }

    private Map<String, String> circumstances(Plan plan, int count) {
        Map<String, String> circumstances = new LinkedHashMap<>();
        circumstances.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        circumstances.put("machine", machine());
        circumstances.put("rounds", count + ", servers in turn, each in a fresh process");
        circumstances.put(
                "time",
                "warm-up " + plan.warmUp().toMillis() + " ms; each scenario "
                        + plan.settle().toMillis() + " ms, then measured for "
                        + plan.measure().toMillis() + " ms");
        circumstances.put("idle connections", Integer.toString(plan.idle()));
        circumstances.put("load average at the beginning", loadAverage());
        return circumstances;
    }

    private String machine() {
        String bound = core < 0 ? "not bound to processors" : "server on processor " + core + ", client on another";
        return "loopback, " + bound + ", Java " + System.getProperty("java.version") + ", "
                + System.getProperty("os.name") + ' ' + System.getProperty("os.version");
    }

    private static String loadAverage() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
