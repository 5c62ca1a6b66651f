package dev.mirror.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every defect of 2018, and every guard around Java-WebSocket, has a test that is named after it. */
class EveryDefectIsTestedTest {
    private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");
    private static final Pattern NUMBER = Pattern.compile("(?:^|_)([oj]\\d+)(?=_)");

    @Test
    void theDefectsOf2018() {
        assertThat(tested()).containsAll(numbers("o", 46)).containsAll(numbers("o", listed("defects-of-2018.md", "O")));
    }

    @Test
    void theGuardsAroundJavaWebSocket() {
        assertThat(tested()).containsAll(numbers("j", 20)).containsAll(numbers("j", listed("java-websocket.md", "J")));
    }

    private static int listed(String document, String letter) {
        String text = Repository.read(Repository.ROOT.resolve("docs").resolve(document));
        return (int) Pattern.compile("^\\| " + letter + "\\d+ \\|", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .count();
    }

    private static List<String> numbers(String letter, int last) {
        return IntStream.rangeClosed(1, last)
                .mapToObj(number -> letter + number)
                .toList();
    }

    private static Set<String> tested() {
        Set<String> numbers = new TreeSet<>();
        for (Path path : Repository.find("Test.java")) {
            METHOD.matcher(Repository.read(path))
                    .results()
                    .flatMap(method -> NUMBER.matcher(method.group(1)).results())
                    .forEach(number -> numbers.add(number.group(1)));
        }
        return numbers;
    }
}
