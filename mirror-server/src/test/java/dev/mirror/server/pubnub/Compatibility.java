package dev.mirror.server.pubnub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of docs/pubnub-compatibility.md: what came of each behaviour for each who tried it. */
final class Compatibility {
    private static final String NOBODY = "–";
    private static final String HEAD = """
            # PubNub compatibility

            What works for PubNub's own SDKs when their `origin` is a mirror. The tests write this page: `PubNubCompatibilityTest` tries
            every row with every SDK that has such a call, and fails when the page says something else.

            The SDKs are those of the last lines under the MIT licence: Java 6.3.6; JavaScript 7.3.3 for Node; the browser build of JavaScript
            3.16.5, which speaks the form of 2016. *by hand* stands for requests written byte for byte, where these SDKs cannot ask.

            - *works*: as at PubNub. *differs*: the row says how, and why. *absent*: refused with 404.
            - –: the SDK has no such call.
            """;

    private final List<Behaviour> rows;
    private final Map<Behaviour, Map<Column, String>> results = new LinkedHashMap<>();

    Compatibility(List<Behaviour> rows) {
        this.rows = List.copyOf(rows);
        rows.forEach(row -> results.put(row, new EnumMap<>(Column.class)));
    }

    /** Notes what came of a row for somebody who could try it. */
    void note(Behaviour row, Column column, boolean asExpected) {
        results.get(row).put(column, asExpected ? row.verdict().word() : "fails");
    }

    /** The page; where somebody did not run it says what the page of before says. */
    String page(String before) {
        StringBuilder page = new StringBuilder(HEAD);
        for (String service : rows.stream().map(Behaviour::service).distinct().toList()) {
            page.append("\n## ").append(service).append("\n\n| | request |");
            Stream.of(Column.values())
                    .forEach(column -> page.append(' ').append(column.title()).append(" |"));
            page.append("\n|---|---|")
                    .append("---|".repeat(Column.values().length))
                    .append('\n');
            List<String> reasons = new ArrayList<>();
            for (Behaviour row : rows) {
                if (row.service().equals(service)) {
                    page.append(line(row, before));
                    if (!row.verdict().why().isEmpty()) {
                        reasons.add("- " + row.what() + ": *" + row.verdict().word() + "*: "
                                + row.verdict().why() + ".\n");
                    }
                }
            }
            page.append(reasons.isEmpty() ? "" : "\n" + String.join("", reasons));
        }
        return page.toString();
    }

    private String line(Behaviour row, String before) {
        String beginning = "| " + row.what() + " | " + row.request().replace("|", "\\|") + " |";
        StringBuilder line = new StringBuilder(beginning);
        Iterator<String> known = before.lines()
                .filter(each -> each.startsWith(beginning))
                .map(each -> List.of(each.substring(beginning.length()).split(Pattern.quote("|"), -1)))
                .findFirst()
                .orElse(List.of())
                .iterator();
        for (Column column : Column.values()) {
            String earlier = known.hasNext() ? known.next().strip() : "not run";
            String cell = row.by().contains(column) ? results.get(row).getOrDefault(column, earlier) : NOBODY;
            line.append(' ').append(cell).append(" |");
        }
        return line.append('\n').toString();
    }
}
