package dev.mirror.simulation.history;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the checker says of one run.
 *
 * @param violations the first thousand of each kind
 * @param counts how much there was to check
 */
public record Verdict(List<Violation> violations, Counts counts) {
    /**
     * How much there was to check. A run with too little shows nothing.
     *
     * @param acknowledged publications that were acknowledged
     * @param recovered publications in the logs whose outcome was unknown to their publisher for a while
     * @param delivered what subscriptions were handed
     * @param resumed subscriptions that continued from a position
     * @param faults that fell into load: publications were on their way
     * @param pried requests of strangers that were refused
     */
    public record Counts(int acknowledged, int recovered, int delivered, int resumed, int faults, int pried) {}

    /** Copies the list. */
    public Verdict {
        violations = List.copyOf(violations);
    }

    /** How many of each kind. */
    public Map<Violation.Kind, Integer> kinds() {
        Map<Violation.Kind, Integer> kinds = new EnumMap<>(Violation.Kind.class);
        violations.forEach(violation -> kinds.merge(violation.kind(), 1, Integer::sum));
        return kinds;
    }
}
