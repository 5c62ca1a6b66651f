package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mirror export}: the log as lines of JSON. */
@Command(
        name = "export",
        description = "Write every message as a line of JSON; the server may be running.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror export messages.ndjson",
            "  mirror export - | grep '\"channel\":\"lobby\"'",
            "  mirror export - --data old | mirror import - --data new",
        })
public final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file to make; - for standard output.")
    private Path file = Path.of("-");

    @Mixin
    private StoreOptions store = new StoreOptions();

    /** Only picocli makes one. */
    public ExportCommand() {}

    @Override
    public Integer call() {
        Progress progress = Progress.of("exporting,", spec.commandLine().getErr());
        try (OutputStream out = out()) {
            long lines = StoreTools.exportLog(store.database(), out, progress);
            progress.end("exported " + lines + " publications");
            return ExitCode.OK.number();
        } catch (StoreException failure) {
            throw StartException.of(failure);
        } catch (FileAlreadyExistsException failure) {
            throw new StartException(ExitCode.FAILURE, file + " is there already; an export overwrites nothing");
        } catch (IOException failure) {
            throw new StartException(ExitCode.FAILURE, "cannot write " + file + " (" + failure.getMessage() + ")");
        }
    }

    private OutputStream out() throws IOException {
        return file.toString().equals("-")
                ? System.out
                : Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
