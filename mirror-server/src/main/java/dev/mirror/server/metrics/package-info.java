/** What is counted and timed, for Prometheus. */
@NullMarked
package dev.mirror.server.metrics;

import org.jspecify.annotations.NullMarked;
