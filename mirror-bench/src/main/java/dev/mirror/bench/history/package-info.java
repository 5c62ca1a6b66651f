/**
 * What clients of a server under faults saw, written down as it happened, and the checker that says what was lost,
 * doubled, misordered or seen by a stranger. Pure but for {@link dev.mirror.bench.history.HistoryFile}.
 */
@NullMarked
package dev.mirror.bench.history;

import org.jspecify.annotations.NullMarked;
