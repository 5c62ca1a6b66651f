package dev.mirror.simulation;

import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened in a world, for people: a line each, the last {@value #MOST} of them. */
final class Transcript {
    private static final int MOST = 20_000;

    private final VirtualTime time;
    private final boolean kept;
    private final Deque<String> lines = new ArrayDeque<>();

    /** @param kept whether there is one at all: a run that nobody looks at is much faster without */
    Transcript(VirtualTime time, boolean kept) {
        this.time = time;
        this.kept = kept;
    }

    boolean isKept() {
        return kept;
    }

    /** Notes what happened to somebody. */
    void add(String who, String what) {
        if (kept) {
            if (lines.size() == MOST) {
                lines.remove();
            }
            lines.add(String.format("%10.3f  %-8s %s", time.nanos() / 1e9, who, what));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
