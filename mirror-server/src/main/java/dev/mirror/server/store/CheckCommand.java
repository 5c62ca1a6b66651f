package dev.mirror.server.store;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.config.StartException;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mirror check}: is what is stored sound, and would a server start and have what it needs? */
@Command(
        name = "check",
        description =
                "Check the settings, the system's limits, and everything that is stored; the server may be running.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0 all is well, 3 a setting is wrong, 7 something stored is damaged,",
            "  5 there is no store, or it is on a PostgreSQL server that a mirror would refuse (fsync=off, a standby)"
        })
public final class CheckCommand implements Callable<Integer> {
    /** Files that are open beside connections. */
    private static final int OTHER_FILES = 200;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    /** Only picocli makes one. */
    public CheckCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        options.check();
        out.println("settings  as a server would read them: sound");
        out.println("limits    " + openFiles());
        out.flush();
        StoreTools.Report report = report();
        out.println("store     " + options.store().database() + ": " + report.channels() + " channels, "
                + report.publications() + " publications" + (report.isSound() ? ", all sound" : ""));
        report.findings().forEach(finding -> out.println("          " + finding));
        out.flush();
        if (!report.isSound()) {
            throw new StartException(
                    ExitCode.INTEGRITY,
                    "the store is damaged; stop the server, keep a copy of the folder, and restore a backup");
        }
        return ExitCode.OK.number();
    }

    private StoreTools.Report report() {
        Progress progress = Progress.of("checking,", spec.commandLine().getErr());
        try {
            return StoreTools.check(options.store().database(), progress);
        } catch (StoreException failure) {
            throw StartException.of(failure);
        }
    }

    private String openFiles() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (!(system instanceof UnixOperatingSystemMXBean unix)) {
            return "this system does not tell how many files may be open";
        }
        long files = unix.getMaxFileDescriptorCount();
        int wanted = options.limits().connections() + OTHER_FILES;
        return files >= wanted
                ? files + " open files: enough for " + options.limits().connections() + " connections"
                : files + " open files are too few for " + options.limits().connections()
                        + " connections; raise them (ulimit -n " + wanted + ") or lower --max-connections";
    }
}
