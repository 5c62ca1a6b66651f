/** The SDK for bots: connect, listen, answer. */
@NullMarked
package dev.mirror.client;

import org.jspecify.annotations.NullMarked;
