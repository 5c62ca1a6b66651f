package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mirror restore}: puts a backup in place. */
@Command(
        name = "restore",
        description = "Check a backup and put it into the data folder; the server must not be running.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror restore monday.db                 into ./mirror-data, if nothing is there",
            "  mirror restore monday.db --replace       instead of what is there",
            "",
            "Whoever was connected before hears that something may be missing, and goes on where it was.",
        })
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "What mirror backup made.")
    private Path file = Path.of("mirror-backup.db");

    @Option(names = "--replace", fallbackValue = "true", description = "give up what the data folder has now")
    private boolean replace;

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** Only picocli makes one. */
    public RestoreCommand() {}

    @Override
    public Integer call() {
        if (!store.isEmbedded()) {
            throw new StartException(
                    ExitCode.CONFIG,
                    "a PostgreSQL database is restored with its own tool, pg_restore, and then mirror renew-epoch");
        }
        Progress progress = Progress.of("restoring,", spec.commandLine().getErr());
        try {
            StoreTools.Report report = StoreTools.restore(file, store.data(), replace, new SecureRandom(), progress);
            progress.end("restored and checked: " + report.channels() + " channels, " + report.publications()
                    + " publications");
            return ExitCode.OK.number();
        } catch (StoreException.Occupied failure) {
            throw new StartException(
                    ExitCode.STORE_UNAVAILABLE, failure.getMessage() + " (--replace gives it up)", failure);
        } catch (StoreException failure) {
            throw StartException.of(failure);
        }
    }
}
