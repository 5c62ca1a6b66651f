/** Channel groups: names for many channels at once. */
@NullMarked
package dev.mirror.gateway.groups;

import org.jspecify.annotations.NullMarked;
