package dev.mirror.bench.durable;

import dev.mirror.bench.wire.InvalidRunException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: measures the parts, prints the figures, writes them to a file. */
@Command(
        name = "mirror-bench/run --durable, or --gateway",
        mixinStandardHelpOptions = true,
        version = "not released, see the commit",
        description = "Measures what durability costs and how soon everybody is back, on the real server and SQLite.")
final class DurableBenchmark implements Callable<Integer> {
    @Option(names = "--only", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<DurablePart> only = EnumSet.noneOf(DurablePart.class);

    @Option(names = "--gateway", description = "PubNub's interface instead of the parts about the log.")
    private boolean gateway;

    @Option(names = "--quick", description = "Small and short: a look, not a result.")
    private boolean quick;

    @Option(names = "--class-path", description = "What servers are run from. Default: what this command is.")
    private String classPath = System.getProperty("java.class.path");

    @Option(names = "--jvm", description = "A further option for the server's virtual machine; may be repeated.")
    private List<String> jvm = List.of();

    @Option(names = "--output", description = "Where results and folders go. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("target");

    private DurableBenchmark() {}

    /** Runs the command. Ends with 0, or with 1 if a part was invalid; a missed target is a result. */
    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    static CommandLine command() {
        return new CommandLine(new DurableBenchmark()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(output);
        Bed.Host host = new Bed.Host(output, classPath, jvm);
        List<String> lines = new ArrayList<>(circumstances());
        lines.forEach(System.out::println);
        boolean valid = true;
        for (DurablePart part : DurablePart.values()) {
            if (only.isEmpty() ? part.isGateway() == gateway : only.contains(part)) {
                try {
                    for (Figure figure : measure(part, host, quick ? Scale.QUICK : Scale.FULL)) {
                        lines.add(figure.row());
                        System.out.println(figure.row());
                    }
                } catch (InvalidRunException e) {
                    valid = false;
                    lines.add("| " + part + " | INVALID: " + e.getMessage() + " | | | |");
                    System.out.println(lines.get(lines.size() - 1));
                }
            }
        }
        lines.add("");
        lines.add("- load average at the end: " + loadAverage());
        Files.write(output.resolve(gateway ? "results-gateway.md" : "results-durable.md"), lines);
        return valid ? 0 : 1;
    }

    static List<Figure> measure(DurablePart part, Bed.Host host, Scale scale) throws IOException {
        return switch (part) {
            case THROUGHPUT -> new ThroughputFigures(host, scale).measure();
            case ACKNOWLEDGE -> new LatencyFigures(host, scale).acknowledge();
            case DELIVER -> new LatencyFigures(host, scale).deliver();
            case RESTART -> new ReturnFigures(host, scale).restart();
            case STORM -> new ReturnFigures(host, scale).storm();
            case DEAF -> new DeafFigures(host, scale).measure();
            case GATEWAY_PATH -> new GatewayPathFigures(host, scale).measure();
            case GATEWAY_PUBLISH -> new GatewayPublishFigures(host, scale).measure();
            case GATEWAY_PARKED -> new GatewayParkedFigures(host, scale).measure();
        };
    }

    private List<String> circumstances() {
        return List.of(
                "- date: " + LocalDate.now(ZoneOffset.UTC) + (quick ? ", quick: not a result" : ""),
                "- machine: loopback, " + Runtime.getRuntime().availableProcessors() + " processors, Java "
                        + System.getProperty("java.version") + ", "
                        + System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
                "- load average at the beginning: " + loadAverage(),
                "",
                "| Figure | Target | Measured | | How |",
                "|---|---|---|---|---|");
    }

    private static String loadAverage() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
