package dev.mirror.bench.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/** What every series of runs can be told. For one thread, but for what each run asks of it. */
public final class RunOptions {
    @Option(names = "--seed", description = "Decides who does what; the timing of a machine does so, too.")
    private long seed = System.nanoTime();

    @Option(
            names = "--at-once",
            description = {
                "Runs that take place at the same time; what is measured of time and memory",
                "is then that of a busy machine. On PostgreSQL one. Default: ${DEFAULT-VALUE}."
            })
    private int atOnce = 1;

    @Option(
            names = "--min-acknowledged",
            description = "With fewer acknowledgements a run is invalid. Default: ${DEFAULT-VALUE}.")
    private int acknowledged = 1_000;

    @Option(
            names = "--output",
            description = "Where histories and logs of failed runs stay. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--keep", description = "Keep the histories of runs that passed, too.")
    private boolean keep;

    @Option(names = "--class-path", hidden = true)
    private String classPath = System.getProperty("java.class.path");

    @Option(names = "--main", hidden = true)
    private String main = "";

    @Option(names = "--jvm", description = "An option for the server's virtual machine; may be repeated.")
    private List<String> jvm;

    /**
     * The options with their defaults.
     *
     * @param output where failed runs stay
     * @param jvm options of the server's virtual machine
     */
    public RunOptions(Path output, List<String> jvm) {
        this.output = output;
        this.jvm = jvm;
    }

    /** What the whole series is decided by. */
    public long seed() {
        return seed;
    }

    /** What one run is decided by. */
    public SplittableRandom random(long number) {
        return new SplittableRandom(seed + number);
    }

    /** Runs that take place at the same time. */
    public int atOnce() {
        return atOnce;
    }

    /** With fewer acknowledgements a run is invalid. */
    public int acknowledged() {
        return acknowledged;
    }

    /** Options of the server's virtual machine. */
    public List<String> jvm() {
        return jvm;
    }

    /** What servers are run from. */
    public String classPath() {
        return classPath;
    }

    /** The class of servers; empty for the one that ships. */
    public String main() {
        return main;
    }

    /** Where everything is kept; it exists. */
    public Path output() throws IOException {
        return Files.createDirectories(output).toAbsolutePath();
    }

    /** An empty folder for one run. */
    public Path folder(String run) throws IOException {
        Path folder = output().resolve(run);
        Folders.delete(folder);
        return Files.createDirectories(folder);
    }

    /** A run has ended; what it left is kept if it is worth a look. */
    public void ended(Path folder, boolean passed) throws IOException {
        if (passed && !keep) {
            Folders.delete(folder);
        }
    }
}
