/** How channels are named: the only place that builds or parses a channel's name. */
@NullMarked
package dev.mirror.channel;

import org.jspecify.annotations.NullMarked;
