/** What the hub withstands, beyond the rules of the wire. */
@NullMarked
package dev.mirror.testkit.hub;

import org.jspecify.annotations.NullMarked;
