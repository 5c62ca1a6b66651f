/** Rules that hold for any bytes whatever: tried with a corpus in every build, and with what Jazzer makes up on demand. */
@NullMarked
package dev.mirror.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
