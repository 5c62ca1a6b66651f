/** The time, in timetokens. */
@NullMarked
package dev.mirror.gateway.time;

import org.jspecify.annotations.NullMarked;
