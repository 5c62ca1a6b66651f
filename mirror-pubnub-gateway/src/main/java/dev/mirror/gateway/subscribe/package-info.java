/** Subscribe, in the form of today and in the one of before. */
@NullMarked
package dev.mirror.gateway.subscribe;

import org.jspecify.annotations.NullMarked;
