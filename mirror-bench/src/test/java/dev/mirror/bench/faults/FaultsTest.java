package dev.mirror.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The faults in small; {@code -Pfaults} runs all of them in full. The command itself is {@code mirror-bench/faults}. */
class FaultsTest {
    private static final int FULL_ROUNDS = Integer.getInteger("faults.rounds", 0);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int run(String... arguments) {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new CommandLine(new FaultsCommand(out))
                .setDefaultValueProvider(argument -> argument.paramLabel().equals("<output>")
                        ? folder.resolve("faults").toString()
                        : null)
                .execute(arguments);
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void i1_to_i12_faultsInSmallBreakNoPromise() {
        assertThat(run("--smoke")).as(() -> output()).isZero();
        assertThat(folder.resolve("faults/report.html")).content().contains("0 failed, 0 invalid");
    }

    @Test
    void i1_to_i12_faultsInFullBreakNoPromise() {
        assumeTrue(FULL_ROUNDS > 0, "only with -Pfaults");

        assertThat(run("--runs", Integer.toString(FULL_ROUNDS)))
                .as(() -> output())
                .isZero();
    }
}
