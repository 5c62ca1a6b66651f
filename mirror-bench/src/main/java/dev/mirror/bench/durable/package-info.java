/**
 * The figures that durability has to reach, measured on the real server in a process of its own. {@link
 * dev.mirror.bench.durable.DurableBenchmark} is the entry; docs/performance.md has the method.
 */
@NullMarked
package dev.mirror.bench.durable;

import org.jspecify.annotations.NullMarked;
