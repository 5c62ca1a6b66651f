/** Time, chance and waiting in tests: virtual time that only a test moves, and one way to wait for real threads. */
@NullMarked
package dev.mirror.testkit.time;

import org.jspecify.annotations.NullMarked;
