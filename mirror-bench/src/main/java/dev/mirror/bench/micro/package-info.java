/** Micro-benchmarks, for JMH: what one step costs, without a network. {@code mirror-bench/run --jmh} runs them. */
@NullMarked
package dev.mirror.bench.micro;

import org.jspecify.annotations.NullMarked;
