/** Benchmarks of mirror; not part of a release. */
@NullMarked
package dev.mirror.bench;

import org.jspecify.annotations.NullMarked;
