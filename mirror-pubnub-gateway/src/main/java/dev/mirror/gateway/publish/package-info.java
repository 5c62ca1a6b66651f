/** Publish and signal. */
@NullMarked
package dev.mirror.gateway.publish;

import org.jspecify.annotations.NullMarked;
