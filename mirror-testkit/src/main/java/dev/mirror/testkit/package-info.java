/** What tests need: contract kits for the ports of mirror, fakes of its neighbours, and virtual time. */
@NullMarked
package dev.mirror.testkit;

import org.jspecify.annotations.NullMarked;
