/**
 * The load benchmark: one thread that speaks raw WebSocket frames to a server in another process, first mirror, then a
 * plain Java-WebSocket server, and compares what a message costs them. {@link dev.mirror.bench.load.LoadBenchmark} is
 * the entry; docs/performance.md has the method.
 */
@NullMarked
package dev.mirror.bench.load;

import org.jspecify.annotations.NullMarked;
