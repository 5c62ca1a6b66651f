package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page's connection and state, without a server and without a clock: the tests are the exports of the scripts
 * beside this class, run in a real browser, each under its own name.
 */
final class PageModulesTest {
    private static final String LIST = "const done = arguments[1];"
            + "import(arguments[0]).then((tests) => done(Object.keys(tests)), (e) => done(['cannot load: ' + e]))";
    private static final String RUN = "const [file, name, done] = arguments;"
            + "import(file).then((tests) => tests[name]()).then(() => done('passed'), (e) => done(String(e)))";

    // Set before the first test, closed after the last, by the test's thread.
    private static PageFiles files;
    private static Browser browser;

    @BeforeAll
    static void openBrowser(@TempDir Path folder) throws IOException {
        Browser.require();
        files = PageFiles.serve();
        browser = Browser.open(Browser.profile(folder, "modules"), 1000, 700);
        browser.go(files.address() + "/");
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
            files.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> wire() {
        return testsOf("/test/wire-test.js", 20);
    }

    @TestFactory
    Stream<DynamicTest> model() {
        return testsOf("/test/model-test.js", 15);
    }

    @TestFactory
    Stream<DynamicTest> folding() {
        return testsOf("/test/folding-test.js", 10);
    }

    @TestFactory
    Stream<DynamicTest> marks() {
        return testsOf("/test/marks-test.js", 10);
    }

    private static Stream<DynamicTest> testsOf(String file, int atLeast) {
        List<?> names = (List<?>) browser.runAsync(LIST, file);
        assertThat(names).as("the tests in " + file).hasSizeGreaterThan(atLeast);
        return names.stream()
                .map(name -> DynamicTest.dynamicTest(
                        String.valueOf(name),
                        () -> assertThat(browser.runAsync(RUN, file, name)).isEqualTo("passed")));
    }
}
