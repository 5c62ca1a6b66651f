package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mirror import}: lines of JSON into the log. */
@Command(
        name = "import",
        description = "Add messages that mirror export wrote; the server must not be running.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror import messages.ndjson            what is there already is left alone",
            "  mirror export - --data old | mirror import - --data new",
        })
public final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file to read; - for standard input.")
    private Path file = Path.of("-");

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** Only picocli makes one. */
    public ImportCommand() {}

    @Override
    public Integer call() {
        Progress progress = Progress.of("importing,", spec.commandLine().getErr());
        try (InputStream in = in()) {
            long lines = StoreTools.importLog(store.database(), in, new SecureRandom(), progress);
            progress.end("imported " + lines + " publications");
            return ExitCode.OK.number();
        } catch (StoreException failure) {
            throw StartException.of(failure);
        } catch (IllegalArgumentException failure) {
            throw new StartException(ExitCode.FAILURE, file + ", " + failure.getMessage());
        } catch (IOException failure) {
            throw new StartException(ExitCode.FAILURE, "cannot read " + file + " (" + failure.getMessage() + ")");
        }
    }

    private InputStream in() throws IOException {
        return file.toString().equals("-") ? System.in : Files.newInputStream(file);
    }
}
