package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mirror renew-epoch}: what was restored or failed over by others begins a new epoch. */
@Command(
        name = "renew-epoch",
        description =
                "Begin a new epoch after the database was restored, or failed over, with its own tools; the server"
                        + " must not be running.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  pg_restore …; mirror renew-epoch --database postgresql://…",
            "",
            "Whoever was connected before hears that something may be missing, and goes on where it was.",
            "mirror restore does this by itself.",
        })
public final class RenewEpochCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** Only picocli makes one. */
    public RenewEpochCommand() {}

    @Override
    public Integer call() {
        try {
            StoreTools.renewEpoch(store.database(), new SecureRandom());
            spec.commandLine().getOut().println("the log has a new epoch");
            return ExitCode.OK.number();
        } catch (StoreException failure) {
            throw StartException.of(failure);
        }
    }
}
