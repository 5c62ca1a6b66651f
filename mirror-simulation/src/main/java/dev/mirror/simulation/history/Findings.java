package dev.mirror.simulation.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what one check found, at most a thousand of each kind: one fault can show up everywhere. Owned by one thread. */
final class Findings {
    private static final int MOST = 1_000;

    private final List<Violation> violations = new ArrayList<>();
    private final Map<Violation.Kind, Integer> found = new EnumMap<>(Violation.Kind.class);

    void add(Violation.Kind kind, String sentence) {
        if (found.merge(kind, 1, Integer::sum) <= MOST) {
            violations.add(new Violation(kind, sentence));
        }
    }

    List<Violation> violations() {
        return violations;
    }
}
