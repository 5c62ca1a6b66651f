/** Examples, each of which is run by a test. */
@NullMarked
package dev.mirror.examples;

import org.jspecify.annotations.NullMarked;
