package dev.mirror.bench.faults;

import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One page about a series of runs: a line for each, what was measured, and how many answers came when. For any thread. */
final class Report {
    private static final int SLICES = 200;
    private static final int HEIGHT = 40;

    // All of it is guarded by this.
    private final StringBuilder rows = new StringBuilder();
    private int passed;
    private int failed;
    private int invalid;

    /** A run that was judged. */
    synchronized void add(String name, Verdict verdict, List<Event> events) {
        boolean good = verdict.violations().isEmpty();
        passed += good ? 1 : 0;
        failed += good ? 0 : 1;
        Verdict.Counts counts = verdict.counts();
        rows.append(String.format(
                Locale.ROOT,
                "<tr class=%s><td>%s<td>%s<td>%,d<td>%,d<td>%,d<td>%,d<td>%s%s%s\n",
                good ? "good" : "bad",
                escaped(name),
                good ? "passed" : "FAILED " + escaped(verdict.kinds().toString()),
                counts.acknowledged(),
                counts.recovered(),
                counts.delivered(),
                counts.resumed(),
                chart(events),
                measures(events),
                violations(verdict)));
    }

    /** A run that shows nothing. */
    synchronized void impossible(String name, Exception failure) {
        invalid++;
        rows.append("<tr class=bad><td>")
                .append(escaped(name))
                .append("<td>INVALID<td colspan=5>")
                .append(escaped(String.valueOf(failure.getMessage())))
                .append('\n');
    }

    /** The page. */
    synchronized String html(String title) {
        return """
                <!doctype html>
                <meta charset=utf-8>
                <title>mirror under faults</title>
                <style>
                body { font: 14px/1.4 sans-serif; margin: 2em }
                table { border-collapse: collapse }
                td, th { border-bottom: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top }
                .bad td { background: #fdd }
                svg { background: #f6f6f6 } rect { fill: #fb8 } path { fill: none; stroke: #258 }
                ul { margin: 0; padding-left: 1.2em; font-size: 12px }
                </style>
                <h1>mirror under faults</h1>
                <p>%s: %d passed, %d failed, %d invalid. Orange is the time of the fault; the line is how many publications
                were acknowledged.
                <table>
                <tr><th>fault<th>verdict<th>acknowledged<th>unknown for a while<th>delivered<th>resumed<th>in time
                %s</table>
                """.formatted(escaped(title), passed, failed, invalid, rows);
    }

    private static String measures(List<Event> events) {
        List<String> lines = new ArrayList<>();
        for (Event event : events) {
            Subject subject = event.subject();
            if (event.act() == Act.MEASURE && subject.at() != null) {
                lines.add(String.format(
                        Locale.ROOT,
                        "<li>%s: %,d of %,d %s",
                        escaped(subject.channel()),
                        subject.hash(),
                        subject.at().offset(),
                        escaped(event.note())));
            }
        }
        return lines.isEmpty() ? "" : "<ul>" + String.join("", lines) + "</ul>";
    }

    private static String violations(Verdict verdict) {
        StringBuilder lines = new StringBuilder();
        verdict.violations().stream()
                .limit(10)
                .forEach(each -> lines.append("<li>").append(escaped(each.toString())));
        return lines.isEmpty() ? "" : "<ul>" + lines + "</ul>";
    }

    private static String chart(List<Event> events) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Event event : events) {
            first = Math.min(first, event.nanos());
            last = Math.max(last, event.nanos());
        }
        long width = Math.max(1, (last - first) / SLICES + 1);
        int[] answers = new int[SLICES];
        int most = 1;
        StringBuilder faults = new StringBuilder();
        int from = -1;
        for (Event event : events) {
            int slice = (int) ((event.nanos() - first) / width);
            if (event.act() == Act.PUBLISH && event.outcome() == Outcome.OK) {
                most = Math.max(most, ++answers[slice]);
            } else if (event.act() == Act.FAULT && event.outcome() == Outcome.INFO) {
                from = slice;
            } else if (event.act() == Act.FAULT && from >= 0) {
                faults.append(String.format(
                        Locale.ROOT, "<rect x=%d y=0 width=%d height=%d />", from, Math.max(1, slice - from), HEIGHT));
                from = -1;
            }
        }
        StringBuilder line = new StringBuilder("M0 ").append(HEIGHT);
        for (int i = 0; i < SLICES; i++) {
            line.append('L').append(i).append(' ').append(HEIGHT - answers[i] * HEIGHT / most);
        }
        return String.format(
                Locale.ROOT,
                "<svg width=400 height=80 viewBox=\"0 0 %d %d\" preserveAspectRatio=none>%s<path d=\"%s\" /></svg>",
                SLICES,
                HEIGHT,
                faults,
                line);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
