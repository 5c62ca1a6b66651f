/**
 * The kill runs: a server under load is ended by {@code kill -9} again and again, and what was acknowledged, stored and
 * delivered is compared. {@link dev.mirror.bench.kill.KillCommand} is the entry; {@link dev.mirror.simulation.history} judges.
 */
@NullMarked
package dev.mirror.bench.kill;

import org.jspecify.annotations.NullMarked;
