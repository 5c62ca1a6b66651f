/** The wire, rule by rule: what {@code docs/protocol.md} says, held against the real hub in virtual time. */
@NullMarked
package dev.mirror.testkit.wire;

import org.jspecify.annotations.NullMarked;
