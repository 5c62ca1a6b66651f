/**
 * The whole of mirror under seeded faults, on one thread of virtual time: the hub, the client's engine, the codec and
 * the durable log that run in production, over a network and a disk that fail as the seed says. {@link
 * dev.mirror.simulation.Simulation} is for tests of bots; {@link dev.mirror.simulation.SeedRun} looks for faults of
 * mirror itself.
 */
@NullMarked
package dev.mirror.simulation;

import org.jspecify.annotations.NullMarked;
