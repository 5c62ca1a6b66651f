/**
 * Contract kits: for every port of mirror the tests that each adapter passes unchanged. An adapter's test extends a kit
 * and hands in the adapter; the names of the tests begin with the number of the rule, as the port's Javadoc states it.
 * A rule that does not apply to an adapter is reported as skipped, with the reason.
 *
 * <p>The kits wait with a deadline wherever an adapter may answer later, and never count on how fast it is.
 */
@NullMarked
package dev.mirror.testkit.contract;

import org.jspecify.annotations.NullMarked;
