/**
 * Runs under faults: a server under load meets a bad network, a full disk, hostile peers, a freeze or a kill, and what was
 * acknowledged, stored and delivered is compared as in the kill runs. {@link dev.mirror.bench.faults.FaultsCommand} is the
 * entry.
 */
@NullMarked
package dev.mirror.bench.faults;

import org.jspecify.annotations.NullMarked;
