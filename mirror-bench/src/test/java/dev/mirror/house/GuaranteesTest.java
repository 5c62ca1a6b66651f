package dev.mirror.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/guarantees.md says what is in docs/runs; with {@code -Dguarantees.write} it is written anew, from the last build. */
class GuaranteesTest {
    private static final Path PAGE = Repository.ROOT.resolve("docs").resolve("guarantees.md");
    private static final String AGAIN =
            "write it anew: mvn test -pl mirror-bench -am -Dtest=GuaranteesTest -Dguarantees.write"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void thePageSaysWhatWasRun() throws IOException {
        Conformance written = Conformance.read();
        Conformance now = written.updated();
        String page = new GuaranteesPage(Runs.read(), now).text();
        if (System.getProperty("guarantees.write") != null) {
            Files.writeString(Runs.FOLDER.resolve(Conformance.FILE), now.text());
            Files.writeString(PAGE, page);
            return;
        }
        assertThat(written.text())
                .as("what the contract kits said in this build; " + AGAIN)
                .isEqualTo(now.text());
        assertThat(Files.readString(PAGE)).as(AGAIN).isEqualTo(page);
    }

    @Test
    void everyAdapterWasTriedWithEveryRuleOfItsKitAndBreaksNone() throws IOException {
        Conformance written = Conformance.read();
        for (Conformance.Adapter adapter : Conformance.ADAPTERS) {
            assertThat(written.of(adapter).keySet())
                    .as("%s, %s: run its kit, then %s", adapter.port(), adapter.name(), AGAIN)
                    .isEqualTo(adapter.rules());
            assertThat(written.of(adapter).values()).doesNotContain("broken");
        }
    }

    @Test
    void theTestsOfEachGuaranteeExist() {
        List<String> missing = new ArrayList<>();
        List<Path> sources = Repository.find("Test.java");
        for (Guarantee guarantee : Guarantee.values()) {
            for (String test : guarantee.tests()) {
                String[] parts = test.split("\\.", -1);
                boolean found = sources.stream()
                        .filter(path -> path.endsWith(parts[0] + ".java"))
                        .anyMatch(path ->
                                parts.length == 1 || Repository.read(path).contains(" " + parts[1] + "("));
                if (!found) {
                    missing.add(guarantee + ": " + test);
                }
            }
        }
        assertThat(missing).isEmpty();
    }
}
