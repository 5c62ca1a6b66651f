package dev.mirror.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The process of a server under test. It says its port on standard output, then answers one line with a number for each
 * line that it reads, and ends when its input does: when the benchmark ends, however that comes about.
 */
final class TargetMain {
    /** How an answer begins; what else there is on standard output comes from the virtual machine. */
    static final String ANSWER = "= ";

    /** Of Linux, for programs, whatever the kernel uses. */
    private static final int MILLIS_PER_TICK = 10;

    private TargetMain() {}

    /** Starts the server that the only argument names. */
    public static void main(String[] arguments) throws IOException {
        Target target = Target.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        try (TargetServer server = target == Target.MIRROR ? new MirrorTarget() : new PlainTarget();
                BufferedReader requests =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(ANSWER + server.port());
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                System.out.println(ANSWER + answer(line, server));
            }
        }
        System.exit(0);
    }

    private static long answer(String request, TargetServer server) {
        return switch (request) {
            case "cpu" -> cpuNanos();
            case "compiler" -> compilerNanos();
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

    /** The part of it that compiler threads have used; 0 where the system does not tell. */
    private static long compilerNanos() {
        long ticks = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                int name = stat.lastIndexOf(')');
                if (stat.substring(0, name).contains("CompilerThre")) {
                    String[] fields = stat.substring(name + 2).split(" ", -1);
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Not Linux, or a thread ended meanwhile.
            return 0;
        }
        return TimeUnit.MILLISECONDS.toNanos(ticks * MILLIS_PER_TICK);
    }

    /** What is left on the heap after a full collection; twice, because the first one only finds what it can clear. */
    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
