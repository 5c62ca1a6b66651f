/**
 * The ports: what the hub needs from the world. Each states numbered rules, and each has a contract kit in
 * mirror-testkit that every adapter passes unchanged.
 */
@NullMarked
package dev.mirror.spi;

import org.jspecify.annotations.NullMarked;
