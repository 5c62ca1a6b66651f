/** A whole mirror server as a process of its own that can be killed, the people on it, and a raw line to it. */
@NullMarked
package dev.mirror.bench.node;

import org.jspecify.annotations.NullMarked;
