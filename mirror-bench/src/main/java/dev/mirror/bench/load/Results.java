package dev.mirror.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** What the rounds measured, and the medians over them. Owned by one thread. */
final class Results {
    /** Scenario, target, one entry for each round. */
    private final Map<String, Map<Target, List<Map<Metric, Double>>>> rounds = new LinkedHashMap<>();

    void add(Target target, Map<String, Map<Metric, Double>> round) {
        round.forEach((scenario, values) -> rounds.computeIfAbsent(scenario, key -> new EnumMap<>(Target.class))
                .computeIfAbsent(target, key -> new ArrayList<>())
                .add(values));
    }

    Set<String> scenarios() {
        return rounds.keySet();
    }

    /** One value for each round, in order; none if it was not measured. */
    List<Double> values(String scenario, Target target, Metric metric) {
        return rounds.getOrDefault(scenario, Map.of()).getOrDefault(target, List.of()).stream()
                .filter(values -> values.containsKey(metric))
                .map(values -> values.get(metric))
                .toList();
    }

    OptionalDouble median(String scenario, Target target, Metric metric) {
        return median(values(scenario, target, metric));
    }

    /** For each round, how many times as much processor time mirror took as the plain server. */
    List<Double> ratios(String scenario) {
        return quotients(
                values(scenario, Target.MIRROR, Metric.CPU_MICROS), values(scenario, Target.PLAIN, Metric.CPU_MICROS));
    }

    /** For each round, how many times as much processor time a message took with idle connections as without. */
    List<Double> idleRatios(Target target) {
        return quotients(
                values(Round.WITH_IDLE, target, Metric.CPU_MICROS),
                values(Round.WITHOUT_IDLE, target, Metric.CPU_MICROS));
    }

    private static List<Double> quotients(List<Double> dividends, List<Double> divisors) {
        List<Double> quotients = new ArrayList<>();
        for (int i = 0; i < Math.min(dividends.size(), divisors.size()); i++) {
            quotients.add(dividends.get(i) / divisors.get(i));
        }
        return quotients;
    }

    static OptionalDouble median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}
