/** The house rules, kept by tests: this module sees all others, so rules about all of them live here. */
@NullMarked
package dev.mirror.house;

import org.jspecify.annotations.NullMarked;
