package dev.mirror.bench.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Writes {@link Results} for people and for machines. Pure. */
final class Report {
    private static final double KIB = 1_024;
    private static final String NONE = "–";

    private final Results results;
    /** Under what circumstances, by name, in order. */
    private final Map<String, String> circumstances;

    Report(Results results, Map<String, String> circumstances) {
        this.results = results;
        this.circumstances = circumstances;
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\nServer CPU in µs for each message (connects: for each handshake); medians of the rounds.\n\n");
        text.append("| Scenario | CPU mirror | CPU plain | ratio (rounds) | 1,000/s mirror | 1,000/s plain "
                + "| p50/p99 ms mirror | p50/p99 ms plain |\n");
        text.append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
        results.scenarios().stream()
                .filter(scenario -> !results.values(scenario, Target.MIRROR, Metric.CPU_MICROS)
                                .isEmpty()
                        || !results.values(scenario, Target.PLAIN, Metric.CPU_MICROS)
                                .isEmpty())
                .forEach(scenario -> text.append(row(scenario)));
        heap(text);
        stalls(text);
        text.append("\nTargets:\n\n");
        targets().forEach(line -> text.append("- ").append(line).append('\n'));
        return text.toString();
    }

    private String row(String scenario) {
        List<Double> ratios = results.ratios(scenario);
        String ratio = ratios.isEmpty()
                ? NONE
                : format("**%.2f** (%.2f–%.2f)", middle(ratios), Collections.min(ratios), Collections.max(ratios));
        return "| "
                + String.join(
                        " | ",
                        scenario,
                        number(scenario, Target.MIRROR, Metric.CPU_MICROS, 1),
                        number(scenario, Target.PLAIN, Metric.CPU_MICROS, 1),
                        ratio,
                        number(scenario, Target.MIRROR, Metric.PER_SECOND, 1_000),
                        number(scenario, Target.PLAIN, Metric.PER_SECOND, 1_000),
                        latency(scenario, Target.MIRROR),
                        latency(scenario, Target.PLAIN))
                + " |\n";
    }

    private String number(String scenario, Target target, Metric metric, double unit) {
        OptionalDouble median = results.median(scenario, target, metric);
        return median.isPresent() ? format("%.1f", median.getAsDouble() / unit) : NONE;
    }

    private String latency(String scenario, Target target) {
        OptionalDouble half = results.median(scenario, target, Metric.P50_MILLIS);
        OptionalDouble most = results.median(scenario, target, Metric.P99_MILLIS);
        return half.isPresent() && most.isPresent()
                ? format("%.2f / %.2f", half.getAsDouble(), most.getAsDouble())
                : NONE;
    }

    private void stalls(StringBuilder text) {
        double stalls = results.scenarios().stream()
                .flatMap(scenario -> results.values(scenario, Target.PLAIN, Metric.STALLS).stream())
                .mapToDouble(Double::doubleValue)
                .sum();
        if (stalls > 0) {
            text.append(format(
                    "\nThe plain server held back %.0f messages for more than a second, until it was made to write.\n",
                    stalls));
        }
    }

    private void heap(StringBuilder text) {
        List<String> lines = new ArrayList<>();
        for (String scenario : List.of(Round.HEAP_V1, Round.HEAP_V2)) {
            for (Target target : Target.values()) {
                results.median(scenario, target, Metric.HEAP_BYTES)
                        .ifPresent(bytes ->
                                lines.add(format("| %s | %s | %.2f |\n", scenario, target.label(), bytes / KIB)));
            }
        }
        if (!lines.isEmpty()) {
            text.append("\n| Heap of the server | of | KiB for each connection |\n|---|---|---:|\n");
            lines.forEach(text::append);
        }
    }

    /** One line for each target that something was measured for. */
    List<String> targets() {
        List<String> lines = new ArrayList<>();
        for (String scenario : results.scenarios()) {
            double limit = scenario.equals(Round.DIRECT) ? 0.45 : scenario.equals(Round.PIPELINED) ? 0.15 : 0.75;
            boolean compared = scenario.equals(Round.DIRECT)
                    || scenario.equals(Round.PIPELINED)
                    || scenario.startsWith(Round.FANOUT);
            if (compared) {
                target(lines, scenario + ", CPU mirror / plain", limit, results.ratios(scenario));
            }
            if (scenario.startsWith("idle memory")) {
                List<Double> kib = results.values(scenario, Target.MIRROR, Metric.HEAP_BYTES).stream()
                        .map(bytes -> bytes / KIB)
                        .toList();
                target(lines, scenario + ", KiB of heap for each connection", 6, kib);
            }
        }
        String idle = "direct with idle connections / without, CPU of mirror";
        target(lines, idle, 1.10, results.idleRatios(Target.MIRROR));
        return lines;
    }

    private static void target(List<String> lines, String what, double limit, List<Double> values) {
        if (!values.isEmpty()) {
            double measured = middle(values);
            String verdict = measured <= limit ? "ok" : "MISSED";
            lines.add(format("%s: target ≤ %.2f: measured %.2f %s", what, limit, measured, verdict));
        }
    }

    private static double middle(List<Double> values) {
        return Results.median(values).orElse(Double.NaN);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Every value of every round. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            for (Map.Entry<String, String> circumstance : circumstances.entrySet()) {
                json.writeStringField(circumstance.getKey(), circumstance.getValue());
            }
            json.writeObjectFieldStart("scenarios");
            for (String scenario : results.scenarios()) {
                json.writeObjectFieldStart(scenario);
                for (Target target : Target.values()) {
                    values(json, scenario, target);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private void values(JsonGenerator json, String scenario, Target target) throws IOException {
        json.writeObjectFieldStart(target.label());
        for (Metric metric : Metric.values()) {
            List<Double> values = results.values(scenario, target, metric);
            if (!values.isEmpty()) {
                json.writeArrayFieldStart(metric.name());
                for (double value : values) {
                    json.writeNumber(format("%.3f", value));
                }
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }
}
