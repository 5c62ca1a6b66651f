/** Keysets: the keys that an application shows, and where its channels lie. */
@NullMarked
package dev.mirror.gateway.keyset;

import org.jspecify.annotations.NullMarked;
