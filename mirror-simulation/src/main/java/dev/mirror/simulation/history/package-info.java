/**
 * What clients of a server under faults saw, written down as it happened, and the checker that says what was lost,
 * doubled, misordered or seen by a stranger. Pure but for {@link dev.mirror.simulation.history.HistoryFile}.
 */
@NullMarked
package dev.mirror.simulation.history;

import org.jspecify.annotations.NullMarked;
