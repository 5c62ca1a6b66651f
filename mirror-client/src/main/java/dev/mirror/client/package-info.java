/**
 * The SDK for bots: connect, listen, answer. {@link dev.mirror.client.MirrorClient} is the entry; it stays connected,
 * continues every subscription where it broke off, and repeats what was not answered.
 */
@NullMarked
package dev.mirror.client;

import org.jspecify.annotations.NullMarked;
