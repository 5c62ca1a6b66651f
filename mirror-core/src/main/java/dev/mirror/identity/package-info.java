/** Who somebody is: ids, what proves them, and what the proof yields. The lowest layer; it depends on nothing. */
@NullMarked
package dev.mirror.identity;

import org.jspecify.annotations.NullMarked;
