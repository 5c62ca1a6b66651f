/** The client side of the benchmarks: many connections with raw WebSocket frames on one thread. */
@NullMarked
package dev.mirror.bench.wire;

import org.jspecify.annotations.NullMarked;
