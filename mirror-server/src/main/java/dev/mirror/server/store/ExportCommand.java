package dev.mirror.server.store;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.StoreOptions;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreTools;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
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
        try {
            long lines = file.toString().equals("-") ? toStandardOutput(progress) : toFile(progress);
            progress.end("exported " + lines + " publications");
            return ExitCode.OK.number();
        } catch (StoreException failure) {
            throw StartException.of(failure);
        } catch (FileAlreadyExistsException failure) {
            throw new StartException(ExitCode.FAILURE, file + " is there already; an export overwrites nothing");
        } catch (IOException | UncheckedIOException failure) {
            throw cannotWrite(failure);
        }
    }

    private StartException cannotWrite(Exception failure) {
        String place = file.toString().equals("-") ? "to standard output" : file.toString();
        String reason = failure instanceof NoSuchFileException ? "no such folder" : failure.getMessage();
        return new StartException(ExitCode.FAILURE, "cannot write " + place + " (" + reason + ")");
    }

    /** Not through {@link System#out}: that tells nobody that the disk is full, or that the reader has gone. */
    private long toStandardOutput(Progress progress) {
        // Not closed: it is the process's, not ours. What was exported is flushed into it.
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        return StoreTools.exportLog(store.database(), out, progress);
    }

    /** The file appears under its name when it is whole and on the disk. */
    private long toFile(Progress progress) throws IOException {
        requireAbsent();
        Path target = file.toAbsolutePath();
        Path part = Files.createTempFile(Objects.requireNonNull(target.getParent()), "export-", ".part");
        part.toFile().deleteOnExit(); // also where somebody ends the command
        try {
            long lines;
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                lines = StoreTools.exportLog(store.database(), out, progress);
                out.getFD().sync();
            }
            requireAbsent();
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return lines;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void requireAbsent() throws FileAlreadyExistsException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }
}
