package dev.mirror.bench.faults;

import dev.mirror.simulation.history.Violation.Kind;
import java.util.List;

/** What a server can get wrong, and how the checker calls it. */
enum Bug {
    /** One delivery in a few hundred is left out, and what comes after it is delivered. */
    DROPS_ONE(Kind.MISSED),
    /** Whoever resumes gets the last one again. */
    DOUBLES_ON_RESUME(Kind.DOUBLED),
    /** Now and then two are delivered in the wrong order. */
    SWAPS_TWO(Kind.MISSED),
    /** It says that something is stored before it is. */
    ACKNOWLEDGES_EARLY(Kind.LOST),
    /** A restart begins a little before the end of each log, so offsets are used again. */
    REUSES_OFFSETS(Kind.LOST, Kind.DISAGREEING),
    /** Everybody may read everything. */
    LEAKS(Kind.LEAKED),
    /** Every other time nobody is told that something is new, until the next time. */
    FORGETS_WAKE_UPS(Kind.MISSED),
    /** What nobody reads waits for ever. */
    NEVER_BOUNDS_A_QUEUE(Kind.EXCEEDED),
    /** The same server without a bug, to show that it is the bug that is found. */
    NONE;

    private final List<Kind> kinds;

    Bug(Kind... kinds) {
        this.kinds = List.of(kinds);
    }

    /** The kinds of violation that it leads to, one of them at least. */
    List<Kind> kinds() {
        return kinds;
    }
}
