/** Fakes of the hub's neighbours: they behave as the ports demand, remember what they saw, and fail on command. */
@NullMarked
package dev.mirror.testkit.fake;

import org.jspecify.annotations.NullMarked;
