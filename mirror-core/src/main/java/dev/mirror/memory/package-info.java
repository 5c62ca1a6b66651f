/**
 * The ports kept in memory: for one process, for development and for tests. What they keep ends with the process.
 * Every adapter is bounded, has no thread, and takes time and chance from outside.
 */
@NullMarked
package dev.mirror.memory;

import org.jspecify.annotations.NullMarked;
