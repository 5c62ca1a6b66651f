package dev.mirror.bench.faults;

import dev.mirror.simulation.history.Violation.Kind;
import java.util.List;

/** What a server can get wrong, and how the checker calls it. */
enum Bug {
    /** One delivery in a few hundred is left out, and what comes after it is delivered. */
    DROPS_ONE,
    /** Whoever resumes gets the last one again. */
    DOUBLES_ON_RESUME,
    /** Now and then two are delivered in the wrong order. */
    SWAPS_TWO,
    /** It says that something is stored before it is. */
    ACKNOWLEDGES_EARLY,
    /** A restart begins a little before the end of each log, so offsets are used again. */
    REUSES_OFFSETS,
    /** Everybody may read everything. */
    LEAKS,
    /** Every other time nobody is told that something is new, until the next time. */
    FORGETS_WAKE_UPS,
    /** What nobody reads waits for ever. */
    NEVER_BOUNDS_A_QUEUE,
    /** The same server without a bug, to show that it is the bug that is found. */
    NONE;

    /** The kinds of violation that it leads to, one of them at least. */
    List<Kind> kinds() {
        return switch (this) {
            case DROPS_ONE, SWAPS_TWO, FORGETS_WAKE_UPS -> List.of(Kind.MISSED);
            case DOUBLES_ON_RESUME -> List.of(Kind.DOUBLED);
            case ACKNOWLEDGES_EARLY -> List.of(Kind.LOST);
            case REUSES_OFFSETS -> List.of(Kind.LOST, Kind.DISAGREEING);
            case LEAKS -> List.of(Kind.LEAKED);
            case NEVER_BOUNDS_A_QUEUE -> List.of(Kind.EXCEEDED);
            case NONE -> List.of();
        };
    }
}
