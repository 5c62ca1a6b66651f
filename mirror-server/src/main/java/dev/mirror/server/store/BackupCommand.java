package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mirror backup}: a copy of the store as it is at one moment, while the server goes on. */
@Command(
        name = "backup",
        description = "Write accounts and messages to a file and check it; the server may be running.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror backup monday.db                  of ./mirror-data",
            "  mirror backup /backups/m.db --data /var/lib/mirror",
            "",
            "The keys are not part of it: after a restore everybody logs in once more.",
            "A PostgreSQL database is backed up with its own pg_dump.",
        })
public final class BackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file to make; one that is there is not overwritten.")
    private Path file = Path.of("mirror-backup.db");

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** Only picocli makes one. */
    public BackupCommand() {}

    @Override
    public Integer call() {
        if (!store.isEmbedded()) {
            throw new StartException(
                    ExitCode.CONFIG, "a PostgreSQL database is backed up with its own tool: pg_dump --format=custom");
        }
        Progress progress = Progress.of("backing up,", spec.commandLine().getErr());
        try {
            StoreTools.Report report = StoreTools.backup(store.data(), file, progress);
            progress.end("backed up to " + file + " and checked: " + report.channels() + " channels, "
                    + report.publications() + " publications");
            return ExitCode.OK.number();
        } catch (StoreException failure) {
            throw StartException.of(failure);
        }
    }
}
