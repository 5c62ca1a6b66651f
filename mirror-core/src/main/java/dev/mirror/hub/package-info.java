/**
 * The hub: sessions, access, the router of direct messages, and local fan-out. {@link dev.mirror.hub.Mirror} is the entry.
 *
 * <p>All state of a session belongs to its <em>lane</em>, an executor that runs one task at a time in order. Shared
 * tables are concurrent maps of immutable values. No lock is held while anything outside is called.
 */
@NullMarked
package dev.mirror.hub;

import org.jspecify.annotations.NullMarked;
