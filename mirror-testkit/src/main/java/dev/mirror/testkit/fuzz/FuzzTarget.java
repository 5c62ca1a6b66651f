package dev.mirror.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A rule that must hold for whatever bytes anybody sends. A subclass says it in {@link #take}, has a constructor without
 * parameters, and a corpus: the resource {@code fuzz/NAME.txt}, where NAME is the simple name of the subclass.
 *
 * <p>A corpus is text, one input a line. Printable ASCII stands for itself; {@code \n}, {@code \r}, {@code \t}, {@code \\}
 * and {@code \xNN} for the rest. A line that begins with {@code #} says something about those that follow it.
 *
 * <p>Every build tries the corpus. With the system property {@code fuzz.minutes} Jazzer looks for that long for an input
 * that breaks the rule, in a JVM of its own, and writes into {@code target/fuzz/NAME}. It has to be on the class path
 * ({@code com.code-intelligence:jazzer}); nothing here needs it otherwise.
 */
public abstract class FuzzTarget {
    /** How long it searches, in minutes. */
    static final String MINUTES = "fuzz.minutes";

    /**
     * Takes one input. The same input has to lead to the same steps, whatever was taken before.
     *
     * @throws Throwable if the rule is broken
     */
    protected abstract void take(byte[] input) throws Throwable;

    @TestFactory
    final Stream<DynamicTest> f21_everyInputOfTheCorpusKeepsTheRule() {
        Corpus corpus = Corpus.of(getClass());
        assertThat(corpus.inputs()).as("inputs to begin with").isNotEmpty();
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("no bytes at all", () -> take(new byte[0]))),
                corpus.inputs().stream()
                        .map(input -> DynamicTest.dynamicTest(Corpus.shown(input), () -> take(input.clone()))));
    }

    @Test
    @EnabledIfSystemProperty(named = MINUTES, matches = "[0-9.]+", disabledReason = "searches only with -Pfuzz")
    final void f21_noInputThatIsFoundBreaksTheRule() throws Exception {
        Duration time = Duration.ofMillis((long) (Double.parseDouble(System.getProperty(MINUTES, "1")) * 60_000));
        FuzzRun run =
                new FuzzRun(getClass(), Path.of("target", "fuzz", getClass().getSimpleName()), time);
        assertThat(run.findings())
                .as("inputs that break the rule; stand in the corpus until they do not. " + run.log())
                .isEmpty();
    }
}
