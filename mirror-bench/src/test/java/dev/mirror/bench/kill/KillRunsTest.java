package dev.mirror.bench.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Some kill runs, as many as {@code -Dkill.runs} says: fault F1, invariants I1 to I5. The command itself, {@code
 * mirror-bench/kill}, makes 200.
 */
class KillRunsTest {
    private static final int RUNS = Integer.getInteger("kill.runs", 20);

    /** Each takes longer: the database is started again, too. */
    private static final int ON_POSTGRES = 3;

    /** With PubNub clients. */
    private static final int POLLING = 2;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int kill(String... arguments) {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new CommandLine(new KillCommand(out))
                .setDefaultValueProvider(argument -> argument.paramLabel().equals("<output>")
                        ? folder.resolve("kill").toString()
                        : null)
                .execute(arguments);
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void f1_i1_i2_i3_i4_i5_nothingIsLostDoubledMisorderedOrLeakedByKills() {
        assumeTrue(RUNS > 0, "left out by -Dkill.runs=0");

        assertThat(kill("--runs", Integer.toString(RUNS), "--at-once", "3"))
                .as(() -> output())
                .isZero();
    }

    @Test
    void f1_f2_theSameOnPostgresWhichIsKilledToo() {
        assumeTrue(RUNS > 0, "left out by -Dkill.runs=0");

        int exit = kill("--postgres", "--runs", Integer.toString(Math.min(RUNS, ON_POSTGRES)));

        assumeTrue(exit != Tally.UNPREPARED, "no PostgreSQL can be started here");
        assertThat(exit).as(() -> output()).isZero();
    }

    @Test
    void f1_whatWasAnsweredUnderLongPollingLoadIsThereAfterKills() {
        assumeTrue(RUNS > 0, "left out by -Dkill.runs=0");

        assertThat(kill("--polling", "--runs", Integer.toString(Math.min(RUNS, POLLING))))
                .as(() -> output())
                .isZero();
    }

    @Test
    void aRunWithoutAKillIsInvalid() {
        assertThat(kill("--runs", "1", "--kills", "0", "--min-acknowledged", "50"))
                .as(() -> output())
                .isEqualTo(3);
        assertThat(output()).contains("INVALID, too little load").contains("0 passed, 0 failed, 1 invalid");
    }

    /** Each run has three people who ask for what is not theirs, each as somebody else. */
    @Test
    void i5_threeStrangersPryInEachRun() throws IOException {
        kill("--runs", "1", "--kills", "0", "--min-acknowledged", "500");

        try (Stream<Path> histories = Files.list(folder.resolve("kill/run-1/history"))) {
            assertThat(histories.filter(file -> file.getFileName().toString().contains(".stranger")))
                    .as(() -> output())
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(file).content().contains("pry"));
        }
    }
}
