/**
 * Where a bot keeps how far it has come, so that it continues there after a restart:
 * {@link dev.mirror.client.checkpoint.Checkpoint} is the port, with adapters for memory and for a file. The one for a
 * database is in {@code dev.mirror.client.jdbc}.
 */
@NullMarked
package dev.mirror.client.checkpoint;

import org.jspecify.annotations.NullMarked;
