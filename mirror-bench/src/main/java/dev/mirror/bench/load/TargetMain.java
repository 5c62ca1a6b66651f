package dev.mirror.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The process of a server under test. It says its port on standard output, then answers one line with a number for each
 * line that it reads, and ends when its input does: when the benchmark ends, however that comes about.
 */
final class TargetMain {
    private TargetMain() {}

    /** Starts the server that the only argument names. */
    public static void main(String[] arguments) throws IOException {
        Target target = Target.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        try (TargetServer server = target == Target.MIRROR ? new MirrorTarget() : new PlainTarget();
                BufferedReader requests =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(server.port());
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                System.out.println(answer(line, server));
            }
        }
        System.exit(0);
    }

    private static long answer(String request, TargetServer server) {
        return switch (request) {
            case "cpu" -> cpuNanos();
            case "heap" -> heapBytes();
            case "connections" -> server.connections();
            default -> throw new IllegalArgumentException(request);
        };
    }

    /** All processor time that this process has used, its compiler and collector included. */
    static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    /** What is left on the heap after a full collection; twice, because the first one only finds what it can clear. */
    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
