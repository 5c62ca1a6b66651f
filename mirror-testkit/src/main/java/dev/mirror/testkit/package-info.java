/**
 * A whole mirror inside a test: the real hub over adapters in memory and virtual time, peers that speak frames to it, and
 * a check that a test leaves nothing open. The packages beside it have the parts.
 */
@NullMarked
package dev.mirror.testkit;

import org.jspecify.annotations.NullMarked;
