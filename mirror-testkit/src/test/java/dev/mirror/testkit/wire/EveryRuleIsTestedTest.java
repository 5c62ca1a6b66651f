package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each numbered rule of docs/protocol.md is kept by a test that has its number in its name. */
class EveryRuleIsTestedTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern RULE = Pattern.compile("^- \\*\\*W(\\d+)\\*\\* ", Pattern.MULTILINE);

    @Test
    void everyRuleOfTheWireHasATest() throws IOException {
        Set<Integer> tested = new TreeSet<>();
        for (Path file : testFiles()) {
            Matcher names = Pattern.compile("\\bvoid (\\w+)\\(").matcher(Files.readString(file));
            while (names.find()) {
                Matcher numbers = Pattern.compile("(?:^|_)w(\\d+)(?=_)").matcher(names.group(1));
                while (numbers.find()) {
                    tested.add(Integer.valueOf(numbers.group(1)));
                }
            }
        }
        Set<Integer> rules = new TreeSet<>();
        Matcher matcher = RULE.matcher(Files.readString(REPOSITORY.resolve("docs/protocol.md")));
        while (matcher.find()) {
            rules.add(Integer.valueOf(matcher.group(1)));
        }
        assertThat(rules).as("rules that this test found").hasSizeGreaterThanOrEqualTo(55);
        Set<Integer> missing = new TreeSet<>(rules);
        missing.removeAll(tested);
        assertThat(missing).as("rules without a test").isEmpty();
        tested.removeAll(rules);
        assertThat(tested).as("numbers in names of tests that are no rules").isEmpty();
    }

    private static List<Path> testFiles() throws IOException {
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(EveryRuleIsTestedTest::javaFiles)
                    .collect(Collectors.toList());
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
