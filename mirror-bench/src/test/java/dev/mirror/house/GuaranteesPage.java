package dev.mirror.house;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** docs/guarantees.md, from what is promised, what was run, and what the contract kits said. */
final class GuaranteesPage {
    private static final String HEAD = """
            # Guarantees

            What mirror promises, the tests that show it, and what was run to see it broken. A test writes this page: `GuaranteesTest`
            fails when it says something else than `docs/runs` does. Further tests of a guarantee have names that begin with its
            number: `i1_…`. A *failure* is a run that broke a guarantee, also if that was mended since; the notes below the table say so.

            Simulation, kills and faults are judged by one checker, which is itself tried on histories and on servers that have a bug:
            `CheckerTest`, `SeededBugsTest`.
            """;

    private final Runs runs;
    private final Conformance conformance;
    private final StringBuilder page = new StringBuilder(HEAD);

    GuaranteesPage(Runs runs, Conformance conformance) {
        this.runs = runs;
        this.conformance = conformance;
    }

    String text() {
        for (Guarantee guarantee : Guarantee.values()) {
            guarantee(guarantee);
        }
        runs();
        page.append("""

                ## Adapters

                Each port has a contract, numbered rules in its Javadoc, and a kit of tests that every adapter passes unchanged. How many
                tests of a rule were kept; what was not tried is something that the adapter says it does not do.
                """);
        Conformance.ADAPTERS.stream()
                .collect(Collectors.groupingBy(
                        Conformance.Adapter::port, LinkedHashMap::new, Collectors.toUnmodifiableList()))
                .forEach(this::port);
        return page.toString();
    }

    private void guarantee(Guarantee guarantee) {
        page.append("\n## ")
                .append(guarantee)
                .append(": ")
                .append(guarantee.title())
                .append("\n\n");
        page.append(guarantee.promise()).append("\n\n");
        guarantee.tests().forEach(test -> page.append("- `").append(test).append("`\n"));
        runs.showing(guarantee)
                .forEach(run -> page.append("- ")
                        .append(run.what())
                        .append(": ")
                        .append(counted(run))
                        .append('\n'));
    }

    private void runs() {
        page.append("\n## Runs\n\n| what | how many | failures | the last | again with |\n|---|---|---|---|---|\n");
        for (Runs.Run run : runs.all()) {
            String commit = run.commit() == null ? "" : ", `" + run.commit() + '`';
            page.append("| ")
                    .append(run.what())
                    .append(" | ")
                    .append(number(run.count()))
                    .append(' ')
                    .append(run.unit());
            page.append(time(run)).append(" | ").append(number(run.failures())).append(" | ");
            page.append(run.date())
                    .append(commit)
                    .append(" | `")
                    .append(run.command())
                    .append("` |\n");
        }
        page.append(runs.all().stream()
                .filter(run -> run.note() != null)
                .map(run -> "- " + run.what() + ": " + run.note() + '\n')
                .collect(Collectors.joining("", "\n", "")));
    }

    private static String counted(Runs.Run run) {
        String failures = run.failures() == 0 ? "no failure" : number(run.failures()) + " failures";
        return number(run.count()) + ' ' + run.unit() + time(run) + ", " + failures;
    }

    private static String time(Runs.Run run) {
        return run.seconds() == 0 ? "" : " in " + number(Math.max(1, run.seconds() / 60)) + " min";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void port(String port, List<Conformance.Adapter> adapters) {
        page.append("\n### ").append(port).append("\n\n| |");
        adapters.forEach(adapter -> page.append(' ').append(adapter.name()).append(" |"));
        page.append("\n|---|").append("---|".repeat(adapters.size())).append('\n');
        Map<String, Set<String>> numbers =
                new TreeMap<>(Comparator.comparingInt((String rule) -> Integer.parseInt(rule.replaceAll("\\D", ""))));
        adapters.get(0)
                .rules()
                .forEach(rule -> numbers.computeIfAbsent(
                                rule.substring(0, rule.indexOf('_')).toUpperCase(Locale.ROOT), each -> new TreeSet<>())
                        .add(rule));
        numbers.forEach((number, rules) -> {
            page.append("| ").append(number).append(" |");
            adapters.forEach(adapter -> page.append(' ')
                    .append(cell(conformance.of(adapter), rules))
                    .append(" |"));
            page.append('\n');
        });
        reasons(adapters);
    }

    private static String cell(Map<String, String> results, Set<String> rules) {
        long kept = rules.stream()
                .filter(rule -> Conformance.KEPT.equals(results.get(rule)))
                .count();
        return kept == rules.size() ? "kept (" + kept + ")" : kept + " of " + rules.size();
    }

    private void reasons(List<Conformance.Adapter> adapters) {
        StringBuilder reasons = new StringBuilder();
        for (Conformance.Adapter adapter : adapters) {
            conformance.of(adapter).forEach((rule, result) -> {
                if (!result.equals(Conformance.KEPT)) {
                    reasons.append("- ")
                            .append(adapter.name())
                            .append(", `")
                            .append(rule)
                            .append("`: ");
                    reasons.append(result).append('\n');
                }
            });
        }
        page.append(reasons.isEmpty() ? "" : "\n" + reasons);
    }
}
